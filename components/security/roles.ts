import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { recommendedLabels } from "../kit/labels";
import type { Scope } from "../kit/scope";
import { scopedName } from "../kit/scope";

type PolicyRule = k8s.types.input.rbac.v1.PolicyRule;

/** Roles that people have: developers look, operators run what is not production, administrators run everything. */
export const humanRoles = ["developer", "operator", "admin"] as const;

/** Role that a person has. */
export type HumanRole = (typeof humanRoles)[number];

/** Groups of people by role, as the cluster's login names them; a role without a group is bound to nobody. */
export type RoleGroups = Readonly<Partial<Record<HumanRole, string>>>;

const look = ["get", "list", "watch"];

/**
 * What a developer may look at. Not among it: Secrets, running commands in a pod, port forwarding, and every change.
 */
export const developerRules: readonly PolicyRule[] = [
    { apiGroups: ["apps"], resources: ["deployments", "statefulsets", "daemonsets", "replicasets"], verbs: look },
    { apiGroups: ["batch"], resources: ["jobs", "cronjobs"], verbs: look },
    { apiGroups: [""], resources: ["pods", "pods/log", "services", "endpoints", "configmaps", "events"], verbs: look },
    { apiGroups: ["events.k8s.io"], resources: ["events"], verbs: look },
    { apiGroups: ["autoscaling"], resources: ["horizontalpodautoscalers"], verbs: look },
    { apiGroups: ["policy"], resources: ["poddisruptionbudgets"], verbs: look },
    { apiGroups: ["networking.k8s.io"], resources: ["ingresses", "networkpolicies"], verbs: look },
    { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: look },
    { apiGroups: ["traefik.io"], resources: ["ingressroutes", "middlewares"], verbs: look },
];

/** Arguments of {@link HumanRoles}. */
export interface HumanRolesArgs {
    /** Beginning of the objects' names, so that platforms can share a namespace. */
    readonly prefix: string;
    /** Namespaces of the platform. */
    readonly scopes: readonly Scope[];
    readonly groups: RoleGroups;
    /** Roles that people have in this environment. */
    readonly allowed: readonly HumanRole[];
}

/**
 * Permissions of people in a platform's namespaces. Developers get a Role of their own; operators and administrators
 * Kubernetes' own ClusterRole `admin`, which holds in these namespaces only. Nobody becomes cluster-admin.
 */
export class HumanRoles extends pulumi.ComponentResource {
    constructor(name: string, { prefix, scopes, groups, allowed }: HumanRolesArgs, opts?: pulumi.ComponentResourceOptions) {
        super("platforms:security:HumanRoles", name, {}, opts);
        for (const scope of scopes) {
            for (const role of humanRoles.filter(candidate => allowed.includes(candidate))) {
                this.create(`${prefix}-${role}`, role, scope, groups[role]);
            }
        }
        this.registerOutputs({ namespaces: scopes.map(({ namespace }) => namespace) });
    }

    private create(name: string, role: HumanRole, scope: Scope, group: string | undefined): void {
        const labels = recommendedLabels({ platform: scope.platform, name, component: "access" });
        const metadata = { name, namespace: scope.namespace, labels };
        const child = scopedName(scope, name);
        const options = { parent: this, dependsOn: [...scope.origin] };
        const own = role === "developer"
            ? new k8s.rbac.v1.Role(child, { metadata, rules: [...developerRules] }, options)
            : undefined;
        if (group !== undefined) {
            new k8s.rbac.v1.RoleBinding(child, {
                metadata,
                roleRef: { apiGroup: "rbac.authorization.k8s.io", ...(own ? { kind: "Role", name } : { kind: "ClusterRole", name: "admin" }) },
                subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: group }],
            }, { ...options, dependsOn: [...scope.origin, ...(own ? [own] : [])] });
        }
    }
}
