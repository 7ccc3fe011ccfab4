import { absentOrZero, series } from "../promql";
import type { Telemetry } from "../telemetry";

/** Arguments of {@link mysqlTelemetry}. */
export interface MysqlTelemetryArgs {
    readonly namespace: string;
    /** `app` label of the pods with mysqld_exporter. */
    readonly app: string;
    /** Share of max_connections that is too much. @default 0.8 */
    readonly maximumConnectionRatio?: number;
}

const up = "mysql_up";
const connected = "mysql_global_status_threads_connected";
const running = "mysql_global_status_threads_running";
const maximum = "mysql_global_variables_max_connections";
const aborted = "mysql_global_status_aborted_connects";
const queries = "mysql_global_status_queries";
const slow = "mysql_global_status_slow_queries";

/** MySQL as mysqld_exporter sees it: availability, connections, statements. */
export function mysqlTelemetry({ namespace, app, maximumConnectionRatio = 0.8 }: MysqlTelemetryArgs): Telemetry {
    const of = (metric: string): string => series(metric, { namespace, app });
    const perSecond = (metric: string): string => `sum(rate(${of(metric)}[$__rate_interval]))`;
    return {
        name: `MySQL ${app}`,
        alerts: [{
            name: "DatabaseConnectionFailure",
            expr: `${absentOrZero(of(up))} or rate(${of(aborted)}[5m]) > 0.2`,
            for: "2m",
            severity: "critical",
            summary: `MySQL ${app} cannot be reached, or refuses connections`,
            description: `For two minutes ${app} in ${namespace} has not answered its exporter, or has broken off more than one connection in five seconds.`,
        }, {
            name: "MySQLTooManyConnections",
            expr: `${of(connected)} / ${of(maximum)} > ${maximumConnectionRatio}`,
            for: "5m",
            severity: "warning",
            summary: `MySQL ${app} uses {{ $value | humanizePercentage }} of its connections`,
            description: `For five minutes more than ${maximumConnectionRatio * 100} % of max_connections have been in use; `
                + "beyond 100 % new connections are refused.",
        }],
        panels: [{
            title: `${app}: connections`,
            kind: "timeseries",
            unit: "none",
            queries: [
                { expr: of(connected), legend: "connected" },
                { expr: of(running), legend: "working" },
                { expr: of(maximum), legend: "maximum" },
            ],
        }, {
            title: `${app}: statements per second`,
            kind: "timeseries",
            unit: "ops",
            queries: [{ expr: perSecond(queries), legend: "all" }, { expr: perSecond(slow), legend: "slow" }],
        }],
        metrics: [{ from: app, names: [up, connected, running, maximum, aborted, queries, slow] }],
    };
}
