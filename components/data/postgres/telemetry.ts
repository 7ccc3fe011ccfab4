import { MetricSource } from "../../kit/metricSource";
import { absentOrZero, perSecond, rate, share } from "../../kit/promql";
import type { AlertRule, Panel, Telemetry } from "../../kit/telemetry";

/** Arguments of {@link postgresTelemetry}. */
export interface PostgresTelemetryArgs {
    readonly namespace: string;
    /** `app` label of the pods with postgres_exporter. */
    readonly app: string;
    /** Database of the application. */
    readonly database: string;
    /** From 17 on the server counts its checkpoints under other names. @default 16 */
    readonly majorVersion?: number;
    /** Share of max_connections that is too much. @default 0.8 */
    readonly maximumConnectionRatio?: number;
}

/** Selectors of the server, and of the application's database in it. */
interface Selectors {
    readonly server: (metric: string, labels?: Record<string, string | RegExp>) => string;
    readonly database: (metric: string, labels?: Record<string, string | RegExp>) => string;
}

/** PostgreSQL as postgres_exporter sees it: availability, connections, transactions, locks, checkpoints, write-ahead log. */
export function postgresTelemetry(args: PostgresTelemetryArgs): Telemetry {
    const { namespace, app, database } = args;
    const source = new MetricSource(app, { namespace, app });
    const select: Selectors = {
        server: (metric, labels) => source.of(metric, labels),
        database: (metric, labels) => source.of(metric, { datname: database, ...labels }),
    };
    const alerts = [...availabilityAlerts(args, select), ...transactionAlerts(args, select), ...storageAlerts(args, select)];
    const panels = overviewPanels(database, select);
    const details = detailPanels(select);
    return { name: `PostgreSQL ${app}`, board: "postgresql", labels: { namespace, app }, alerts, panels, details, metrics: [source.required] };
}

function availabilityAlerts({ namespace, app, maximumConnectionRatio = 0.8 }: PostgresTelemetryArgs, { server }: Selectors): AlertRule[] {
    const backends = `sum(${server("pg_stat_database_numbackends")})`;
    return [{
        name: "PostgresDown",
        expr: absentOrZero(server("pg_up")),
        for: "2m",
        severity: "critical",
        summary: `PostgreSQL ${app} does not answer`,
        description: `For two minutes ${app} in ${namespace} has not answered its exporter: nothing can be read or written.`,
    }, {
        name: "PostgresConnections",
        expr: `${share(backends, `max(${server("pg_settings_max_connections")})`)} > ${maximumConnectionRatio}`,
        for: "5m",
        severity: "warning",
        summary: `PostgreSQL ${app} uses {{ $value | humanizePercentage }} of its connections`,
        description: `For five minutes more than ${maximumConnectionRatio * 100} % of max_connections have been in use; `
            + "beyond 100 % new connections are refused.",
    }, {
        name: "PostgresExporterErrors",
        expr: `max(${server("pg_exporter_last_scrape_error")}) > 0 and on () max(${server("pg_up")}) == 1`,
        for: "10m",
        severity: "warning",
        summary: `The exporter of PostgreSQL ${app} fails to read statistics`,
        description: `For ten minutes the exporter of ${app} has got errors from a server that answers: other alerts of ${app} may be blind.`,
    }];
}

