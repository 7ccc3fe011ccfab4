import { MetricSource } from "../../kit/metricSource";
import { absentOrZero, escapePattern, series } from "../../kit/promql";
import type { Telemetry } from "../../kit/telemetry";
import { requestLevelTelemetry } from "../../monitoring/rules/tierLevel";
import type { ServiceName } from "./services";
import { gateway } from "./services";

/** Metrics that the services are expected to serve on their metrics port. */
const requests = "http_requests_total";
const duration = "http_request_duration_seconds_bucket";

const workingSet = "container_memory_working_set_bytes";
const limits = "kube_pod_container_resource_limits";
const cpu = "container_cpu_usage_seconds_total";

/** One service: whether it answers, how fast, and what its pods use. */
export function serviceTelemetry(namespace: string, name: ServiceName): Telemetry {
    const of = (metric: string): string => series(metric, { namespace, app: name });
    const pods = { namespace, pod: new RegExp(`${escapePattern(name)}-.+`), container: name };
    const latency = (quantile: number): string =>
        `histogram_quantile(${quantile}, sum by (le) (rate(${of(duration)}[$__rate_interval])))`;
    return {
        name,
        labels: { namespace, app: name },
        alerts: [{
            name: "ServiceDown",
            expr: absentOrZero(`sum(${series("up", { namespace, app: name })})`),
            for: "2m",
            severity: "critical",
            summary: `No pod of ${name} answers`,
            description: `For two minutes no pod of ${name} in ${namespace} has served its metrics: requests and messages for it wait or fail.`,
        }],
        panels: [{
            title: `${name}: requests per second`,
            kind: "timeseries",
            unit: "reqps",
            queries: [{ expr: `sum by (status) (rate(${of(requests)}[$__rate_interval]))`, legend: "{{status}}" }],
        }, {
            title: `${name}: response time`,
            kind: "timeseries",
            unit: "s",
            queries: [{ expr: latency(0.5), legend: "half" }, { expr: latency(0.95), legend: "95 %" }],
        }, {
            title: `${name}: memory`,
            kind: "timeseries",
            unit: "bytes",
            queries: [{ expr: series(workingSet, pods), legend: "{{pod}}" }],
        }, {
            title: `${name}: CPU`,
            kind: "timeseries",
            unit: "none",
            queries: [{ expr: `sum by (pod) (rate(${series(cpu, pods)}[$__rate_interval]))`, legend: "{{pod}}" }],
        }],
        metrics: [
            { from: name, names: ["up", requests, duration] },
            { from: "kubernetes-cadvisor", names: [workingSet, cpu] },
        ],
    };
}

/** What a service promises. */
export function serviceLevel(namespace: string, service: ServiceName): Telemetry {
    return requestLevelTelemetry({
        service,
        slo: { availability: 99.5, latency: { p95: "1s" } },
        source: new MetricSource(service, { namespace, app: service }),
        requests,
        duration: duration.replace(/_bucket$/, ""),
    });
}

/** What the whole shop is judged by: how fast the gateway answers. */
export function overviewTelemetry(namespace: string, names: readonly ServiceName[]): Telemetry {
    const slowest = `histogram_quantile(0.95, sum by (le) (rate(${series(duration, { namespace, app: gateway })}[5m])))`;
    const app = new RegExp(names.join("|"));
    return {
        name: "E-commerce",
        alerts: [{
            name: "ApiSlowResponse",
            expr: `${slowest} > 1`,
            for: "5m",
            severity: "warning",
            summary: "The gateway needs {{ $value | humanizeDuration }} for the slowest twentieth of its requests",
            description: "For five minutes one request in twenty has taken more than a second.",
        }, {
            name: "ApiVerySlowResponse",
            expr: `${slowest} > 3`,
            for: "5m",
            severity: "critical",
            summary: "The gateway needs {{ $value | humanizeDuration }} for the slowest twentieth of its requests",
            description: "For five minutes one request in twenty has taken more than three seconds: shoppers leave.",
        }],
        panels: [{
            title: "Response time of the gateway (95 %)",
            kind: "timeseries",
            unit: "s",
            queries: [{ expr: slowest, legend: "95 %" }],
            thresholds: [{ value: 1, color: "orange" }, { value: 3, color: "red" }],
        }, {
            title: "Requests per second",
            kind: "timeseries",
            unit: "reqps",
            queries: [{ expr: `sum by (app) (rate(${series(requests, { namespace, app })}[$__rate_interval]))`, legend: "{{app}}" }],
        }, {
            title: "Pods that answer",
            kind: "stat",
            unit: "none",
            queries: [{ expr: `sum by (app) (${series("up", { namespace, app })})`, legend: "{{app}}" }],
        }],
        metrics: [{ from: gateway, names: ["up", requests, duration] }],
    };
}

/** Pods and their memory in the shop's namespaces. */
export function infrastructureTelemetry(namespaces: readonly string[]): Telemetry {
    const namespace = new RegExp(namespaces.join("|"));
    const per = (selector: string): string => `max by (namespace, pod, container) (${selector})`;
    const ratio = `${per(series(workingSet, { namespace, container: /.+/ }))} / ${per(series(limits, { namespace, resource: "memory" }))}`;
    return {
        name: "Infrastructure",
        alerts: [{
            name: "HighMemoryUsage",
            expr: `${ratio} > 0.8`,
            for: "10m",
            severity: "warning",
            summary: "{{ $labels.container }} in {{ $labels.pod }} uses {{ $value | humanizePercentage }} of its memory limit",
            description: "For ten minutes more than 80 % of the limit have been in use; beyond it the kernel ends the container.",
        }],
        panels: [{
            title: "Memory by share of the limit",
            kind: "timeseries",
            unit: "percentunit",
            queries: [{ expr: ratio, legend: "{{pod}}/{{container}}" }],
            thresholds: [{ value: 0.8, color: "orange" }],
        }],
        metrics: [
            { from: "kubernetes-cadvisor", names: [workingSet] },
            { from: "kube-state-metrics", names: [limits] },
        ],
    };
}
