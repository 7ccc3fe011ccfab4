import { MetricSource } from "../../kit/metricSource";
import type { Telemetry } from "../../kit/telemetry";

/** Arguments of {@link argoCdTelemetry}. */
export interface ArgoCdTelemetryArgs {
    /** Scrape job of Argo CD's application controller. */
    readonly job: string;
    /** Name of the Application. */
    readonly application: string;
    /** Argo CD applies what is in Git; else it only compares, and a difference is no news. */
    readonly applies: boolean;
}

/** One Application of Argo CD: whether it is what Git says, and well. */
export function argoCdTelemetry({ job, application, applies }: ArgoCdTelemetryArgs): Telemetry {
    const source = new MetricSource(job, { job, name: application });
    const info = (labels: Record<string, RegExp> = {}): string => source.of("argocd_app_info", labels);
    return {
        name: `Argo CD ${application}`,
        board: "backups",
        labels: { application },
        alerts: [...(applies ? [{
            name: "ArgoAppOutOfSync",
            expr: `${info({ sync_status: /OutOfSync|Unknown/ })} == 1`,
            for: "30m",
            severity: "warning" as const,
            summary: `${application} is {{ $labels.sync_status }}`,
            description: "For half an hour the cluster has not been what Git says: a change was not applied, or somebody changes things by hand.",
        }] : []), {
            name: "ArgoAppUnhealthy",
            expr: `${info({ health_status: /Degraded|Missing/ })} == 1`,
            for: "15m",
            severity: "warning",
            summary: `${application} is {{ $labels.health_status }}`,
            description: "For a quarter of an hour Argo CD has found objects of the application broken or gone.",
        }, {
            name: "ArgoAppUnknown",
            expr: `absent(${info()})`,
            for: "15m",
            severity: "warning",
            summary: `Argo CD says nothing of ${application}`,
            description: "For a quarter of an hour there has been no word of the application: it was deleted, or Argo CD is down and applies nothing.",
        }],
        panels: [],
        details: [{
            title: "Application of Argo CD", kind: "stat", unit: "none",
            queries: [{ expr: `sum by (sync_status, health_status) (${info()})`, legend: "{{sync_status}}, {{health_status}}" }],
        }],
        metrics: [source.required],
    };
}
