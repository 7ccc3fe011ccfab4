import { MetricSource } from "../../kit/metricSource";
import { absentOrZero, perSecond, rate, share } from "../../kit/promql";
import type { AlertRule, Panel, Telemetry } from "../../kit/telemetry";

/** Arguments of {@link mysqlTelemetry}. */
export interface MysqlTelemetryArgs {
    readonly namespace: string;
    /** `app` label of the pods with mysqld_exporter. */
    readonly app: string;
    /** Share of max_connections that is too much. @default 0.8 */
    readonly maximumConnectionRatio?: number;
}

/** Selects a status or a variable of the server. */
type Of = (name: string) => string;

/** MySQL as mysqld_exporter sees it: availability, connections, statements, locks, memory. */
export function mysqlTelemetry(args: MysqlTelemetryArgs): Telemetry {
    const { namespace, app } = args;
    const source = new MetricSource(app, { namespace, app });
    const status: Of = name => source.of(`mysql_global_status_${name}`);
    const variable: Of = name => source.of(`mysql_global_variables_${name}`);
    const up = source.of("mysql_up");
    const alerts = [
        ...connectionAlerts(args, up, status, variable),
        ...workAlerts(app, status),
        {
            name: "MySQLExporterErrors",
            expr: `${source.of("mysql_exporter_last_scrape_error")} > 0 and on (namespace, app, pod) ${up} == 1`,
            for: "10m",
            severity: "warning" as const,
            summary: `The exporter of MySQL ${app} fails to read statistics`,
            description: "For ten minutes the exporter has got errors from a server that answers: other alerts of this server may be blind.",
        },
    ];
    const panels = overviewPanels(app, status, variable);
    const details = detailPanels(app, status, variable);
    return { name: `MySQL ${app}`, board: "mysql", labels: { namespace, app }, alerts, panels, details, metrics: [source.required] };
}

function connectionAlerts(
    { namespace, app, maximumConnectionRatio = 0.8 }: MysqlTelemetryArgs, up: string, status: Of, variable: Of,
): AlertRule[] {
    return [{
        name: "DatabaseConnectionFailure",
        expr: `${absentOrZero(up)} or rate(${status("aborted_connects")}[5m]) > 0.2`,
        for: "2m",
        severity: "critical",
        summary: `MySQL ${app} cannot be reached, or refuses connections`,
        description: `For two minutes ${app} in ${namespace} has not answered its exporter, or has broken off more than one connection in five seconds.`,
    }, {
        name: "MySQLTooManyConnections",
        expr: `${share(status("threads_connected"), variable("max_connections"))} > ${maximumConnectionRatio}`,
        for: "5m",
        severity: "warning",
        summary: `MySQL ${app} uses {{ $value | humanizePercentage }} of its connections`,
        description: `For five minutes more than ${maximumConnectionRatio * 100} % of max_connections have been in use; `
            + "beyond 100 % new connections are refused.",
    }, {
        name: "MySQLRestarted",
        expr: `${status("uptime")} < 600 and changes(${status("uptime")}[10m]) > 0 and ${status("uptime")} offset 10m > 600`,
        for: "0m",
        severity: "info",
        summary: `MySQL ${app} started {{ $value | humanizeDuration }} ago`,
        description: "The server has restarted within ten minutes: connections broke, and its memory must fill again.",
    }, {
        name: "MySQLClientsAborted",
        expr: `rate(${status("aborted_clients")}[10m]) > 0.5`,
        for: "10m",
        severity: "info",
        summary: `{{ $value | humanize }} clients a second leave MySQL ${app} without a word`,
        description: "For ten minutes clients have gone without closing their connection: they crash, or wait_timeout ends idle ones.",
    }];
}

