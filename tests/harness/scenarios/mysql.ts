import { mysqlTelemetry } from "../../../components/data/mysql/telemetry";
import type { ScenarioTable, World } from "./table";
import { grows, named, stays } from "./table";

const mysql = named('namespace="shop",app="orders-mysql",pod="orders-mysql-0"');
const status = (name: string, values: string): World => ({ [mysql(`mysql_global_status_${name}`)]: values });
const up = { [mysql("mysql_up")]: stays(1) };
const connected = (threads: number): World => ({ ...status("threads_connected", stays(threads)), [mysql("mysql_global_variables_max_connections")]: stays(100) });
const pages = (read: number, requested: number): World => ({
    ...status("innodb_buffer_pool_reads", grows(read)), ...status("innodb_buffer_pool_read_requests", grows(requested)),
});
const temporary = (onDisk: number, all: number): World => ({ ...status("created_tmp_disk_tables", grows(onDisk)), ...status("created_tmp_tables", grows(all)) });
const refused = mysql("mysql_global_status_connection_errors_total", 'error="max_connections"');

/** Alerts of one MySQL server. */
export const mysqlServers: ScenarioTable = {
    telemetry: [mysqlTelemetry({ namespace: "shop", app: "orders-mysql" })],
    scenarios: {
        DatabaseConnectionFailure: {
            fires: { "it does not answer": { [mysql("mysql_up")]: stays(0) }, "the exporter is gone": {}, "it breaks off one in three seconds": { ...up, ...status("aborted_connects", grows(20)) } },
            at: ["1m", "9m"],
            silent: { "it answers": up, "it breaks off one a minute": { ...up, ...status("aborted_connects", grows(1)) } },
        },
        MySQLTooManyConnections: { fires: { "85 of 100": connected(85) }, at: ["4m", "6m"], silent: { "80 of 100": connected(80) } },
        MySQLRestarted: {
            fires: { "after twenty minutes": status("uptime", "600+60x20 30+60x40") },
            at: ["20m", "22m"],
            silent: { "it runs": status("uptime", "600+60x60") },
        },
        MySQLClientsAborted: { fires: { "one a second": status("aborted_clients", grows(60)) }, at: ["9m", "18m"], silent: { "one a minute": status("aborted_clients", grows(1)) } },
        MySQLExporterErrors: {
            fires: { "statistics fail on a server that answers": { ...up, [mysql("mysql_exporter_last_scrape_error")]: stays(1) } },
            at: ["9m", "11m"],
            silent: { "all is read": { ...up, [mysql("mysql_exporter_last_scrape_error")]: stays(0) } },
        },
        MySQLThreadsRunning: { fires: { "fifty at once": status("threads_running", stays(50)) }, at: ["4m", "6m"], silent: { "thirty at once": status("threads_running", stays(30)) } },
        MySQLSlowQueries: { fires: { "one in two seconds": status("slow_queries", grows(30)) }, at: ["9m", "18m"], silent: { "five a minute": status("slow_queries", grows(5)) } },
        MySQLRowLockWaits: {
            fires: { "ten wait at any time": status("innodb_row_lock_time", grows(600_000)) },
            at: ["4m", "11m"],
            silent: { "one waits at any time": status("innodb_row_lock_time", grows(60_000)) },
        },
        MySQLLogWaits: { fires: { "one in two seconds": status("innodb_log_waits", grows(30)) }, at: ["14m", "22m"], silent: { "one a minute": status("innodb_log_waits", grows(1)) } },
        MySQLBufferPoolMisses: {
            fires: { "one page in ten": pages(12_000, 120_000) },
            at: ["29m", "55m"],
            silent: { "one in a hundred": pages(12_000, 1_200_000), "hardly any": pages(6, 60) },
        },
        MySQLTemporaryTablesOnDisk: { fires: { "three in four": temporary(150, 200) }, at: ["14m", "28m"], silent: { "one in four": temporary(150, 600), "hardly any": temporary(3, 4) } },
        MySQLConnectionErrors: { fires: { "one after five minutes": { [refused]: "0x5 1x55" } }, at: ["5m", "7m"], silent: { "none since long": { [refused]: stays(4) } } },
    },
};
