import { MetricSource } from "../../kit/metricSource";
import { absentOrZero, perSecond, rate, share } from "../../kit/promql";
import type { AlertRule, Panel, Telemetry } from "../../kit/telemetry";
import type { Selector } from "./failures";
import type { ServiceLevelObjective } from "./serviceLevel";
import { readinessLevelTelemetry, requestLevelTelemetry } from "./tierLevel";

/** Metrics that an application measures itself. */
export interface ApplicationMetrics {
    /** Counter of answered requests, with label `status`. */
    readonly requests: string;
    /** Histogram of the time to answer a request, in seconds, without its suffix. */
    readonly duration: string;
    /** Counter of cache reads with label `result`: hit, miss or error. @default it has no cache */
    readonly cacheRequests?: string;
}

/** Arguments of {@link webApplicationTelemetry}. */
export interface WebApplicationTelemetryArgs {
    readonly namespace: string;
    /** Name of the Deployment and of its `app` label. */
    readonly app: string;
    /** Start of the row's and of the first alert's name: `Backend` gives BackendDown. */
    readonly title: string;
    /** Null for an image that measures nothing and is not scraped; alerts and panels that need these metrics are left out. */
    readonly metrics: ApplicationMetrics | null;
    /** What the tier promises. @default nothing */
    readonly slo?: ServiceLevelObjective;
    /** Share of answers with status 5xx that is too much. @default 0.05 */
    readonly maximumErrorRatio?: number;
    /** Time in which 95 % of the requests must be answered, in seconds. @default 1 */
    readonly maximumLatencySeconds?: number;
}

/** Availability, errors, latency and cache use of an HTTP application, and its promises. */
export function webApplicationTelemetry(args: WebApplicationTelemetryArgs): Telemetry[] {
    const alive = aliveness(args);
    const measured = args.metrics === null ? none : measuredBy(args, args.metrics);
    return [{
        name: args.title,
        labels: { namespace: args.namespace, app: args.app },
        alerts: [...alive.alerts, ...measured.alerts],
        panels: measured.panels,
        metrics: [...alive.metrics, ...measured.metrics],
    }, ...promises(args)];
}

type Part = Omit<Telemetry, "name">;

const none: Part = { alerts: [], panels: [], metrics: [] };
const ready = "kube_deployment_status_replicas_ready";

/** Ready pods as kube-state-metrics counts them, or while it is gone, as many as answer their scrape. */
function aliveness({ namespace, app, title, metrics }: WebApplicationTelemetryArgs): Part {
    const state = new MetricSource("kube-state-metrics", { namespace });
    const own = new MetricSource(app, { namespace, app });
    const counted = `sum(${state.of(ready, { deployment: app })})`;
    const pods = metrics === null ? counted : `${counted} or sum(${own.of("up")})`;
    return {
        alerts: [{
            name: `${title}Down`,
            expr: absentOrZero(pods),
            for: "2m",
            severity: "critical",
            summary: `No pod of ${app} is ready`,
            description: `For two minutes ${app} in ${namespace} has had no ready pod: every request fails.`,
        }],
        panels: [],
        metrics: [state.required, ...(metrics === null ? [] : [own.required])],
    };
}

/** Promises are kept by what the requests say, or by ready pods where nobody counts requests. */
function promises({ namespace, app, metrics, slo }: WebApplicationTelemetryArgs): Telemetry[] {
    if (slo === undefined) {
        return [];
    }
    return metrics === null
        ? [readinessLevelTelemetry({ namespace, service: app, slo })]
        : [requestLevelTelemetry({ ...metrics, service: app, slo, source: new MetricSource(app, { namespace, app }) })];
}

