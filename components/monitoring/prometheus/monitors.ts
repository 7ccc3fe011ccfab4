import type { WorkloadNode } from "../../kit/graph";
import type { ObjectMeta } from "../../kit/scope";
import type { ScrapedArgs } from "./prometheusConfiguration";
import { commonWorkloads } from "./prometheusConfiguration";
import type { RuleGroups } from "./rules";
import type { WorkloadJob } from "./scrapeConfiguration";

/** @see https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.RelabelConfig */
interface Relabeling {
    readonly sourceLabels?: readonly string[];
    readonly regex?: string;
    readonly targetLabel?: string;
    readonly replacement?: string;
    readonly action?: "keep" | "replace";
}

/** @see https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.Endpoint */
interface MonitorEndpoint {
    readonly port?: string;
    readonly portNumber?: number;
    readonly path: string;
    readonly interval: string;
    readonly authorization?: { readonly type: "Bearer"; readonly credentials: { readonly name: string; readonly key: string } };
    readonly relabelings?: readonly Relabeling[];
}

/** A ServiceMonitor or PodMonitor in plain values. */
export interface Monitor {
    readonly kind: "ServiceMonitor" | "PodMonitor";
    readonly name: string;
    readonly spec: {
        readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
        readonly namespaceSelector: { readonly matchNames: readonly string[] };
        readonly jobLabel?: "app";
        readonly podTargetLabels: readonly string[];
        readonly endpoints?: readonly MonitorEndpoint[];
        readonly podMetricsEndpoints?: readonly MonitorEndpoint[];
    };
}

/** The label by which the operator's chart finds the monitors and rules of others. */
const found = { release: "kube-prometheus-stack" };

const defaultIntervalSeconds = 15;

/**
 * The same targets as a scrape configuration's jobs, for a Prometheus Operator: each workload in exactly one monitor.
 * @throws Error when jobs that share a monitor differ in more than the workload
 */
export function monitorsOf(scraped: ScrapedArgs): Monitor[] {
    const monitors = new Map<string, Monitor>();
    for (const monitor of [...(scraped.jobs ?? []).map(jobMonitor), ...commonWorkloads(scraped).map(podMonitor)]) {
        const known = monitors.get(monitor.name);
        monitors.set(monitor.name, known ? merged(known, monitor) : monitor);
    }
    return [...monitors.values()];
}

function merged(one: Monitor, other: Monitor): Monitor {
    const comparable = ({ kind, spec }: Monitor): string => JSON.stringify({ kind, spec: { ...spec, namespaceSelector: null } });
    if (comparable(one) !== comparable(other)) {
        throw new Error(`two different monitors are called ${one.name}; give one of the jobs another name`);
    }
    const matchNames = [...new Set([one, other].flatMap(({ spec }) => spec.namespaceSelector.matchNames))];
    return { ...one, spec: { ...one.spec, namespaceSelector: { matchNames } } };
}

function jobMonitor(job: WorkloadJob): Monitor {
    const { workload, port, discovery = "service", group } = job;
    const endpoint = { port, ...endpointOf(job) };
    const { namespace, name: app } = workload;
    return {
        kind: discovery === "service" ? "ServiceMonitor" : "PodMonitor",
        name: group?.name ?? job.job,
        spec: {
            selector: { matchLabels: group?.selector ?? { app } },
            namespaceSelector: { matchNames: [namespace] },
            ...(job.job === app && { jobLabel: "app" }),
            podTargetLabels: ["app"],
            ...(discovery === "service" ? { endpoints: [endpoint] } : { podMetricsEndpoints: [endpoint] }),
        },
    };
}

function endpointOf({ job, workload, intervalSeconds = defaultIntervalSeconds, path, token, discovery = "service" }: WorkloadJob): MonitorEndpoint {
    const relabelings: Relabeling[] = [
        // A StatefulSet may have a second Service with the same labels, which would list each pod again.
        ...(discovery === "service" && workload.kind === "StatefulSet"
            ? [{ sourceLabels: ["__meta_kubernetes_service_name"], regex: workload.name, action: "keep" as const }]
            : []),
        ...(job === workload.name ? [] : [{ targetLabel: "job", replacement: job }]),
        ...(discovery === "pods" ? [{ sourceLabels: ["__meta_kubernetes_pod_node_name"], targetLabel: "node" }] : []),
    ];
    return {
        path: path ?? "/metrics",
        interval: `${intervalSeconds}s`,
        ...(token && { authorization: { type: "Bearer", credentials: { name: token.secretName, key: token.key } } }),
        ...(relabelings.length > 0 && { relabelings }),
    };
}

/** A workload of the common job `kubernetes-pods`. */
function podMonitor({ namespace, name, metricsPort }: WorkloadNode): Monitor {
    return {
        kind: "PodMonitor",
        name: `${namespace}-${name}`,
        spec: {
            selector: { matchLabels: { app: name } },
            namespaceSelector: { matchNames: [namespace] },
            podTargetLabels: ["app"],
            podMetricsEndpoints: [{
                portNumber: metricsPort as number,
                path: "/metrics",
                interval: `${defaultIntervalSeconds}s`,
                relabelings: [{ targetLabel: "job", replacement: "kubernetes-pods" }],
            }],
        },
    };
}

/** An object of the Prometheus Operator. */
export interface OperatorObject {
    readonly apiVersion: "monitoring.coreos.com/v1" | "monitoring.coreos.com/v1alpha1";
    readonly kind: "ServiceMonitor" | "PodMonitor" | "PrometheusRule" | "ScrapeConfig";
    readonly metadata: ObjectMeta;
    readonly spec: object;
}

/** A monitor as the operator reads it. */
export function monitorArgs({ kind, name, spec }: Monitor, meta: ObjectMeta): OperatorObject {
    return { apiVersion: "monitoring.coreos.com/v1", kind, metadata: { ...meta, name, labels: { ...meta.labels, ...found } }, spec };
}

/**
 * A target that is found by its address, as others install it, under the name of its job.
 * @see https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1alpha1.ScrapeConfig
 */
export function staticTargetArgs(job: string, address: string, meta: ObjectMeta): OperatorObject {
    return {
        apiVersion: "monitoring.coreos.com/v1alpha1",
        kind: "ScrapeConfig",
        metadata: { ...meta, name: `${meta.name}-${job}`, labels: { ...meta.labels, ...found } },
        spec: { jobName: job, scrapeInterval: `${defaultIntervalSeconds}s`, staticConfigs: [{ targets: [address] }] },
    };
}

/** Alerts as the operator reads them, told apart from those of other platforms as an own Prometheus would. */
export function prometheusRuleArgs(
    { groups }: RuleGroups, externalLabels: Readonly<Record<string, string>>, meta: ObjectMeta,
): OperatorObject {
    return {
        apiVersion: "monitoring.coreos.com/v1",
        kind: "PrometheusRule",
        metadata: { ...meta, labels: { ...meta.labels, ...found } },
        spec: {
            groups: groups.map(({ name, interval, rules }) => ({
                name,
                ...(interval !== undefined && { interval }),
                rules: rules.map(rule => ({ ...rule, labels: { ...rule.labels, ...externalLabels } })),
            })),
        },
    };
}