function transactionAlerts({ app }: PostgresTelemetryArgs, { server, database }: Selectors): AlertRule[] {
    const [commits, rollbacks] = [database("pg_stat_database_xact_commit"), database("pg_stat_database_xact_rollback")];
    const oldest = (states: RegExp): string => `max(${database("pg_stat_activity_max_tx_duration", { state: states })})`;
    return [{
        name: "PostgresDeadlocks",
        expr: `sum(increase(${database("pg_stat_database_deadlocks")}[10m])) > 0.5`,
        for: "0m",
        severity: "warning",
        summary: `PostgreSQL ${app} has ended {{ $value | humanize }} transactions in deadlocks`,
        description: "In the last ten minutes transactions waited for each other and one of them was ended: its request failed.",
    }, {
        name: "PostgresRollbacks",
        expr: `${share(rate(rollbacks, "10m"), `(${rate(rollbacks, "10m")} + ${rate(commits, "10m")})`)} > 0.1 and ${rate(rollbacks, "10m")} > 0.1`,
        for: "10m",
        severity: "warning",
        summary: `PostgreSQL ${app} takes back {{ $value | humanizePercentage }} of its transactions`,
        description: "For ten minutes more than a tenth of the transactions have failed: constraints, time limits or a broken release.",
    }, {
        name: "PostgresLongTransaction",
        expr: `${oldest(/active/)} > 600`,
        for: "5m",
        severity: "warning",
        summary: `A transaction of PostgreSQL ${app} has run for {{ $value | humanizeDuration }}`,
        description: "A transaction has worked for more than ten minutes: it holds its locks, and keeps vacuum from removing dead rows.",
    }, {
        name: "PostgresIdleInTransaction",
        expr: `${oldest(/idle in transaction.*/)} > 300`,
        for: "5m",
        severity: "warning",
        summary: `A client of PostgreSQL ${app} has left a transaction open for {{ $value | humanizeDuration }}`,
        description: "The client does nothing and keeps its locks: others wait for it, and for its connection.",
    }, {
        name: "PostgresLocks",
        expr: `sum(${database("pg_locks_count")}) > 0.5 * max(${server("pg_settings_max_locks_per_transaction")}) * max(${server("pg_settings_max_connections")})`,
        for: "5m",
        severity: "critical",
        summary: `PostgreSQL ${app} holds {{ $value }} locks`,
        description: "More than half of the shared lock table is in use; once it is full, statements fail with `out of shared memory`.",
    }, {
        name: "PostgresExclusiveLocks",
        expr: `sum(${database("pg_locks_count", { mode: "accessexclusivelock" })}) > 0`,
        for: "10m",
        severity: "warning",
        summary: `{{ $value }} locks of PostgreSQL ${app} shut everyone else out of their tables`,
        description: "For ten minutes a migration, VACUUM FULL or ALTER TABLE has held, or waited for, a table alone: every reader of it waits.",
    }];
}

function storageAlerts({ app, majorVersion = 16 }: PostgresTelemetryArgs, { server, database }: Selectors): AlertRule[] {
    const [forced, timed] = majorVersion < 17
        ? ["pg_stat_bgwriter_checkpoints_req_total", "pg_stat_bgwriter_checkpoints_timed_total"] as const
        : ["pg_stat_checkpointer_num_requested_total", "pg_stat_checkpointer_num_timed_total"] as const;
    const [hit, read] = [rate(database("pg_stat_database_blks_hit"), "30m"), rate(database("pg_stat_database_blks_read"), "30m")];
    return [{
        name: "PostgresCacheMisses",
        expr: `${share(read, `(${hit} + ${read})`)} > 0.1 and ${read} > 100`,
        for: "30m",
        severity: "info",
        summary: `PostgreSQL ${app} reads {{ $value | humanizePercentage }} of its blocks from disk`,
        description: "For half an hour more than a tenth of the blocks were not in shared_buffers: a missing index, or too little memory.",
    }, {
        name: "PostgresTemporaryFiles",
        expr: `sum(increase(${database("pg_stat_database_temp_bytes")}[30m])) > 1e9`,
        for: "0m",
        severity: "info",
        summary: `Queries of PostgreSQL ${app} wrote {{ $value | humanize1024 }}B to temporary files in half an hour`,
        description: "Sorts and joins that do not fit work_mem go to the volume: they are slow, and take room that the data needs.",
    }, {
        name: "PostgresWalGrowing",
        expr: `max(${server("pg_wal_size_bytes")}) > 2 * max(${server("pg_settings_max_wal_size_bytes")})`,
        for: "15m",
        severity: "warning",
        summary: `The write-ahead log of PostgreSQL ${app} has grown to {{ $value | humanize1024 }}B`,
        description: "For a quarter of an hour the log has been twice as large as max_wal_size: something keeps it, and it fills the volume.",
    }, {
        name: "PostgresCheckpointsTooOften",
        expr: `${share(rate(server(forced), "30m"), `(${rate(server(forced), "30m")} + ${rate(server(timed), "30m")})`)} > 0.5 and `
            + `${rate(server(forced), "30m")} * 3600 > 6`,
        for: "30m",
        severity: "info",
        summary: `{{ $value | humanizePercentage }} of the checkpoints of PostgreSQL ${app} come before their time`,
        description: "For half an hour more writes have come than max_wal_size holds between two checkpoints; each of them slows queries down.",
    }];
}