function workAlerts(app: string, status: Of): AlertRule[] {
    const [misses, reads] = [rate(status("innodb_buffer_pool_reads"), "30m"), rate(status("innodb_buffer_pool_read_requests"), "30m")];
    const [onDisk, temporary] = [rate(status("created_tmp_disk_tables"), "15m"), rate(status("created_tmp_tables"), "15m")];
    return [{
        name: "MySQLThreadsRunning",
        expr: `${status("threads_running")} > 40`,
        for: "5m",
        severity: "warning",
        summary: `MySQL ${app} works on {{ $value }} statements at once`,
        description: "For five minutes statements have come faster than they end: they wait for processors, disks or each other's locks.",
    }, {
        name: "MySQLSlowQueries",
        expr: `${rate(status("slow_queries"), "10m")} > 0.2`,
        for: "10m",
        severity: "warning",
        summary: `MySQL ${app} has {{ $value | humanize }} slow statements a second`,
        description: "For ten minutes statements have taken longer than long_query_time: mostly an index is missing.",
    }, {
        name: "MySQLRowLockWaits",
        expr: `${rate(status("innodb_row_lock_time"), "5m")} / 1000 > 5`,
        for: "5m",
        severity: "warning",
        summary: `{{ $value | humanize }} statements of MySQL ${app} wait for rows at any time`,
        description: "For five minutes transactions have held rows that others want: long ones, or many on the same row.",
    }, {
        name: "MySQLLogWaits",
        expr: `${rate(status("innodb_log_waits"), "15m")} > 0.1`,
        for: "15m",
        severity: "warning",
        summary: `MySQL ${app} waits {{ $value | humanize }} times a second for its log buffer`,
        description: "For a quarter of an hour writers have waited because innodb_log_buffer_size is too small, or the disk too slow.",
    }, {
        name: "MySQLBufferPoolMisses",
        expr: `${share(misses, reads)} > 0.05 and ${misses} > 100`,
        for: "30m",
        severity: "info",
        summary: `MySQL ${app} reads {{ $value | humanizePercentage }} of its pages from disk`,
        description: "For half an hour the buffer pool has been too small for what is read: raise it and the memory, or find the scan.",
    }, {
        name: "MySQLTemporaryTablesOnDisk",
        expr: `${share(onDisk, temporary)} > 0.5 and ${onDisk} > 1`,
        for: "15m",
        severity: "info",
        summary: `MySQL ${app} puts {{ $value | humanizePercentage }} of its temporary tables on disk`,
        description: "For a quarter of an hour sorts and groupings have not fit tmp_table_size: they are slow and take room.",
    }, {
        name: "MySQLConnectionErrors",
        expr: `increase(${status("connection_errors_total")}[5m]) > 0.5`,
        for: "0m",
        severity: "warning",
        summary: `MySQL ${app} has refused connections ({{ $labels.error }})`,
        description: "In the last five minutes the server refused connections by itself: out of connections, of memory or of threads.",
    }];
}

function overviewPanels(app: string, status: Of, variable: Of): Panel[] {
    return [{
        title: `${app}: connections`,
        kind: "timeseries",
        unit: "none",
        queries: [
            { expr: status("threads_connected"), legend: "connected" },
            { expr: status("threads_running"), legend: "working" },
            { expr: variable("max_connections"), legend: "maximum" },
        ],
    }, {
        title: `${app}: statements per second`,
        kind: "timeseries",
        unit: "ops",
        queries: [{ expr: perSecond(status("queries")), legend: "all" }, { expr: perSecond(status("slow_queries")), legend: "slow" }],
    }];
}

function detailPanels(app: string, status: Of, variable: Of): Panel[] {
    const [misses, reads] = [perSecond(status("innodb_buffer_pool_reads")), perSecond(status("innodb_buffer_pool_read_requests"))];
    return [{
        title: `${app}: statements by kind`,
        kind: "timeseries",
        unit: "ops",
        queries: [{ expr: `topk(6, ${perSecond(status("commands_total"), ["command"])})`, legend: "{{command}}" }],
    }, {
        title: `${app}: pages found in memory`,
        kind: "timeseries",
        unit: "percentunit",
        queries: [{ expr: `1 - ${share(misses, reads)}`, legend: "hits" }],
        description: "Of the InnoDB buffer pool.",
    }, {
        title: `${app}: memory of the buffer pool`,
        kind: "stat",
        unit: "bytes",
        queries: [{ expr: variable("innodb_buffer_pool_size"), legend: app }],
    }, {
        title: `${app}: waits for rows`,
        kind: "timeseries",
        unit: "ops",
        queries: [{ expr: perSecond(status("innodb_row_lock_waits")), legend: "waits" }],
    }];
}
