import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { recommendedLabels } from "../../kit/labels";
import type { ObjectMeta, Scope } from "../../kit/scope";
import { ScopedComponent } from "../../app/scopedComponent";
import type { PolicyRule } from "../../security/access";
import { read } from "../../security/access";
import type { AquaErpSettings } from "./settings";

/** What continuous deployment may do: roll out images and watch the pods come. */
export const deployerRules: readonly PolicyRule[] = [
    read("apps", ["deployments"], ["get", "list", "watch", "patch", "update"]),
    read("", ["pods"], ["get", "list"]),
];

/** What people may see who change nothing; no Secrets, and no shells. */
export const viewerRules: readonly PolicyRule[] = [
    read("", ["configmaps", "endpoints", "events", "persistentvolumeclaims", "pods", "pods/log", "resourcequotas", "services"]),
    read("apps", ["deployments", "replicasets", "statefulsets"]),
    read("autoscaling", ["horizontalpodautoscalers"]),
    read("batch", ["cronjobs", "jobs"]),
    read("networking.k8s.io", ["ingresses", "networkpolicies"]),
    read("policy", ["poddisruptionbudgets"]),
];

const rbacGroup = "rbac.authorization.k8s.io";

/** Roles of continuous deployment and of people. */
export class Access extends ScopedComponent {
    constructor(scope: Scope, { viewers, operators }: AquaErpSettings["access"], opts?: pulumi.ComponentResourceOptions) {
        super("aquaerp:Access", "access", scope, opts);
        const deployer = new k8s.core.v1.ServiceAccount(this.childName("ci-deployer"),
            { metadata: this.meta("ci-deployer"), automountServiceAccountToken: false }, this.childOptions());
        this.createRole("ci-deployer", deployerRules);
        this.bind("ci-deployer", { kind: "Role", name: "ci-deployer" },
            [{ kind: "ServiceAccount", name: "ci-deployer", namespace: scope.namespace }], [deployer]);
        this.createRole("viewer", viewerRules);
        this.bind("viewer", { kind: "Role", name: "viewer" }, groups(viewers));
        this.bind("operator", { kind: "ClusterRole", name: "edit" }, groups(operators));
        this.registerOutputs();
    }

    private createRole(name: string, rules: readonly PolicyRule[]): void {
        new k8s.rbac.v1.Role(this.childName(name), { metadata: this.meta(name), rules: [...rules] }, this.childOptions());
    }

    private bind(
        name: string, role: { kind: "Role" | "ClusterRole"; name: string }, subjects: k8s.types.input.rbac.v1.Subject[],
        after: pulumi.Resource[] = [],
    ): void {
        if (subjects.length > 0) {
            new k8s.rbac.v1.RoleBinding(this.childName(name),
                { metadata: this.meta(name), roleRef: { apiGroup: rbacGroup, ...role }, subjects }, this.childOptions(after));
        }
    }

    private meta(name: string): ObjectMeta {
        const { platform, namespace } = this.scope;
        return { name, namespace, labels: recommendedLabels({ platform, name, component: "access" }) };
    }
}

function groups(names: readonly string[]): k8s.types.input.rbac.v1.Subject[] {
    return names.map(name => ({ apiGroup: rbacGroup, kind: "Group", name }));
}
