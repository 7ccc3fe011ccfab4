import type * as k8s from "@pulumi/kubernetes";
import type { ObjectMeta } from "../kit/scope";

/** One permission of a Role or ClusterRole. */
export type PolicyRule = k8s.types.input.rbac.v1.PolicyRule;

/** Permission to read some resources of an API group. */
export function read(apiGroup: string, resources: readonly string[], verbs: readonly string[] = ["get", "list", "watch"]): PolicyRule {
    return { apiGroups: [apiGroup], resources: [...resources], verbs: [...verbs] };
}

/** Binds the Role of that name to the ServiceAccount of a workload. */
export function roleBindingArgs(meta: ObjectMeta, serviceAccount: string): k8s.rbac.v1.RoleBindingArgs {
    return { metadata: meta, ...binding("Role", meta, serviceAccount) };
}

/** Binds a ClusterRole to the ServiceAccount of a workload; ClusterRoles live in no namespace. */
export function clusterRoleBindingArgs(meta: ObjectMeta, serviceAccount: string): k8s.rbac.v1.ClusterRoleBindingArgs {
    return { metadata: { name: meta.name, labels: meta.labels }, ...binding("ClusterRole", meta, serviceAccount) };
}

function binding(kind: "Role" | "ClusterRole", { name, namespace }: ObjectMeta, serviceAccount: string): {
    roleRef: k8s.types.input.rbac.v1.RoleRef;
    subjects: k8s.types.input.rbac.v1.Subject[];
} {
    return {
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind, name },
        subjects: [{ kind: "ServiceAccount", name: serviceAccount, namespace }],
    };
}
