import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { recommendedLabels } from "../kit/labels";
import type { Scope } from "../kit/scope";
import { ScopedComponent } from "../app/scopedComponent";

/** Arguments of {@link NamespaceAccess}: groups of people, as the cluster's identity provider names them. */
export interface NamespaceAccessArgs {
    /** May look at everything but Secrets. */
    readonly viewers: readonly string[];
    /** May also change workloads, read Secrets and open shells in pods. */
    readonly operators: readonly string[];
}

/**
 * What people may do in a namespace, by the roles that every cluster has: `view` and `edit`. Without groups nobody may
 * do anything, and nothing is registered.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles
 */
export class NamespaceAccess extends ScopedComponent {
    constructor(scope: Scope, args: NamespaceAccessArgs, opts?: pulumi.ComponentResourceOptions) {
        super("security:NamespaceAccess", "access", scope, opts);
        this.bind("viewers", "view", args.viewers);
        this.bind("operators", "edit", args.operators);
        this.registerOutputs();
    }

    private bind(name: string, role: "view" | "edit", groups: readonly string[]): void {
        if (groups.length === 0) {
            return;
        }
        const { platform, namespace } = this.scope;
        new k8s.rbac.v1.RoleBinding(this.childName(name), {
            metadata: { name, namespace, labels: recommendedLabels({ platform, name, component: "access" }) },
            roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
            subjects: groups.map(group => ({ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: group })),
        }, this.childOptions());
    }
}
