import { scrapingTelemetry } from "../../../components/monitoring/prometheus/scrapingTelemetry";
import type { ScenarioTable, World } from "./table";
import { grows, named, stays } from "./table";

const self = named('job="prometheus",instance="localhost:9090"');
const gauge = (name: string, value: number): World => ({ [self(`prometheus_${name}`)]: stays(value) });
const counter = (name: string, perMinute: number, more = ""): World => ({ [self(`prometheus_${name}`, more)]: grows(perMinute) });
const group = 'rule_group="/etc/prometheus/alerts.rules.yml;Redis"';
const jobs = (...names: string[]): World => Object.fromEntries(names.map(name => [`up{job="${name}",instance="10.0.0.1:80"}`, stays(1)]));
const storage = (failed: string, values: string): World => ({
    ...Object.fromEntries(["compactions_failed_total", "head_truncations_failed_total", "checkpoint_creations_failed_total", "wal_writes_failed_total"]
        .map(name => [self(`prometheus_tsdb_${name}`), stays(0)])),
    [self(`prometheus_tsdb_${failed}`)]: values,
});
const queue = (length: number): World => ({
    [self("prometheus_notifications_queue_length", 'alertmanager="a"')]: stays(length), [self("prometheus_notifications_queue_capacity")]: stays(100),
});

/** Alerts of Prometheus about itself. */
export const monitoring: ScenarioTable = {
    telemetry: [scrapingTelemetry({ notifies: true })],
    scenarios: {
        // It has no silent world: it must always fire, so that its silence is noticed.
        Watchdog: { fires: { "anything at all is evaluated": {} }, at: [null, "5m"], silent: {} },
        TargetDown: {
            fires: { "it does not answer": { 'up{job="api",instance="10.0.0.1:80"}': stays(0) } },
            at: ["4m", "6m"],
            silent: { "it answers": jobs("api") },
        },
        TargetMissing: {
            fires: { "kube-state-metrics is gone": jobs("kubernetes-cadvisor"), "no kubelet is found": jobs("kube-state-metrics") },
            at: ["9m", "11m"],
            silent: { "both are there": jobs("kubernetes-cadvisor", "kube-state-metrics") },
        },
        PrometheusConfigReloadFailed: {
            fires: { "the last one failed": gauge("config_last_reload_successful", 0) }, at: ["4m", "6m"], silent: { "it worked": gauge("config_last_reload_successful", 1) },
        },
        PrometheusRuleFailures: {
            fires: { "one a minute": counter("rule_evaluation_failures_total", 1, group) }, at: ["4m", "8m"], silent: { "none": counter("rule_evaluation_failures_total", 0, group) },
        },
        PrometheusRulesMissed: {
            fires: { "one a minute": counter("rule_group_iterations_missed_total", 1, group) },
            at: ["9m", "16m"],
            silent: { "one": { [self("prometheus_rule_group_iterations_missed_total", group)]: "0x5 1x55" } },
        },
        PrometheusDiscoveryFailing: {
            fires: { "one a minute": counter("sd_kubernetes_failures_total", 1) },
            at: ["9m", "20m"],
            silent: { "one": { [self("prometheus_sd_kubernetes_failures_total")]: "0x5 1x55" } },
        },
        PrometheusNotIngesting: {
            fires: { "none come": counter("tsdb_head_samples_appended_total", 0) }, at: ["9m", "13m"], silent: { "they come": counter("tsdb_head_samples_appended_total", 6000) },
        },
        PrometheusStorageFailing: {
            fires: { "its log": storage("wal_writes_failed_total", "0x5 1x55"), "a block": storage("compactions_failed_total", "0x5 1x55") },
            at: ["14m", "23m"],
            silent: { "all is written": storage("wal_writes_failed_total", stays(0)) },
        },
        PrometheusWalCorrupted: {
            fires: { "once": { [self("prometheus_tsdb_wal_corruptions_total")]: "0x5 1x55" } }, at: ["5m", "7m"], silent: { "never": gauge("tsdb_wal_corruptions_total", 0) },
        },
        PrometheusSamplesRejected: {
            fires: {
                "twice the same": { ...counter("target_scrapes_sample_duplicate_timestamp_total", 10), ...counter("target_scrapes_sample_out_of_order_total", 0) },
            },
            at: ["14m", "18m"],
            silent: { "none": { ...counter("target_scrapes_sample_duplicate_timestamp_total", 0), ...counter("target_scrapes_sample_out_of_order_total", 0) } },
        },
        PrometheusNoAlertmanager: {
            fires: { "none is found": gauge("notifications_alertmanagers_discovered", 0) }, at: ["9m", "11m"], silent: { "one is": gauge("notifications_alertmanagers_discovered", 1) },
        },
        PrometheusAlertsLost: {
            fires: { "one a minute": counter("notifications_dropped_total", 1, 'alertmanager="a"') },
            at: ["4m", "8m"],
            silent: { "none": counter("notifications_dropped_total", 0, 'alertmanager="a"') },
        },
        PrometheusAlertsFailing: {
            fires: { "one a minute": counter("notifications_errors_total", 1, 'alertmanager="a"') },
            at: ["14m", "18m"],
            silent: { "none": counter("notifications_errors_total", 0, 'alertmanager="a"') },
        },
        PrometheusAlertQueueFull: { fires: { "90 of 100": queue(90) }, at: ["4m", "6m"], silent: { "half": queue(50) } },
    },
};
