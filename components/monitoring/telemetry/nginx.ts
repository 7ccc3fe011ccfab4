import { MetricSource } from "../metricSource";
import { absentOrZero, perSecond, rate } from "../promql";
import type { Telemetry } from "../telemetry";

/** Arguments of {@link nginxTelemetry}. */
export interface NginxTelemetryArgs {
    readonly namespace: string;
    /** `app` label of the pods with nginx-prometheus-exporter. */
    readonly app: string;
}

/** nginx as its exporter sees it: whether it answers, and whether it takes every connection. */
export function nginxTelemetry({ namespace, app }: NginxTelemetryArgs): Telemetry {
    const source = new MetricSource(app, { namespace, app });
    const dropped = `${rate(source.of("nginx_connections_accepted"), "5m")} - ${rate(source.of("nginx_connections_handled"), "5m")}`;
    return {
        name: `nginx ${app}`,
        board: "edge",
        labels: { namespace, app },
        alerts: [{
            name: "NginxDown",
            expr: absentOrZero(`sum(${source.of("nginx_up")})`),
            for: "2m",
            severity: "critical",
            summary: `No nginx of ${app} answers`,
            description: `For two minutes no pod of ${app} in ${namespace} has answered its exporter: the page does not load.`,
        }, {
            name: "NginxConnectionsDropped",
            expr: `${dropped} > 0`,
            for: "5m",
            severity: "warning",
            summary: `nginx ${app} drops {{ $value | humanize }} connections a second`,
            description: "For five minutes connections have been accepted and not handled: worker_connections or open files are used up.",
        }],
        panels: [],
        details: [{
            title: `${app}: requests per second`, kind: "timeseries", unit: "reqps",
            queries: [{ expr: perSecond(source.of("nginx_http_requests_total")), legend: "requests" }],
        }, {
            title: `${app}: connections`, kind: "timeseries", unit: "none",
            queries: [
                { expr: `sum(${source.of("nginx_connections_active")})`, legend: "active" },
                { expr: `sum(${source.of("nginx_connections_waiting")})`, legend: "idle" },
            ],
        }],
        metrics: [source.required],
    };
}