function measuredBy(args: WebApplicationTelemetryArgs, metrics: ApplicationMetrics): Part {
    const { namespace, app } = args;
    const source = new MetricSource(app, { namespace, app });
    const latency = (quantile: number, range: string): string =>
        `histogram_quantile(${quantile}, ${rate(source.of(`${metrics.duration}_bucket`), range, ["le"])})`;
    const requests: Selector = labels => source.of(metrics.requests, labels);
    const { cacheRequests } = metrics;
    const reads = cacheRequests === undefined ? undefined : (labels: Parameters<Selector>[0]) => source.of(cacheRequests, labels);
    const alerts = [...httpAlerts(args, requests, latency), ...(reads ? [cacheAlert(app, reads)] : [])];
    const panels = [...httpPanels(args, requests, latency), ...(reads ? [cachePanel(reads)] : [])];
    return { alerts, panels, metrics: [source.required] };
}

type Latency = (quantile: number, range: string) => string;

function httpAlerts(args: WebApplicationTelemetryArgs, requests: Selector, latency: Latency): AlertRule[] {
    const { app, maximumErrorRatio = 0.05, maximumLatencySeconds = 1 } = args;
    return [{
        name: "HighErrorRate",
        expr: `${share(rate(requests({ status: /5../ }), "5m"), rate(requests(), "5m"))} > ${maximumErrorRatio}`,
        for: "5m",
        severity: "critical",
        summary: `${app} fails {{ $value | humanizePercentage }} of its requests`,
        description: `For five minutes more than ${maximumErrorRatio * 100} % of the answers of ${app} have had a status 5xx.`,
    }, {
        name: "HighLatency",
        expr: `${latency(0.95, "5m")} > ${maximumLatencySeconds}`,
        for: "5m",
        severity: "warning",
        summary: `${app} takes {{ $value | humanizeDuration }} for one request in twenty`,
        description: `For five minutes the 95th percentile of the response time of ${app} has been above ${maximumLatencySeconds} s.`,
    }, {
        name: "ClientErrorsHigh",
        expr: `${share(rate(requests({ status: /4../ }), "15m"), rate(requests(), "15m"))} > 0.5`,
        for: "15m",
        severity: "info",
        summary: `${app} refuses {{ $value | humanizePercentage }} of its requests`,
        description: `For half an hour more than half of the answers of ${app} have had a status 4xx: a client is broken, or someone is probing.`,
    }];
}

function cacheAlert(app: string, reads: Selector): AlertRule {
    return {
        name: "CacheErrors",
        expr: `${share(rate(reads({ result: "error" }), "5m"), rate(reads(), "5m"))} > 0.1`,
        for: "10m",
        severity: "warning",
        summary: `{{ $value | humanizePercentage }} of the cache reads of ${app} fail`,
        description: `For ten minutes ${app} has not reached its cache for more than a tenth of its reads; the database answers in its place.`,
    };
}

function httpPanels(args: WebApplicationTelemetryArgs, requests: Selector, latency: Latency): Panel[] {
    const { maximumErrorRatio = 0.05, maximumLatencySeconds = 1 } = args;
    const answered = (status: RegExp): string => share(`(${perSecond(requests({ status }))} or vector(0))`, perSecond(requests()));
    return [{
        title: "Requests per second",
        kind: "timeseries",
        unit: "reqps",
        queries: [
            { expr: perSecond(requests()), legend: "total" },
            { expr: perSecond(requests(), ["endpoint"]), legend: "{{endpoint}}" },
        ],
    }, {
        title: "HTTP error rate",
        kind: "timeseries",
        unit: "percentunit",
        queries: [{ expr: answered(/4../), legend: "4xx" }, { expr: answered(/5../), legend: "5xx" }],
        thresholds: [{ value: maximumErrorRatio, color: "red" }],
    }, {
        title: "Latency",
        kind: "timeseries",
        unit: "s",
        queries: [0.5, 0.95, 0.99].map(quantile => ({ expr: latency(quantile, "$__rate_interval"), legend: `P${quantile * 100}` })),
        thresholds: [{ value: maximumLatencySeconds, color: "red" }],
    }];
}

function cachePanel(reads: Selector): Panel {
    return {
        title: "Cache hit ratio",
        kind: "timeseries",
        unit: "percentunit",
        queries: [{ expr: share(`(${perSecond(reads({ result: "hit" }))} or vector(0))`, perSecond(reads({ result: /hit|miss/ }))), legend: "hits" }],
    };
}
