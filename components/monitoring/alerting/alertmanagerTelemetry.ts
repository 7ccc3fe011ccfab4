import { MetricSource } from "../../kit/metricSource";
import { rate, share } from "../../kit/promql";
import type { Telemetry } from "../../kit/telemetry";

/** Arguments of {@link alertmanagerTelemetry}. */
export interface AlertmanagerTelemetryArgs {
    /** Scrape job of the Alertmanager. */
    readonly job: string;
    /** Number of its pods. */
    readonly replicas: number;
}

/** Whether the Alertmanager reaches those it should call. */
export function alertmanagerTelemetry({ job, replicas }: AlertmanagerTelemetryArgs): Telemetry {
    const source = new MetricSource(job, { job });
    const by = ["integration"];
    const [failed, all] = ["alertmanager_notifications_failed_total", "alertmanager_notifications_total"]
        .map(metric => rate(source.of(metric), "10m", by)) as [string, string];
    const alerts: Telemetry["alerts"] = [{
        name: "AlertmanagerNotificationsFailing",
        expr: `${share(failed, all)} > 0.1`,
        for: "5m",
        severity: "critical",
        summary: "{{ $value | humanizePercentage }} of the notifications by {{ $labels.integration }} fail",
        description: "For five minutes alerts have not reached those who wait for them on this way; other ways may still work.",
    }, {
        name: "AlertmanagerConfigReloadFailed",
        expr: `min(${source.of("alertmanager_config_last_reload_successful")}) == 0`,
        for: "5m",
        severity: "warning",
        summary: "The Alertmanager runs with an old configuration",
        description: "For five minutes its newest configuration could not be loaded; routes and receivers are those from before.",
    }, ...(replicas === 1 ? [] : [{
        name: "AlertmanagerClusterIncomplete",
        expr: `min(${source.of("alertmanager_cluster_members")}) < ${replicas}`,
        for: "10m",
        severity: "warning" as const,
        summary: `An Alertmanager knows only {{ $value }} of ${replicas}`,
        description: "For ten minutes they have not talked to each other: notifications come twice, and silences hold on one of them only.",
    }])];
    return { name: "Alertmanager", alerts, panels: [], metrics: [source.required] };
}
