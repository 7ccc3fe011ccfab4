import { watchdogAlert } from "../alerting/alertmanagerConfiguration";
import { MetricSource } from "../../kit/metricSource";
import { rate } from "../../kit/promql";
import type { AlertRule, Panel, Telemetry } from "../../kit/telemetry";

/** Arguments of {@link scrapingTelemetry}. */
export interface ScrapingTelemetryArgs {
    /** Scrape jobs that must have a target at any time. @default those of every Prometheus of the program */
    readonly jobs?: readonly string[];
    /** Alerts are sent to an Alertmanager. @default false */
    readonly notifies?: boolean;
}

const everywhere = ["kubernetes-cadvisor", "kube-state-metrics"];

/** Whether the monitoring itself sees everything it should, judges it, and can tell someone. */
export function scrapingTelemetry({ jobs = everywhere, notifies = false }: ScrapingTelemetryArgs = {}): Telemetry {
    const self = new MetricSource("prometheus", { job: "prometheus" });
    const grown = (metric: string, range: string): string => `increase(${self.of(metric)}[${range}])`;
    return {
        name: "Monitoring",
        board: "system",
        alerts: [
            ...targetAlerts(jobs), ...ruleAlerts(self, grown), ...databaseAlerts(self, grown),
            ...(notifies ? notificationAlerts(self, grown) : []),
        ],
        panels: [{
            title: "Targets that answer",
            kind: "stat",
            unit: "percentunit",
            queries: [{ expr: "sum by (job) (up) / count by (job) (up)", legend: "{{job}}" }],
        }, {
            title: "Series in memory",
            kind: "timeseries",
            unit: "short",
            queries: [{ expr: self.of("prometheus_tsdb_head_series"), legend: "series" }],
        }],
        details: details(self, notifies),
        metrics: [self.required, { from: "prometheus", names: ["up"] }],
    };
}

type Grown = (metric: string, range: string) => string;

function targetAlerts(jobs: readonly string[]): AlertRule[] {
    return [{
        name: watchdogAlert,
        expr: "vector(1)",
        for: "0m",
        severity: "info",
        summary: "Prometheus evaluates rules and sends alerts",
        description: "This alert always fires. Whoever receives it should call someone when it stops coming: then no other alert comes either.",
    }, {
        name: "TargetDown",
        expr: "up == 0",
        for: "5m",
        severity: "warning",
        summary: "{{ $labels.instance }} of job {{ $labels.job }} cannot be scraped",
        description: "For five minutes the target has not delivered metrics; alerts and panels that need them are blind.",
    }, {
        name: "TargetMissing",
        expr: jobs.map(job => `absent(up{job="${job}"})`).join(" or "),
        for: "10m",
        severity: "critical",
        summary: "Job {{ $labels.job }} finds no target",
        description: "For ten minutes discovery has found nothing to scrape: all alerts that need these metrics are blind.",
    }];
}

function ruleAlerts(self: MetricSource, grown: Grown): AlertRule[] {
    return [{
        name: "PrometheusConfigReloadFailed",
        expr: `max_over_time(${self.of("prometheus_config_last_reload_successful")}[5m]) == 0`,
        for: "5m",
        severity: "warning",
        summary: "Prometheus runs with an old configuration",
        description: "For five minutes its newest configuration could not be loaded; the one before is still in use.",
    }, {
        name: "PrometheusRuleFailures",
        expr: `sum by (rule_group) (${grown("prometheus_rule_evaluation_failures_total", "5m")}) > 0`,
        for: "5m",
        severity: "critical",
        summary: "Rules of {{ $labels.rule_group }} cannot be evaluated",
        description: "For five minutes rules of the group have ended with an error: their alerts cannot fire.",
    }, {
        name: "PrometheusRulesMissed",
        expr: `sum by (rule_group) (${grown("prometheus_rule_group_iterations_missed_total", "10m")}) > 2`,
        for: "10m",
        severity: "warning",
        summary: "Prometheus has left out evaluations of {{ $labels.rule_group }}",
        description: "For ten minutes the rules have taken longer than the time between two evaluations: alerts come late.",
    }, {
        name: "PrometheusDiscoveryFailing",
        expr: `sum(${grown("prometheus_sd_kubernetes_failures_total", "10m")}) > 5`,
        for: "10m",
        severity: "warning",
        summary: "Prometheus failed {{ $value | humanize }} times to ask the API server for its targets",
        description: "For ten minutes new pods have not been found: the API server refuses, or its permissions are gone.",
    }];
}

