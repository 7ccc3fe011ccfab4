import { parseQuantity } from "../../kit/quantity";
import type { ContainerResources } from "../../kit/resources";
import { MetricSource } from "../../kit/metricSource";
import { escapePattern, series } from "../../kit/promql";
import type { Panel, Telemetry } from "../../kit/telemetry";
import { requestLevelTelemetry } from "../../monitoring/rules/tierLevel";
import type { ServiceName } from "./services";
import type { AquaErpSettings } from "./settings";

const cpuSeconds = "container_cpu_usage_seconds_total";
const workingSet = "container_memory_working_set_bytes";
const restarts = "kube_pod_container_status_restarts_total";

/** Alerts that the platform has under other names or with other numbers. */
export const replacedAlerts = [
    "PodCrashLooping", "PvcAlmostFull", "PostgresDown", "PostgresConnections", "RabbitMQQueueBacklog", "BackupMissing", "HpaMaxedOut",
];

/** What every service promises. */
export function serviceLevelTelemetry(
    { namespace, monitoring: { metrics: { requests, duration, statusLabel } } }: AquaErpSettings, service: ServiceName,
): Telemetry {
    const source = new MetricSource(service, { namespace, job: service });
    return requestLevelTelemetry({ service, slo: { availability: 99.5, latency: { p95: "1s" } }, source, requests, duration, statusLabel });
}

/** One row of a service: what is asked of it, how it answers, and what it uses of what it may. */
export function serviceTelemetry(
    { namespace, monitoring: { metrics: names } }: AquaErpSettings, service: ServiceName, { limits }: ContainerResources,
): Telemetry {
    const pods = { namespace, pod: new RegExp(`${escapePattern(service)}-.+`) };
    const container = { ...pods, container: service };
    const buckets = `${names.duration}_bucket`;
    const requests = (labels: Record<string, RegExp> = {}): string => `sum(rate(${series(names.requests, { job: service, ...labels })}[$__rate_interval]))`;
    const panel = (title: string, unit: Panel["unit"], expr: string, legend: string, most?: number): Panel => ({
        title: `${service}: ${title}`, kind: "timeseries", unit, queries: [{ expr, legend }],
        ...(most !== undefined && { thresholds: [{ value: most, color: "red" }] }),
    });
    return {
        name: service,
        alerts: [],
        panels: [
            panel("requests", "reqps", requests(), "requests"),
            panel("errors", "percentunit", `(${requests({ [names.statusLabel]: /5../ })} or vector(0)) / ${requests()}`, "5xx"),
            panel("latency", "s",
                `histogram_quantile(0.95, sum by (le) (rate(${series(buckets, { job: service })}[$__rate_interval])))`, "P95"),
            panel("restarts", "none", `increase(${series(restarts, container)}[$__range])`, "{{pod}}"),
            panel("CPU against its limit", "percentunit",
                `sum by (pod) (rate(${series(cpuSeconds, container)}[$__rate_interval])) / ${parseQuantity(limits.cpu)}`, "{{pod}}", 1),
            panel("memory against its limit", "percentunit",
                `sum by (pod) (${series(workingSet, container)}) / ${parseQuantity(limits.memory)}`, "{{pod}}", 1),
        ],
        metrics: [
            { from: service, names: [names.requests, buckets] },
            { from: "kube-state-metrics", names: [restarts] },
            { from: "kubernetes-cadvisor", names: [cpuSeconds, workingSet] },
        ],
    };
}

/** What the namespace uses of its cluster as a whole. */
export function clusterTelemetry({ namespace }: AquaErpSettings): Telemetry {
    const used = { namespace, container: /.+/ };
    return {
        name: "Cluster resources",
        alerts: [],
        panels: [{
            title: "CPU by pod", kind: "timeseries", unit: "short",
            queries: [{ expr: `sum by (pod) (rate(${series(cpuSeconds, used)}[$__rate_interval]))`, legend: "{{pod}}" }],
        }, {
            title: "Memory by pod", kind: "timeseries", unit: "bytes",
            queries: [{ expr: `sum by (pod) (${series(workingSet, used)})`, legend: "{{pod}}" }],
        }],
        metrics: [{ from: "kubernetes-cadvisor", names: [cpuSeconds, workingSet] }],
    };
}
