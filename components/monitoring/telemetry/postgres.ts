import { absentOrZero, series } from "../promql";
import type { Telemetry } from "../telemetry";

/** Arguments of {@link postgresTelemetry}. */
export interface PostgresTelemetryArgs {
    readonly namespace: string;
    /** `app` label of the pods with postgres_exporter. */
    readonly app: string;
    /** Database of the application. */
    readonly database: string;
    /** Share of max_connections that is too much. @default 0.8 */
    readonly maximumConnectionRatio?: number;
}

const up = "pg_up";
const backends = "pg_stat_database_numbackends";
const maxConnections = "pg_settings_max_connections";
const commits = "pg_stat_database_xact_commit";
const rollbacks = "pg_stat_database_xact_rollback";
const size = "pg_database_size_bytes";

/** PostgreSQL as postgres_exporter sees it: availability, connections, transactions, size. */
export function postgresTelemetry({ namespace, app, database, maximumConnectionRatio = 0.8 }: PostgresTelemetryArgs): Telemetry {
    const server = { namespace, app };
    const inDatabase = { ...server, datname: database };
    const used = `sum(${series(backends, server)}) / max(${series(maxConnections, server)})`;
    return {
        name: "PostgreSQL",
        alerts: [{
            name: "PostgresDown",
            expr: absentOrZero(series(up, server)),
            for: "2m",
            severity: "critical",
            summary: `PostgreSQL ${app} does not answer`,
            description: `For two minutes ${app} in ${namespace} has not answered its exporter: nothing can be read or written.`,
        }, {
            name: "PostgresConnections",
            expr: `${used} > ${maximumConnectionRatio}`,
            for: "5m",
            severity: "warning",
            summary: `PostgreSQL ${app} uses {{ $value | humanizePercentage }} of its connections`,
            description: `For five minutes more than ${maximumConnectionRatio * 100} % of max_connections have been in use; `
                + "beyond 100 % new connections are refused.",
        }],
        panels: [{
            title: "PostgreSQL connections",
            kind: "timeseries",
            unit: "none",
            queries: [
                { expr: `sum(${series(backends, inDatabase)})`, legend: database },
                { expr: `max(${series(maxConnections, server)})`, legend: "maximum" },
            ],
        }, {
            title: "PostgreSQL transactions per second",
            kind: "timeseries",
            unit: "ops",
            queries: [
                { expr: `sum(rate(${series(commits, inDatabase)}[$__rate_interval]))`, legend: "committed" },
                { expr: `sum(rate(${series(rollbacks, inDatabase)}[$__rate_interval]))`, legend: "rolled back" },
            ],
        }, {
            title: "PostgreSQL database size",
            kind: "stat",
            unit: "bytes",
            queries: [{ expr: `sum(${series(size, inDatabase)})`, legend: database }],
        }],
        metrics: [{ from: app, names: [up, backends, maxConnections, commits, rollbacks, size] }],
    };
}
