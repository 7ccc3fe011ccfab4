import type { PolicyRule } from "../../security/access";
import { read } from "../../security/access";
import type { Telemetry } from "../../kit/telemetry";
import { metricsFrom } from "../../kit/telemetry";

interface Kind {
    readonly prefix: string;
    readonly apiGroup: string;
    readonly resource: string;
    /** Its objects belong to no namespace. @default false */
    readonly ofCluster?: boolean;
}

/** Object kinds by the start of their metrics' names. */
const kinds: readonly Kind[] = [
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
    { prefix: "kube_node_", apiGroup: "", resource: "nodes", ofCluster: true },
];

/** What kube-state-metrics must watch for some metrics. */
export interface Watched {
    readonly metrics: readonly string[];
    readonly resources: readonly string[];
    readonly rules: readonly PolicyRule[];
}

function kindOf(metric: string): Kind {
    const kind = kinds.find(({ prefix }) => metric.startsWith(prefix));
    if (!kind) {
        throw new Error(`${metric} is no metric of a known object kind; known are ${kinds.map(({ prefix }) => prefix).join(", ")}. `
            + "Add the kind in components/monitoring/watchedKinds.ts");
    }
    return kind;
}

/**
 * The objects to watch, and the permissions that takes.
 * @param ofCluster those that belong to no namespace, in place of those that do
 * @throws Error when a metric belongs to an object kind that is not known here
 */
export function watchedFor(telemetry: readonly Telemetry[], ofCluster = false): Watched {
    const metrics = metricsFrom("kube-state-metrics", telemetry).filter(metric => (kindOf(metric).ofCluster ?? false) === ofCluster);
    const used = new Set(metrics.map(kindOf));
    const needed = kinds.filter(kind => used.has(kind));
    return {
        metrics,
        resources: needed.map(({ resource }) => resource).sort(),
        rules: needed.map(({ apiGroup, resource }) => read(apiGroup, [resource], ["list", "watch"])),
    };
}
