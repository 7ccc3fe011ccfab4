import { MetricSource } from "../../kit/metricSource";
import { absentOrZero, perSecond, share } from "../../kit/promql";
import type { Telemetry } from "../../kit/telemetry";

/** Arguments of {@link nginxTelemetry}. */
export interface NginxTelemetryArgs {
    readonly namespace: string;
    /** `app` label of the pods, with nginx-prometheus-exporter beside each nginx. */
    readonly app: string;
    /** Connections that one nginx can have: its workers' `worker_connections` together. */
    readonly maximumConnections: number;
}

/** An nginx by the numbers of its `stub_status`: whether it answers, and whether it still takes every connection. */
export function nginxTelemetry({ namespace, app, maximumConnections }: NginxTelemetryArgs): Telemetry {
    const source = new MetricSource(app, { namespace, app });
    const increase = (metric: string): string => `increase(${source.of(metric)}[5m])`;
    const alerts: Telemetry["alerts"] = [{
        name: "NginxDown",
        expr: absentOrZero(`sum(${source.of("nginx_up")})`),
        for: "2m",
        severity: "critical",
        summary: `No nginx of ${app} answers`,
        description: "For two minutes no pod has told of an nginx that runs: nobody sees the page behind it.",
    }, {
        name: "NginxConnectionsDropped",
        expr: `${increase("nginx_connections_accepted")} - ${increase("nginx_connections_handled")} > 0`,
        for: "5m",
        severity: "warning",
        summary: "{{ $labels.pod }} has dropped {{ $value | humanize }} connections",
        description: "For five minutes nginx has closed connections that it had accepted, because its workers hold no more: users see errors.",
    }, {
        name: "NginxConnectionsHigh",
        // Each request that is passed on takes a second connection, to the server behind.
        expr: `${share(source.of("nginx_connections_active"), String(maximumConnections / 2))} > 0.8`,
        for: "10m",
        severity: "warning",
        summary: "{{ $labels.pod }} has {{ $value | humanizePercentage }} of the connections that it can serve",
        description: "For ten minutes there has been hardly room for more clients; beyond it nginx drops connections.",
    }];
    const state = (name: string): string => `sum(${source.of(`nginx_connections_${name}`)})`;
    return {
        name: `nginx ${app}`,
        board: "edge",
        labels: { namespace, app },
        alerts,
        panels: [],
        details: [{
            title: `${app}: requests per second`, kind: "timeseries", unit: "reqps",
            queries: [{ expr: perSecond(source.of("nginx_http_requests_total"), ["pod"]), legend: "{{pod}}" }],
        }, {
            title: `${app}: connections`, kind: "timeseries", unit: "none",
            queries: ["reading", "writing", "waiting"].map(name => ({ expr: state(name), legend: name })),
        }, {
            title: `${app}: connections taken and kept`, kind: "timeseries", unit: "ops",
            queries: ["accepted", "handled"].map(name => ({ expr: perSecond(source.of(`nginx_connections_${name}`)), legend: name })),
        }],
        metrics: [source.required],
    };
}
