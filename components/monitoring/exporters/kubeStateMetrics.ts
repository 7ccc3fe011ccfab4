import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { Workload } from "../../app/workload";
import { kubernetesApi, kubernetesApiPorts } from "../../kit/externals";
import { images } from "../../kit/images";
import { recommendedLabels } from "../../kit/labels";
import type { Container } from "../../kit/pod";
import { httpProbe } from "../../kit/probes";
import { resources } from "../../kit/resources";
import type { ObjectMeta, Scope } from "../../kit/scope";
import { ScopedComponent } from "../../app/scopedComponent";
import type { PolicyRule } from "../../security/access";
import { clusterRoleBindingArgs, roleBindingArgs } from "../../security/access";
import { reach } from "../../kit/reach";
import type { Telemetry } from "../../kit/telemetry";
import type { Watched } from "./watchedKinds";
import { watchedFor } from "./watchedKinds";

/** Arguments of {@link KubeStateMetrics}. */
export interface KubeStateMetricsArgs {
    /** Whose queries it serves: it watches no other objects and exports no other metrics. */
    readonly telemetry: readonly Telemetry[];
    /** Namespaces that it watches; null watches what belongs to none, such as nodes. @default its own */
    readonly namespaces?: readonly string[] | null;
    /** @default the pinned version of components/kit/images.ts */
    readonly image?: string;
}

/**
 * A kube-state-metrics that sees some namespaces only, and in them only what is needed; or what belongs to none. It is never
 * both: for each namespace it would list the nodes again, and Prometheus refuses series that come twice.
 */
export class KubeStateMetrics extends ScopedComponent {
    /** Its only workload. */
    readonly workload: Workload;
    /** Where it is scraped. */
    readonly address: string;

    constructor(name: string, scope: Scope, args: KubeStateMetricsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("monitoring:KubeStateMetrics", name, scope, opts);
        const watched = watchedFor(args.telemetry, args.namespaces === null);
        const namespaces = args.namespaces ?? [scope.namespace];
        const access = this.createAccess(watched.rules, args.namespaces);
        this.workload = new Workload(name, scope, {
            component: "monitoring",
            container: kubeStateMetricsContainer(args.image ?? images.kubeStateMetrics, namespaces, watched),
            connectsTo: [reach(kubernetesApi, kubernetesApiPorts(scope.environment), access)],
            runAs: { user: 65534 },
            service: { port: "http", number: 8080 },
            automountToken: true,
        }, { parent: this });
        this.address = `${name}.${scope.namespace}.svc:8080`;
        this.registerOutputs({ address: this.address });
    }

    private createAccess(rules: readonly PolicyRule[], namespaces: readonly string[] | null | undefined): pulumi.Resource[] {
        return namespaces === undefined ? this.createOwnAccess(rules) : this.createSharedAccess(rules, namespaces);
    }

    private createOwnAccess(rules: readonly PolicyRule[]): pulumi.Resource[] {
        const { objectName: name, meta } = this;
        const role = new k8s.rbac.v1.Role(this.childName(name), { metadata: meta, rules: [...rules] }, this.childOptions());
        return [role, new k8s.rbac.v1.RoleBinding(this.childName(name), roleBindingArgs(meta, name), this.childOptions([role]))];
    }

    /** One set of permissions, which holds in each of the namespaces and nowhere else; or for what belongs to none. */
    private createSharedAccess(rules: readonly PolicyRule[], namespaces: readonly string[] | null): pulumi.Resource[] {
        const { objectName: name, scope, meta } = this;
        const clusterRole = `${scope.platform}-${name}`;
        const role = new k8s.rbac.v1.ClusterRole(clusterRole,
            { metadata: { name: clusterRole, labels: meta.labels }, rules: [...rules] }, this.childOptions());
        if (namespaces === null) {
            const binding = clusterRoleBindingArgs({ ...meta, name: clusterRole }, name);
            return [role, new k8s.rbac.v1.ClusterRoleBinding(clusterRole, binding, this.childOptions([role]))];
        }
        return namespaces.map(namespace => new k8s.rbac.v1.RoleBinding(`${this.childName(name)}-${namespace}`,
            roleBindingArgs({ ...meta, namespace }, name, { clusterRole, serviceAccountNamespace: scope.namespace }),
            this.childOptions([role, ...scope.graph.originOf(namespace)])));
    }

    private get meta(): ObjectMeta {
        const { scope, objectName: name } = this;
        const labels = recommendedLabels({ platform: scope.platform, name, component: "monitoring" });
        return { name, namespace: scope.namespace, labels };
    }
}

function kubeStateMetricsContainer(
    image: string, namespaces: readonly string[], { metrics, resources: watched }: Watched,
): Container {
    return {
        name: "kube-state-metrics",
        image,
        args: [
            "--port=8080",
            "--telemetry-port=8081",
            `--namespaces=${namespaces.join(",")}`,
            `--resources=${watched.join(",")}`,
            // Each entry is a pattern that matches anywhere in a name.
            `--metric-allowlist=${metrics.map(metric => `^${metric}$`).join(",")}`,
        ],
        ports: { http: 8080, telemetry: 8081 },
        resources: resources("10m/32Mi", "100m/64Mi"),
        probes: {
            readiness: httpProbe("/readyz", "telemetry", { initialDelaySeconds: 5, timeoutSeconds: 5 }),
            liveness: httpProbe("/livez", "http", { initialDelaySeconds: 5, timeoutSeconds: 5 }),
        },
    };
}
