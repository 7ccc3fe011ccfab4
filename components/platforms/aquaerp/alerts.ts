import { absentOrZero, series } from "../../kit/promql";
import type { AlertRule, Telemetry } from "../../kit/telemetry";
import { cronJobRuns } from "../../data/backup/cronJobRuns";
import { serverName } from "./database";
import { backendNames } from "./services";
import type { AquaErpSettings } from "./settings";
import { replicaCounts } from "./settings";

/** Scrape job of RabbitMQ. */
export const rabbitmqJob = "rabbitmq";

/** Scrape job of cert-manager. */
export const certManagerJob = "cert-manager";

/** CronJob with the dumps. */
export const backupName = "postgresql-backup";

const stateMetrics = "kube-state-metrics";
const ready = "kube_deployment_status_replicas_ready";
const restarts = "kube_pod_container_status_restarts_total";
const currentReplicas = "kube_horizontalpodautoscaler_status_current_replicas";
const maximumReplicas = "kube_horizontalpodautoscaler_spec_max_replicas";
const usedBytes = "kubelet_volume_stats_used_bytes";
const capacityBytes = "kubelet_volume_stats_capacity_bytes";
const up = "pg_up";
const backends = "pg_stat_database_numbackends";
const connections = "pg_settings_max_connections";
const messages = "rabbitmq_queue_messages_ready";

/** An alert, and the metrics that it needs, by their source. */
interface WatchedAlert {
    readonly alert: AlertRule;
    readonly metrics: Readonly<Record<string, readonly string[]>>;
}

function serviceAlerts({ namespace, autoscaling, hpa, ...settings }: AquaErpSettings): WatchedAlert[] {
    const { backend, frontend } = replicaCounts({ namespace, autoscaling, hpa, ...settings });
    const backendPods = series(ready, { namespace, deployment: new RegExp(backendNames.join("|")) });
    const pagePods = series(ready, { namespace, deployment: "frontend" });
    const least = autoscaling ? hpa.frontend.minimum : frontend;
    return [{
        alert: {
            name: "PodCrashLooping", severity: "critical", for: "0m",
            expr: `increase(${series(restarts, { namespace })}[15m]) > 3`,
            summary: "{{ $labels.pod }} has restarted {{ $value | humanize }} times in 15 minutes",
            description: "Its container ends again and again: look at its log, its variables, its Secrets and the port it listens on.",
        },
        metrics: { [stateMetrics]: [restarts] },
    }, {
        alert: {
            name: "ServiceDown", severity: "critical", for: "2m",
            expr: `${series(ready, { namespace })} == 0`,
            summary: "No pod of {{ $labels.deployment }} is ready",
            description: "For two minutes no pod has been ready: requests and messages for this service wait or fail.",
        },
        metrics: { [stateMetrics]: [ready] },
    }, {
        alert: {
            name: "ReplicasBelowMinimum", severity: "warning", for: "10m",
            expr: `${backendPods} < ${backend} or ${pagePods} < ${least}`,
            summary: "{{ $labels.deployment }} has only {{ $value }} ready pods",
            description: `For ten minutes a service of the back end has had fewer than ${backend}, or the page fewer than ${least} ready pods.`,
        },
        metrics: { [stateMetrics]: [ready] },
    }, ...(autoscaling ? [{
        alert: {
            name: "HpaAtMax", severity: "warning" as const, for: "30m",
            expr: `${series(currentReplicas, { namespace })} >= ${series(maximumReplicas, { namespace })}`,
            summary: "{{ $labels.horizontalpodautoscaler }} runs at its maximum of {{ $value }} pods",
            description: "For thirty minutes there has been no pod left to add; more load makes every request slower.",
        },
        metrics: { [stateMetrics]: [currentReplicas, maximumReplicas] },
    }] : [])];
}

function storeAlerts({ namespace }: AquaErpSettings): WatchedAlert[] {
    const server = { namespace, app: serverName };
    return [{
        alert: {
            name: "PostgresDown", severity: "critical", for: "1m",
            expr: absentOrZero(series(up, server)),
            summary: "PostgreSQL does not answer",
            description: "For a minute PostgreSQL has not answered its exporter: no service can read or write.",
        },
        metrics: { [serverName]: [up] },
    }, {
        alert: {
            name: "PostgresConnectionsHigh", severity: "warning", for: "5m",
            expr: `sum(${series(backends, server)}) / max(${series(connections, server)}) > 0.8`,
            summary: "PostgreSQL uses {{ $value | humanizePercentage }} of its connections",
            description: "For five minutes more than 80 % of max_connections have been in use; beyond 100 % new ones are refused.",
        },
        metrics: { [serverName]: [backends, connections] },
    }, {
        alert: {
            name: "RabbitMQQueueBacklog", severity: "warning", for: "10m",
            expr: `max by (queue) (${series(messages, { job: rabbitmqJob })}) > 1000`,
            summary: "{{ $value }} messages wait in queue {{ $labels.queue }}",
            description: "For ten minutes more than 1000 messages have waited: consumers are missing or too slow.",
        },
        metrics: { [rabbitmqJob]: [messages] },
    }, {
        alert: {
            name: "VolumeFillingUp", severity: "warning", for: "5m",
            expr: `1 - ${series(usedBytes, { namespace })} / ${series(capacityBytes, { namespace })} < 0.15`,
            summary: "Volume {{ $labels.persistentvolumeclaim }} has {{ $value | humanizePercentage }} left",
            description: "Less than 15 % of the volume are free; when it is full, its workload stops writing.",
        },
        metrics: { "kubernetes-kubelet": [usedBytes, capacityBytes] },
    }];
}

function backupAlert(namespace: string): WatchedAlert {
    const { withoutSuccess, required: { from, names } } = cronJobRuns(namespace, backupName);
    return {
        alert: {
            name: "BackupTooOld", severity: "critical", for: "5m",
            expr: `${withoutSuccess} > 26 * 3600`,
            summary: `${backupName} has not succeeded for {{ $value | humanizeDuration }}`,
            description: "For more than 26 hours there has been no new dump: what is written since would be lost with the volume.",
        },
        metrics: { [from]: names },
    };
}

/** Every alert of AquaERP, as one rule group. */
export function alertTelemetry(settings: AquaErpSettings, { backups }: { readonly backups: boolean }): Telemetry {
    const watched = [...serviceAlerts(settings), ...storeAlerts(settings), ...(backups ? [backupAlert(settings.namespace)] : [])];
    return {
        name: "AquaERP",
        alerts: watched.map(({ alert }) => alert),
        panels: [],
        metrics: watched.flatMap(({ metrics }) => Object.entries(metrics).map(([from, names]) => ({ from, names }))),
    };
}
