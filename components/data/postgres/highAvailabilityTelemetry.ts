import { MetricSource } from "../../kit/metricSource";
import { absentOrZero, perSecond, share } from "../../kit/promql";
import type { AlertRule, Panel, Telemetry } from "../../kit/telemetry";

/** Arguments of {@link cloudNativePostgresTelemetry}. */
export interface CloudNativePostgresTelemetryArgs {
    readonly namespace: string;
    /** `app` label of the servers. */
    readonly app: string;
    /** Database of the application. */
    readonly database: string;
    /** Number of servers, the primary included. */
    readonly instances: number;
}

type Of = (metric: string, labels?: Record<string, string | RegExp>) => string;

/** PostgreSQL as the CloudNativePG operator's exporter sees it: servers, replication, connections, transactions. */
export function cloudNativePostgresTelemetry(args: CloudNativePostgresTelemetryArgs): Telemetry {
    const { namespace, app } = args;
    const source = new MetricSource(app, { namespace, app });
    const of: Of = (metric, labels) => source.of(metric, labels);
    const alerts = [...serverAlerts(args, of), ...replicationAlerts(args, of), ...workAlerts(args, of)];
    const panels = overviewPanels(args, of);
    return { name: `PostgreSQL ${app}`, board: "postgresql", labels: { namespace, app }, alerts, panels, details: detailPanels(of), metrics: [source.required] };
}

function serverAlerts({ namespace, app, instances }: CloudNativePostgresTelemetryArgs, of: Of): AlertRule[] {
    const running = `sum(${of("cnpg_collector_up")})`;
    return [{
        name: "PostgresDown",
        expr: absentOrZero(running),
        for: "2m",
        severity: "critical",
        summary: `No server of PostgreSQL ${app} answers`,
        description: `For two minutes no server of ${app} in ${namespace} has answered: nothing can be read or written.`,
    }, {
        name: "PostgresServerMissing",
        expr: `${running} < ${instances}`,
        for: "10m",
        severity: "warning",
        summary: `Only {{ $value }} of ${instances} servers of PostgreSQL ${app} answer`,
        description: "For ten minutes a server has been missing: one more loss and there is no standby, or no database.",
    }, {
        name: "PostgresFenced",
        expr: `max by (pod) (${of("cnpg_collector_fencing_on")}) == 1`,
        for: "5m",
        severity: "warning",
        summary: "Server {{ $labels.pod }} is fenced",
        description: "Someone has shut the server off by the annotation `cnpg.io/fencedInstances`, and it has stayed so.",
    }];
}

function replicationAlerts({ app, instances }: CloudNativePostgresTelemetryArgs, of: Of): AlertRule[] {
    return [{
        name: "PostgresReplicationLag",
        expr: `max by (pod) (${of("cnpg_pg_replication_lag")}) > 30`,
        for: "5m",
        severity: "warning",
        summary: "Standby {{ $labels.pod }} is {{ $value | humanizeDuration }} behind",
        description: "For five minutes the standby has been behind its primary: reads are old, and a failover takes that much longer.",
    }, {
        name: "PostgresStandbyMissing",
        expr: `max(${of("cnpg_pg_replication_streaming_replicas")}) < ${instances - 1}`,
        for: "5m",
        severity: "warning",
        summary: `Only {{ $value }} of ${instances - 1} standbys of PostgreSQL ${app} follow the primary`,
        description: "For five minutes a standby has not been streaming; without any, commits no longer wait for a second copy.",
    }, {
        name: "PostgresReplicationSlotInactive",
        expr: `max by (slot_name) (${of("cnpg_pg_replication_slots_pg_wal_lsn_diff")} and ${of("cnpg_pg_replication_slots_active")} == 0) > 1e9`,
        for: "15m",
        severity: "critical",
        summary: "Slot {{ $labels.slot_name }} keeps {{ $value | humanize1024 }}B of write-ahead log for nobody",
        description: "For a quarter of an hour the primary has kept log for a standby that does not fetch it, until its volume is full.",
    }, {
        name: "PostgresSwitchoverNeeded",
        expr: `max(${of("cnpg_collector_manual_switchover_required")}) == 1`,
        for: "5m",
        severity: "warning",
        summary: `PostgreSQL ${app} waits for someone to move its primary`,
        description: "All standbys have been updated; the operator waits for a switchover by hand before it updates the primary.",
    }];
}

