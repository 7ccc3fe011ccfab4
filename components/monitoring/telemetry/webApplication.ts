import { absentOrZero, series } from "../promql";
import type { AlertRule, Panel, RequiredMetrics, Telemetry } from "../telemetry";

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
    /** Share of answers with status 5xx that is too much. @default 0.05 */
    readonly maximumErrorRatio?: number;
    /** Time in which 95 % of the requests must be answered, in seconds. @default 1 */
    readonly maximumLatencySeconds?: number;
}

const perSecond = (selector: string): string => `rate(${selector}[$__rate_interval])`;

/** Availability, errors, latency and cache use of an HTTP application. */
export function webApplicationTelemetry(args: WebApplicationTelemetryArgs): Telemetry {
    const measured = args.metrics === null ? none : measuredBy(args, args.metrics);
    const alive = aliveness(args);
    return {
        name: args.title,
        alerts: [...alive.alerts, ...measured.alerts],
        panels: measured.panels,
        metrics: [...alive.metrics, ...measured.metrics],
    };
}

type Part = Omit<Telemetry, "name">;

const none: Part = { alerts: [], panels: [], metrics: [] };

/** Ready pods as kube-state-metrics counts them, or while it is gone, as many as answer their scrape. */
function aliveness({ namespace, app, title, metrics }: WebApplicationTelemetryArgs): Part {
    const ready = "kube_deployment_status_replicas_ready";
    const counted = `sum(${series(ready, { namespace, deployment: app })})`;
    const pods = metrics === null ? counted : `${counted} or sum(${series("up", { namespace, app })})`;
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
        metrics: [
            { from: "kube-state-metrics", names: [ready] },
            ...(metrics === null ? [] : [{ from: app, names: ["up"] }]),
        ],
    };
}

function measuredBy(args: WebApplicationTelemetryArgs, metrics: ApplicationMetrics): Part {
    const { namespace, app } = args;
    const buckets = `${metrics.duration}_bucket`;
    const requests = (labels: Record<string, string | RegExp> = {}): string => series(metrics.requests, { namespace, app, ...labels });
    const latency = (quantile: number, range: string): string =>
        `histogram_quantile(${quantile}, sum by (le) (rate(${series(buckets, { namespace, app })}[${range}])))`;
    const names = [metrics.requests, buckets, ...(metrics.cacheRequests === undefined ? [] : [metrics.cacheRequests])];
    const required: RequiredMetrics = { from: app, names };
    return { alerts: httpAlerts(args, requests, latency), panels: httpPanels(args, metrics, requests, latency), metrics: [required] };
}

type Requests = (labels?: Record<string, string | RegExp>) => string;
type Latency = (quantile: number, range: string) => string;

function httpAlerts(args: WebApplicationTelemetryArgs, requests: Requests, latency: Latency): AlertRule[] {
    const { app, maximumErrorRatio = 0.05, maximumLatencySeconds = 1 } = args;
    return [{
        name: "HighErrorRate",
        expr: `sum(rate(${requests({ status: /5../ })}[5m])) / sum(rate(${requests()}[5m])) > ${maximumErrorRatio}`,
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
    }];
}

function httpPanels(args: WebApplicationTelemetryArgs, metrics: ApplicationMetrics, requests: Requests, latency: Latency): Panel[] {
    const { app, namespace, maximumErrorRatio = 0.05, maximumLatencySeconds = 1 } = args;
    const share = (status: RegExp): string => `(sum(${perSecond(requests({ status }))}) or vector(0)) / sum(${perSecond(requests())})`;
    const cache = metrics.cacheRequests;
    const reads = (labels: Record<string, string | RegExp>): string => `sum(${perSecond(series(cache ?? "", { namespace, app, ...labels }))})`;
    return [{
        title: "Requests per second",
        kind: "timeseries",
        unit: "reqps",
        queries: [
            { expr: `sum(${perSecond(requests())})`, legend: "total" },
            { expr: `sum by (endpoint) (${perSecond(requests())})`, legend: "{{endpoint}}" },
        ],
    }, {
        title: "HTTP error rate",
        kind: "timeseries",
        unit: "percentunit",
        queries: [{ expr: share(/4../), legend: "4xx" }, { expr: share(/5../), legend: "5xx" }],
        thresholds: [{ value: maximumErrorRatio, color: "red" }],
    }, {
        title: "Latency",
        kind: "timeseries",
        unit: "s",
        queries: [0.5, 0.95, 0.99].map(quantile => ({ expr: latency(quantile, "$__rate_interval"), legend: `P${quantile * 100}` })),
        thresholds: [{ value: maximumLatencySeconds, color: "red" }],
    }, ...(cache === undefined ? [] : [{
        title: "Cache hit ratio",
        kind: "timeseries",
        unit: "percentunit",
        queries: [{ expr: `(${reads({ result: "hit" })} or vector(0)) / ${reads({ result: /hit|miss/ })}`, legend: "hits" }],
    } as const])];
}
