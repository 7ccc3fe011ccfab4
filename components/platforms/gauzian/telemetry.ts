import { MetricSource } from "../../kit/metricSource";
import { series } from "../../kit/promql";
import type { AlertRule, Panel, Query, Telemetry } from "../../kit/telemetry";
import { requestLevelTelemetry } from "../../monitoring/rules/tierLevel";
import type { BackendMetric, MetricSchema } from "./metrics";
import { backendMetrics } from "./metrics";

/** Scrape job of the backend. */
export const backendJob = "gauzian-backend";

/** Scrape job of MinIO's cluster metrics. */
export const objectStorageJob = "gauzian-minio";

/** Scrape job of Traefik. */
export const traefikJob = "traefik";

/** Arguments of {@link applicationTelemetry}. */
export interface ApplicationTelemetryArgs {
    readonly namespace: string;
    /** Which names the backend's metrics have. */
    readonly schema: MetricSchema;
}

/** Metrics of redis_exporter, for a schema without cache metrics of its own. */
const keyspaceHits = "redis_keyspace_hits_total";
const keyspaceMisses = "redis_keyspace_misses_total";

/** The application as its document's dashboard shows it, from whichever names its image uses. */
export function applicationTelemetry({ namespace, schema }: ApplicationTelemetryArgs): Telemetry {
    const used = new Set<string>();
    const name = (metric: BackendMetric): string | null => backendMetrics[metric][schema];
    const select = (metric: BackendMetric, labels: Record<string, string | RegExp> = {}, suffix = ""): string => {
        const found = name(metric);
        if (found === null) {
            throw new Error(`the metric schema "${schema}" has no ${metric}; leave the query out`);
        }
        used.add(`${found}${suffix}`);
        return series(`${found}${suffix}`, { job: backendJob, ...labels });
    };
    const known = (queries: readonly (readonly [BackendMetric, string, (selector: string) => string])[]): Query[] =>
        queries.filter(([metric]) => name(metric) !== null)
            .map(([metric, legend, expression]) => ({ expr: expression(select(metric)), legend }));
    const rate = (selector: string): string => `sum(rate(${selector}[5m]))`;
    const latency = (quantile: number): string =>
        `histogram_quantile(${quantile}, sum by (le) (rate(${select("duration", {}, "_bucket")}[5m])))`;
    const errors = `${rate(select("requests", { status: /5../ }))} / ${rate(select("requests"))}`;
    const pool = `${select("poolActive")} / ${select("poolMaximum")}`;
    const perPod = (selector: string): string => `sum by (pod) (${selector})`;

    const panels: Panel[] = [
        { title: "Request Rate (req/s)", kind: "timeseries", unit: "reqps", queries: [{ expr: rate(select("requests")), legend: "requests" }] },
        {
            title: "Response Time P50/P95/P99",
            kind: "timeseries",
            unit: "ms",
            queries: [0.5, 0.95, 0.99].map(quantile => ({ expr: `${latency(quantile)} * 1000`, legend: `P${quantile * 100}` })),
        },
        {
            title: "Error Rate (%)",
            kind: "timeseries",
            unit: "percent",
            queries: [{ expr: `${errors} * 100`, legend: "5xx" }],
            thresholds: [{ value: 5, color: "red" }],
        },
        {
            title: "Active Connections",
            kind: "timeseries",
            unit: "none",
            queries: [{ expr: perPod(select("activeConnections")), legend: "{{pod}}" }],
        },
        {
            title: "Database Pool (active/idle/total)",
            kind: "timeseries",
            unit: "none",
            queries: [
                { expr: `sum(${select("poolActive")})`, legend: "active" },
                { expr: `sum(${select("poolIdle")})`, legend: "idle" },
                {
                    expr: name("poolTotal") === null
                        ? `sum(${select("poolActive")}) + sum(${select("poolIdle")})`
                        : `sum(${select("poolTotal")})`,
                    legend: "total",
                },
            ],
        },
        {
            title: "Database pool saturation (%)",
            kind: "timeseries",
            unit: "percent",
            queries: [{ expr: `${pool} * 100`, legend: "{{pod}}" }],
            thresholds: [{ value: 90, color: "red" }],
        },
        { title: "Redis Hit Rate (%)", kind: "timeseries", unit: "percent", queries: [{ expr: hitRate(), legend: "hits" }] },
        {
            title: "S3 Operations (uploads/downloads/errors)",
            kind: "timeseries",
            unit: "ops",
            queries: known([["uploads", "uploads", rate], ["downloads", "downloads", rate], ["storageErrors", "errors", rate]]),
        },
        {
            title: "File Operations (create/delete/share)",
            kind: "timeseries",
            unit: "ops",
            queries: known([["filesCreated", "create", rate], ["filesDeleted", "delete", rate], ["filesShared", "share", rate]]),
        },
    ];

    function hitRate(): string {
        const [hits, misses] = name("cacheHits") === null
            ? [series(keyspaceHits, { namespace, app: "redis" }), series(keyspaceMisses, { namespace, app: "redis" })]
            : [select("cacheHits"), select("cacheMisses")];
        return `${rate(hits)} / (${rate(hits)} + ${rate(misses)}) * 100`;
    }

    const alerts = applicationAlerts(errors, latency(0.99), pool);
    return {
        name: "Gauzian",
        alerts,
        panels,
        metrics: [
            { from: backendJob, names: [...used].sort() },
            ...(name("cacheHits") === null ? [{ from: "redis", names: [keyspaceHits, keyspaceMisses] }] : []),
        ],
    };
}

function applicationAlerts(errors: string, latency: string, pool: string): AlertRule[] {
    return [{
        name: "HighErrorRate",
        expr: `${errors} > 0.05`,
        for: "5m",
        severity: "critical",
        summary: "The backend fails {{ $value | humanizePercentage }} of its requests",
        description: "For five minutes more than 5 % of the answers have had a status 5xx.",
    }, {
        name: "HighLatency",
        expr: `${latency} > 2`,
        for: "5m",
        severity: "warning",
        summary: "The backend takes {{ $value | humanizeDuration }} for one request in a hundred",
        description: "For five minutes the 99th percentile of the response time has been above 2 s.",
    }, {
        name: "DatabasePoolExhausted",
        expr: `${pool} > 0.9`,
        for: "5m",
        severity: "critical",
        summary: "{{ $labels.pod }} uses {{ $value | humanizePercentage }} of its database pool",
        description: "For five minutes more than 90 % of the pod's database connections have been in use; requests wait for one.",
    }];
}

/** Whether any pod of the backend is ready, as kube-state-metrics counts them. */
export function backendTelemetry(namespace: string): Telemetry {
    const ready = "kube_deployment_status_replicas_ready";
    const pods = `sum(${series(ready, { namespace, deployment: "backend" })})`;
    return {
        name: "Backend",
        alerts: [{
            name: "BackendDown",
            expr: `(${pods}) == 0 or absent(${pods})`,
            for: "2m",
            severity: "critical",
            summary: "No pod of the backend is ready",
            description: "For two minutes the backend has had no ready pod: nobody can log in, and no file moves.",
        }],
        panels: [],
        metrics: [{ from: "kube-state-metrics", names: [ready] }],
    };
}

/** What the backend promises. */
export function backendLevel({ namespace, schema }: ApplicationTelemetryArgs): Telemetry {
    const { requests, duration } = backendMetrics;
    return requestLevelTelemetry({
        service: "backend",
        slo: { availability: 99.5, latency: { p95: "1s" } },
        source: new MetricSource(backendJob, { namespace, job: backendJob }),
        requests: requests[schema],
        duration: duration[schema],
    });
}
