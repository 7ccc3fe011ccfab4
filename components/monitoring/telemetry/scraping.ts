import type { Telemetry } from "../telemetry";

/** Whether the monitoring itself sees everything it should. */
export function scrapingTelemetry(): Telemetry {
    return {
        name: "Monitoring",
        alerts: [{
            name: "TargetDown",
            expr: "up == 0",
            for: "5m",
            severity: "warning",
            summary: "{{ $labels.instance }} of job {{ $labels.job }} cannot be scraped",
            description: "For five minutes the target has not delivered metrics; alerts and panels that need them are blind.",
        }],
        panels: [{
            title: "Targets that answer",
            kind: "stat",
            unit: "percentunit",
            queries: [{ expr: "sum by (job) (up) / count by (job) (up)", legend: "{{job}}" }],
        }, {
            title: "Series in memory",
            kind: "timeseries",
            unit: "short",
            queries: [{ expr: "prometheus_tsdb_head_series", legend: "series" }],
        }],
        metrics: [{ from: "prometheus", names: ["up", "prometheus_tsdb_head_series"] }],
    };
}