function databaseAlerts(self: MetricSource, grown: Grown): AlertRule[] {
    const failures = ["compactions_failed_total", "head_truncations_failed_total", "checkpoint_creations_failed_total", "wal_writes_failed_total"]
        .map(name => grown(`prometheus_tsdb_${name}`, "1h"));
    return [{
        name: "PrometheusNotIngesting",
        expr: `${rate(self.of("prometheus_tsdb_head_samples_appended_total"), "5m")} <= 0`,
        for: "10m",
        severity: "critical",
        summary: "Prometheus stores no samples",
        description: "For ten minutes nothing has been added: no target answers, or its volume is full.",
    }, {
        name: "PrometheusStorageFailing",
        expr: `${failures.join(" + ")} > 0`,
        for: "15m",
        severity: "critical",
        summary: "Prometheus has failed {{ $value | humanize }} times to write its time series",
        description: "Within an hour its volume has refused writes: it is full, or broken, and new samples will be lost.",
    }, {
        name: "PrometheusWalCorrupted",
        expr: `${grown("prometheus_tsdb_wal_corruptions_total", "15m")} > 0`,
        for: "0m",
        severity: "warning",
        summary: "Prometheus has found its write-ahead log damaged",
        description: "It dropped what came after the damage: some minutes of samples are missing, as after a hard stop or a full volume.",
    }, {
        name: "PrometheusSamplesRejected",
        expr: `${rate(self.of("prometheus_target_scrapes_sample_duplicate_timestamp_total"), "5m")} `
            + `+ ${rate(self.of("prometheus_target_scrapes_sample_out_of_order_total"), "5m")} > 0`,
        for: "15m",
        severity: "info",
        summary: "Prometheus drops {{ $value | humanize }} samples a second",
        description: "For a quarter of an hour targets have delivered the same series twice, or in wrong order: two of them share all labels.",
    }];
}

function notificationAlerts(self: MetricSource, grown: Grown): AlertRule[] {
    const [length, capacity] = [self.of("prometheus_notifications_queue_length"), self.of("prometheus_notifications_queue_capacity")];
    return [{
        name: "PrometheusNoAlertmanager",
        expr: `max(${self.of("prometheus_notifications_alertmanagers_discovered")}) < 1`,
        for: "10m",
        severity: "critical",
        summary: "Prometheus knows no Alertmanager",
        description: "For ten minutes there has been nobody to send alerts to: nobody will be called.",
    }, {
        name: "PrometheusAlertsLost",
        expr: `sum(${grown("prometheus_notifications_dropped_total", "5m")}) > 0`,
        for: "5m",
        severity: "critical",
        summary: "Prometheus could not deliver {{ $value | humanize }} alerts",
        description: "For five minutes alerts have been thrown away, because no Alertmanager took them.",
    }, {
        name: "PrometheusAlertsFailing",
        expr: `${rate(self.of("prometheus_notifications_errors_total"), "5m", ["alertmanager"])} > 0`,
        for: "15m",
        severity: "warning",
        summary: "Alertmanager {{ $labels.alertmanager }} refuses alerts",
        description: "For a quarter of an hour sending to it has failed; with a second one alerts still arrive.",
    }, {
        name: "PrometheusAlertQueueFull",
        expr: `max(${length}) / on () max(${capacity}) > 0.8`,
        for: "5m",
        severity: "warning",
        summary: "Prometheus waits to send alerts: its queue is {{ $value | humanizePercentage }} full",
        description: "For five minutes alerts have come faster than the Alertmanager takes them; beyond the queue they are lost.",
    }];
}

function details(self: MetricSource, notifies: boolean): Panel[] {
    return [{
        title: "Samples stored per second",
        kind: "timeseries",
        unit: "ops",
        queries: [{ expr: rate(self.of("prometheus_tsdb_head_samples_appended_total"), "$__rate_interval"), legend: "samples" }],
    }, {
        title: "Time series on the volume",
        kind: "timeseries",
        unit: "bytes",
        queries: [{ expr: self.of("prometheus_tsdb_storage_blocks_bytes"), legend: "blocks" }],
    }, {
        title: "Slowest rule groups",
        kind: "timeseries",
        unit: "s",
        queries: [{ expr: `topk(5, ${self.of("prometheus_rule_group_last_duration_seconds")})`, legend: "{{rule_group}}" }],
    }, ...(notifies ? [{
        title: "Alerts sent per second",
        kind: "timeseries" as const,
        unit: "ops" as const,
        queries: [{ expr: rate(self.of("prometheus_notifications_sent_total"), "$__rate_interval"), legend: "alerts" }],
    }] : [])];
}
