import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { Workload } from "../app/workload";
import { kubernetesApi, kubernetesApiPorts } from "../kit/externals";
import { images } from "../kit/images";
import { recommendedLabels } from "../kit/labels";
import type { Container } from "../kit/pod";
import { httpProbe } from "../kit/probes";
import { resources } from "../kit/resources";
import type { ObjectMeta, Scope } from "../kit/scope";
import { ScopedComponent } from "../kit/scope";
import type { PolicyRule } from "./access";
import { read, roleBindingArgs } from "./access";
import { reach } from "./reach";
import type { Telemetry } from "./telemetry";
import { metricsFrom } from "./telemetry";

/** Arguments of {@link KubeStateMetrics}. */
export interface KubeStateMetricsArgs {
    /** Whose queries it serves: it watches no other objects and exports no other metrics. */
    readonly telemetry: readonly Telemetry[];
    /** Namespaces that it watches. @default its own */
    readonly namespaces?: readonly string[];
    /** @default the pinned version of components/kit/images.ts */
    readonly image?: string;
}

/** Object kinds by the start of their metrics' names. */
const kinds = [
    { prefix: "kube_deployment_", apiGroup: "apps", resource: "deployments" },
    { prefix: "kube_statefulset_", apiGroup: "apps", resource: "statefulsets" },
    { prefix: "kube_daemonset_", apiGroup: "apps", resource: "daemonsets" },
    { prefix: "kube_horizontalpodautoscaler_", apiGroup: "autoscaling", resource: "horizontalpodautoscalers" },
    { prefix: "kube_job_", apiGroup: "batch", resource: "jobs" },
    { prefix: "kube_cronjob_", apiGroup: "batch", resource: "cronjobs" },
    { prefix: "kube_poddisruptionbudget_", apiGroup: "policy", resource: "poddisruptionbudgets" },
    { prefix: "kube_pod_", apiGroup: "", resource: "pods" },
    { prefix: "kube_resourcequota", apiGroup: "", resource: "resourcequotas" },
    { prefix: "kube_persistentvolumeclaim_", apiGroup: "", resource: "persistentvolumeclaims" },
] as const;

/** What kube-state-metrics must watch for some metrics. */
export interface Watched {
    readonly metrics: readonly string[];
    readonly resources: readonly string[];
    readonly rules: readonly PolicyRule[];
}

/**
 * The objects to watch, and the permissions that takes.
 * @throws Error when a metric belongs to an object kind that is not known here
 */
export function watchedFor(telemetry: readonly Telemetry[]): Watched {
    const metrics = metricsFrom("kube-state-metrics", telemetry);
    const used = new Set(metrics.map(metric => {
        const kind = kinds.find(({ prefix }) => metric.startsWith(prefix));
        if (!kind) {
            throw new Error(`${metric} is no metric of a known object kind; known are ${kinds.map(({ prefix }) => prefix).join(", ")}. `
                + "Add the kind in components/monitoring/kubeStateMetrics.ts");
        }
        return kind;
    }));
    const needed = kinds.filter(kind => used.has(kind));
    return {
        metrics,
        resources: needed.map(({ resource }) => resource).sort(),
        rules: needed.map(({ apiGroup, resource }) => read(apiGroup, [resource], ["list", "watch"])),
    };
}

/** A kube-state-metrics that sees some namespaces only, and in them only what is needed. */
export class KubeStateMetrics extends ScopedComponent {
    /** Its only workload. */
    readonly workload: Workload;
    /** Where it is scraped. */
    readonly address: string;

    constructor(name: string, scope: Scope, args: KubeStateMetricsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("monitoring:KubeStateMetrics", name, scope, opts);
        const watched = watchedFor(args.telemetry);
        const namespaces = args.namespaces ?? [scope.namespace];
        const access = args.namespaces ? this.createSharedAccess(watched.rules, namespaces) : this.createAccess(watched.rules);
        this.workload = new Workload(name, scope, {
            component: "monitoring",
            container: kubeStateMetricsContainer(args.image ?? images.kubeStateMetrics, namespaces, watched),
            connectsTo: [reach(kubernetesApi, kubernetesApiPorts, access)],
            runAs: { user: 65534 },
            service: { port: "http", number: 8080 },
            automountToken: true,
        }, { parent: this });
        this.address = `${name}.${scope.namespace}.svc:8080`;
        this.registerOutputs({});
    }

    private createAccess(rules: readonly PolicyRule[]): pulumi.Resource[] {
        const { objectName: name, meta } = this;
        const role = new k8s.rbac.v1.Role(this.childName(name), { metadata: meta, rules: [...rules] }, this.childOptions());
        return [role, new k8s.rbac.v1.RoleBinding(this.childName(name), roleBindingArgs(meta, name), this.childOptions([role]))];
    }

    /** One set of permissions, which holds in each of the namespaces and nowhere else. */
    private createSharedAccess(rules: readonly PolicyRule[], namespaces: readonly string[]): pulumi.Resource[] {
        const { objectName: name, scope, meta } = this;
        const clusterRole = `${scope.platform}-${name}`;
        const role = new k8s.rbac.v1.ClusterRole(clusterRole,
            { metadata: { name: clusterRole, labels: meta.labels }, rules: [...rules] }, this.childOptions());
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
