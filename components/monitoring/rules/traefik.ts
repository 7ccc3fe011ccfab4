import { MetricSource } from "../../kit/metricSource";
import { absentOrZero, perSecond, rate, share } from "../../kit/promql";
import type { AlertRule, Telemetry } from "../../kit/telemetry";

/** Arguments of {@link traefikTelemetry}. */
export interface TraefikTelemetryArgs {
    /** Scrape job of Traefik. */
    readonly job: string;
    /** Days before its end by which a certificate should have been renewed. @default 14; Traefik renews 30 days before */
    readonly certificateDays?: number;
}

const code = { code: /5../ };

/** Traefik as the edge of a platform: errors, latency, services without a server, certificates. */
export function traefikTelemetry({ job, certificateDays = 14 }: TraefikTelemetryArgs): Telemetry {
    const source = new MetricSource(job, { job });
    const services = (range: string, labels = {}): string => rate(source.of("traefik_service_requests_total", labels), range, ["service"]);
    const latency = (quantile: number, range: string): string =>
        `histogram_quantile(${quantile}, ${rate(source.of("traefik_service_request_duration_seconds_bucket"), range, ["service", "le"])})`;
    const all = (labels = {}): string => source.of("traefik_entrypoint_requests_total", labels);
    const alerts: AlertRule[] = [{
        name: "TraefikDown",
        expr: absentOrZero(`sum(${source.of("up")})`),
        for: "2m",
        severity: "critical",
        summary: "Traefik does not answer",
        description: "For two minutes no Traefik has delivered metrics: nobody may reach the platform from outside.",
    }, {
        name: "TraefikErrorRate",
        expr: `${share(rate(all(code), "5m"), rate(all(), "5m"))} > 0.05`,
        for: "5m",
        severity: "critical",
        summary: "{{ $value | humanizePercentage }} of what comes in ends with an error",
        description: "For five minutes more than 5 % of all requests at the edge have had a status 5xx.",
    }, {
        name: "TraefikServiceErrors",
        expr: `${share(services("5m", code), services("5m"))} > 0.1 and ${services("5m", code)} > 0.05`,
        for: "10m",
        severity: "warning",
        summary: "{{ $labels.service }} fails {{ $value | humanizePercentage }} of its requests",
        description: "For ten minutes more than a tenth of one service's requests have failed, as the edge sees it: 502 and 503 mean that no pod answers.",
    }, {
        name: "TraefikServiceSlow",
        expr: `${latency(0.95, "5m")} > 3`,
        for: "15m",
        severity: "warning",
        summary: "{{ $labels.service }} takes {{ $value | humanizeDuration }} for one request in twenty",
        description: "For a quarter of an hour users have waited more than three seconds for one request in twenty.",
    }, {
        name: "TraefikReloadsOften",
        expr: `changes(${source.of("traefik_config_reloads_total")}[1h]) > 30`,
        for: "0m",
        severity: "info",
        summary: "{{ $labels.instance }} has loaded its configuration {{ $value }} times in an hour",
        description: "Something changes routes or Services again and again: a pod that comes and goes, or two tools that correct each other.",
    }, ...certificateAlerts(source.of("traefik_tls_certs_not_after"), certificateDays)];
    return {
        name: "Traefik",
        board: "edge",
        alerts,
        panels: [],
        details: [{
            title: "Requests per second by status", kind: "timeseries", unit: "reqps",
            queries: [{ expr: perSecond(all(), ["code"]), legend: "{{code}}" }],
        }, {
            title: "Requests per second by service", kind: "timeseries", unit: "reqps",
            queries: [{ expr: services("$__rate_interval"), legend: "{{service}}" }],
        }, {
            title: "Latency by service (95 %)", kind: "timeseries", unit: "s",
            queries: [{ expr: latency(0.95, "$__rate_interval"), legend: "{{service}}" }],
            thresholds: [{ value: 3, color: "red" }],
        }, {
            title: "Open connections", kind: "timeseries", unit: "none",
            queries: [{ expr: `sum by (entrypoint) (${source.of("traefik_open_connections")})`, legend: "{{entrypoint}}" }],
        }, {
            title: "Time until certificates end", kind: "stat", unit: "s",
            queries: [{ expr: `${source.of("traefik_tls_certs_not_after")} - time()`, legend: "{{cn}}" }],
        }],
        metrics: [source.required],
    };
}

function certificateAlerts(notAfter: string, days: number): AlertRule[] {
    return [{
        name: "CertificateExpiring",
        expr: `(${notAfter} - time()) / 86400 < ${days}`,
        for: "1h",
        severity: "warning",
        summary: "The certificate of {{ $labels.cn }} ends in {{ $value | humanize }} days",
        description: `It should have been renewed ${30 - days} days ago; when it ends, browsers refuse the site.`,
    }, {
        name: "TraefikCertificateExpired",
        expr: `${notAfter} - time() < 0`,
        for: "10m",
        severity: "critical",
        summary: "The certificate of {{ $labels.cn }} has ended",
        description: "Browsers refuse the site now.",
    }];
}
