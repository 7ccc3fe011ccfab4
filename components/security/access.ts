import type * as k8s from "@pulumi/kubernetes";
import type { ObjectMeta } from "../kit/scope";

/** One permission of a Role or ClusterRole. */
export type PolicyRule = k8s.types.input.rbac.v1.PolicyRule;

/** Permission to read some resources of an API group. */
export function read(apiGroup: string, resources: readonly string[], verbs: readonly string[] = ["get", "list", "watch"]): PolicyRule {
    return { apiGroups: [apiGroup], resources: [...resources], verbs: [...verbs] };
}

/** Whose permissions, and of which role, where that is not a Role and a ServiceAccount of the same namespace. */
export interface BindingOptions {
    /** A ClusterRole whose permissions hold in the binding's namespace only. @default the Role of the binding's name */
    readonly clusterRole?: string;
    /** Namespace of the ServiceAccount. @default the binding's */
    readonly serviceAccountNamespace?: string;
}

/** Binds a role to the ServiceAccount of a workload. */
export function roleBindingArgs(meta: ObjectMeta, serviceAccount: string, options: BindingOptions = {}): k8s.rbac.v1.RoleBindingArgs {
    const { clusterRole, serviceAccountNamespace: namespace = meta.namespace } = options;
    return clusterRole === undefined
        ? { metadata: meta, ...binding("Role", { ...meta, namespace }, serviceAccount) }
        : { metadata: meta, ...binding("ClusterRole", { ...meta, name: clusterRole, namespace }, serviceAccount) };
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