function overviewPanels(database: string, select: Selectors): Panel[] {
    return [{
        title: "PostgreSQL connections",
        kind: "timeseries",
        unit: "none",
        queries: [
            { expr: `sum(${select.database("pg_stat_database_numbackends")})`, legend: database },
            { expr: `max(${select.server("pg_settings_max_connections")})`, legend: "maximum" },
        ],
    }, {
        title: "PostgreSQL transactions per second",
        kind: "timeseries",
        unit: "ops",
        queries: [
            { expr: perSecond(select.database("pg_stat_database_xact_commit")), legend: "committed" },
            { expr: perSecond(select.database("pg_stat_database_xact_rollback")), legend: "rolled back" },
        ],
    }, {
        title: "PostgreSQL database size",
        kind: "stat",
        unit: "bytes",
        queries: [{ expr: `sum(${select.database("pg_database_size_bytes")})`, legend: database }],
    }];
}

function detailPanels({ server, database }: Selectors): Panel[] {
    const rows = (verb: string): { expr: string; legend: string } => ({ expr: perSecond(database(`pg_stat_database_tup_${verb}`)), legend: verb });
    const [hit, read] = [perSecond(database("pg_stat_database_blks_hit")), perSecond(database("pg_stat_database_blks_read"))];
    return [{
        title: "Rows per second",
        kind: "timeseries",
        unit: "ops",
        queries: ["fetched", "inserted", "updated", "deleted"].map(rows),
    }, {
        title: "Blocks found in memory",
        kind: "timeseries",
        unit: "percentunit",
        queries: [{ expr: share(hit, `(${hit} + ${read})`), legend: "hits" }],
    }, {
        title: "Oldest transaction by state",
        kind: "timeseries",
        unit: "s",
        queries: [{ expr: `max by (state) (${database("pg_stat_activity_max_tx_duration")})`, legend: "{{state}}" }],
        thresholds: [{ value: 600, color: "orange" }],
    }, {
        title: "Locks by mode",
        kind: "timeseries",
        unit: "none",
        queries: [{ expr: `sum by (mode) (${database("pg_locks_count")})`, legend: "{{mode}}" }],
    }, {
        title: "Connections by state",
        kind: "timeseries",
        unit: "none",
        queries: [{ expr: `sum by (state) (${database("pg_stat_activity_count")})`, legend: "{{state}}" }],
    }, {
        title: "Write-ahead log",
        kind: "timeseries",
        unit: "bytes",
        queries: [
            { expr: `max(${server("pg_wal_size_bytes")})`, legend: "size" },
            { expr: `max(${server("pg_settings_max_wal_size_bytes")})`, legend: "max_wal_size" },
        ],
    }, {
        title: "Deadlocks and temporary files",
        kind: "timeseries",
        unit: "short",
        queries: [
            { expr: `sum(increase(${database("pg_stat_database_deadlocks")}[$__rate_interval]))`, legend: "deadlocks" },
            { expr: `sum(increase(${database("pg_stat_database_temp_files")}[$__rate_interval]))`, legend: "temporary files" },
        ],
    }];
}
