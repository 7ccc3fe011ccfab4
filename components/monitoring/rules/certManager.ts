import { MetricSource } from "../../kit/metricSource";
import { oneOf } from "../../kit/promql";
import type { Telemetry } from "../../kit/telemetry";

/** Where cert-manager's own chart serves its metrics. */
export const certManagerMetrics = "cert-manager.cert-manager.svc:9402";

/** Arguments of {@link certManagerTelemetry}. */
export interface CertManagerTelemetryArgs {
    /** Scrape job of cert-manager. */
    readonly job: string;
    /** Namespaces of the certificates that are meant. */
    readonly namespaces: readonly string[];
}

/** Certificates as cert-manager keeps them. */
export function certManagerTelemetry({ job, namespaces }: CertManagerTelemetryArgs): Telemetry {
    const source = new MetricSource(job, { job, namespace: oneOf(namespaces) });
    const expiration = source.of("certmanager_certificate_expiration_timestamp_seconds");
    return {
        name: "Certificates",
        board: "edge",
        alerts: [{
            name: "CertificateNotReady",
            expr: `max by (namespace, name) (${source.of("certmanager_certificate_ready_status", { condition: "False" })}) == 1`,
            for: "15m",
            severity: "critical",
            summary: "Certificate {{ $labels.name }} is not ready",
            description: "For a quarter of an hour there has been no valid certificate, or none that fits what is asked for.",
        }, {
            name: "CertificateRenewalOverdue",
            expr: `time() - ${source.of("certmanager_certificate_renewal_timestamp_seconds")} > 86400`,
            for: "1h",
            severity: "warning",
            summary: "Certificate {{ $labels.name }} should have been renewed {{ $value | humanizeDuration }} ago",
            description: "For a day renewal has been due and has not worked; the old certificate still does.",
        }, {
            name: "CertificateExpiringSoon",
            expr: `(${expiration} - time()) / 86400 < 14`,
            for: "1h",
            severity: "warning",
            summary: "Certificate {{ $labels.name }} ends in {{ $value | humanize }} days",
            description: "It should have been renewed by now; when it ends, browsers refuse the site.",
        }, {
            name: "CertificateExpired",
            expr: `${expiration} - time() < 0`,
            for: "10m",
            severity: "critical",
            summary: "Certificate {{ $labels.name }} has ended",
            description: "Browsers refuse the site now.",
        }],
        panels: [],
        details: [{
            title: "Time until certificates end", kind: "stat", unit: "s",
            queries: [{ expr: `${expiration} - time()`, legend: "{{name}}" }],
        }],
        metrics: [source.required],
    };
}