function workAlerts({ app, database }: CloudNativePostgresTelemetryArgs, of: Of): AlertRule[] {
    const inDatabase = { datname: database };
    return [{
        name: "PostgresConnections",
        expr: `max by (pod) (sum by (pod) (${of("cnpg_backends_total")})) / on (pod) `
            + `max by (pod) (${of("cnpg_pg_settings_setting", { name: "max_connections" })}) > 0.8`,
        for: "5m",
        severity: "warning",
        summary: `Server {{ $labels.pod }} of ${app} uses {{ $value | humanizePercentage }} of its connections`,
        description: "For five minutes more than 80 % of max_connections have been in use; beyond 100 % new connections are refused.",
    }, {
        name: "PostgresLongTransaction",
        expr: `max(${of("cnpg_backends_max_tx_duration_seconds", inDatabase)}) > 600`,
        for: "5m",
        severity: "warning",
        summary: `A transaction of PostgreSQL ${app} has run for {{ $value | humanizeDuration }}`,
        description: "A transaction has been open for more than ten minutes: it holds its locks, and keeps vacuum from removing dead rows.",
    }, {
        name: "PostgresWaitingBackends",
        expr: `max by (pod) (${of("cnpg_backends_waiting_total")}) > 10`,
        for: "5m",
        severity: "warning",
        summary: "{{ $value }} clients of {{ $labels.pod }} wait for locks",
        description: "For five minutes many clients have waited for others: a migration, or a transaction that does not end.",
    }, {
        name: "PostgresTransactionIds",
        expr: `max(${of("cnpg_pg_database_xid_age")}) > 3e8`,
        for: "10m",
        severity: "warning",
        summary: `The oldest rows of PostgreSQL ${app} are {{ $value | humanize }} transactions old`,
        description: "Autovacuum has not frozen them in time; at two thousand million the database stops taking writes.",
    }, {
        name: "PostgresDeadlocks",
        expr: `sum(increase(${of("cnpg_pg_stat_database_deadlocks", inDatabase)}[10m])) > 0.5`,
        for: "0m",
        severity: "warning",
        summary: `PostgreSQL ${app} has ended {{ $value | humanize }} transactions in deadlocks`,
        description: "In the last ten minutes transactions waited for each other and one of them was ended: its request failed.",
    }];
}

function overviewPanels({ database }: CloudNativePostgresTelemetryArgs, of: Of): Panel[] {
    const inDatabase = { datname: database };
    return [{
        title: "PostgreSQL connections",
        kind: "timeseries",
        unit: "none",
        queries: [
            { expr: `sum(${of("cnpg_backends_total", inDatabase)})`, legend: database },
            { expr: `max(${of("cnpg_pg_settings_setting", { name: "max_connections" })})`, legend: "maximum" },
        ],
    }, {
        title: "PostgreSQL transactions per second",
        kind: "timeseries",
        unit: "ops",
        queries: [
            { expr: perSecond(of("cnpg_pg_stat_database_xact_commit", inDatabase)), legend: "committed" },
            { expr: perSecond(of("cnpg_pg_stat_database_xact_rollback", inDatabase)), legend: "rolled back" },
        ],
    }, {
        title: "PostgreSQL database size",
        kind: "stat",
        unit: "bytes",
        queries: [{ expr: `max(${of("cnpg_pg_database_size_bytes", inDatabase)})`, legend: database }],
    }];
}

function detailPanels(of: Of): Panel[] {
    const [hit, read] = [perSecond(of("cnpg_pg_stat_database_blks_hit")), perSecond(of("cnpg_pg_stat_database_blks_read"))];
    return [{
        title: "Replication lag",
        kind: "timeseries",
        unit: "s",
        queries: [{ expr: `max by (pod) (${of("cnpg_pg_replication_lag")})`, legend: "{{pod}}" }],
        thresholds: [{ value: 30, color: "orange" }],
    }, {
        title: "Standbys that follow",
        kind: "stat",
        unit: "none",
        queries: [{ expr: `max(${of("cnpg_pg_replication_streaming_replicas")})`, legend: "standbys" }],
    }, {
        title: "Blocks found in memory",
        kind: "timeseries",
        unit: "percentunit",
        queries: [{ expr: share(hit, `(${hit} + ${read})`), legend: "hits" }],
    }];
}
