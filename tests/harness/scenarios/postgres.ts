import { postgresTelemetry } from "../../../components/data/postgres/telemetry";
import type { ScenarioTable } from "./table";
import { grows, named, stays } from "./table";

const server = named('namespace="shop",app="postgres",pod="postgres-0"');
const database = (metric: string, more = ""): string => server(metric, `datname="shop"${more && `,${more}`}`);
const up = { [server("pg_up")]: stays(1) };
const connections = (used: number): Record<string, string> =>
    ({ [database("pg_stat_database_numbackends")]: stays(used), [server("pg_settings_max_connections")]: stays(100) });
const transactions = (committed: number, rolledBack: number): Record<string, string> =>
    ({ [database("pg_stat_database_xact_commit")]: grows(committed), [database("pg_stat_database_xact_rollback")]: grows(rolledBack) });
const oldest = (state: string, seconds: number): Record<string, string> =>
    ({ [database("pg_stat_activity_max_tx_duration", `state="${state}"`)]: stays(seconds) });
const locks = (mode: string, count: number): Record<string, string> => ({
    [database("pg_locks_count", `mode="${mode}"`)]: stays(count),
    [server("pg_settings_max_locks_per_transaction")]: stays(64), [server("pg_settings_max_connections")]: stays(100),
});
const blocks = (hit: number, read: number): Record<string, string> =>
    ({ [database("pg_stat_database_blks_hit")]: grows(hit), [database("pg_stat_database_blks_read")]: grows(read) });
const log = (bytes: number): Record<string, string> =>
    ({ [server("pg_wal_size_bytes")]: stays(bytes), [server("pg_settings_max_wal_size_bytes")]: stays(1e9) });
const checkpoints = (forced: number, timed: number): Record<string, string> => ({
    [server("pg_stat_bgwriter_checkpoints_req_total")]: `0+${forced}x120`, [server("pg_stat_bgwriter_checkpoints_timed_total")]: `0+${timed}x120`,
});

/** Alerts of one PostgreSQL server. */
export const postgres: ScenarioTable = {
    telemetry: [postgresTelemetry({ namespace: "shop", app: "postgres", database: "shop" })],
    scenarios: {
        PostgresDown: {
            fires: { "the server does not answer": { [server("pg_up")]: stays(0) }, "the exporter is gone": {} },
            at: ["1m", "3m"],
            silent: { "it answers": up },
        },
        PostgresConnections: { fires: { "85 of 100 are in use": connections(85) }, at: ["4m", "6m"], silent: { "80 are": connections(80) } },
        PostgresExporterErrors: {
            fires: { "queries fail on a server that answers": { ...up, [server("pg_exporter_last_scrape_error")]: stays(1) } },
            at: ["9m", "11m"],
            silent: {
                "all queries work": { ...up, [server("pg_exporter_last_scrape_error")]: stays(0) },
                "the server is down, which has its own alert": { [server("pg_up")]: stays(0), [server("pg_exporter_last_scrape_error")]: stays(1) },
            },
        },
        PostgresDeadlocks: {
            fires: { "one after five minutes": { [database("pg_stat_database_deadlocks")]: "0x5 1x55" } },
            at: ["5m", "7m"],
            silent: { "none since the start": { [database("pg_stat_database_deadlocks")]: stays(7) } },
        },
        PostgresRollbacks: {
            fires: { "one in five": transactions(80, 20) },
            at: ["9m", "16m"],
            silent: { "one in twenty": transactions(95, 5), "two in an hour without any commit": transactions(0, 0.03) },
        },
        PostgresLongTransaction: { fires: { "eleven minutes": oldest("active", 660) }, at: ["4m", "6m"], silent: { "nine minutes": oldest("active", 540) } },
        PostgresIdleInTransaction: {
            fires: { "six minutes": oldest("idle in transaction", 360), "six minutes after an error": oldest("idle in transaction (aborted)", 360) },
            at: ["4m", "6m"],
            silent: { "four minutes": oldest("idle in transaction", 240), "a transaction that works": oldest("active", 360) },
        },
        PostgresLocks: { fires: { "4000 of 6400": locks("accesssharelock", 4000) }, at: ["4m", "6m"], silent: { "3000 of 6400": locks("accesssharelock", 3000) } },
        PostgresExclusiveLocks: {
            fires: { "one stays": locks("accessexclusivelock", 1) },
            at: ["9m", "11m"],
            silent: { "others stay": locks("rowexclusivelock", 9), "one is gone after five minutes": { [database("pg_locks_count", 'mode="accessexclusivelock"')]: "1x5 0x55" } },
        },
        PostgresCacheMisses: {
            fires: { "one block in five": blocks(40_000, 10_000) },
            at: ["29m", "55m"],
            silent: { "one in twenty": blocks(190_000, 10_000), "hardly any reads at all": blocks(40, 10) },
        },
        PostgresTemporaryFiles: {
            fires: { "two gigabytes in half an hour": { [database("pg_stat_database_temp_bytes")]: grows(7e7) } },
            at: ["1m", "30m"],
            silent: { "a hundred megabytes": { [database("pg_stat_database_temp_bytes")]: grows(3e6) } },
        },
        PostgresWalGrowing: { fires: { "three times max_wal_size": log(3e9) }, at: ["14m", "16m"], silent: { "at max_wal_size": log(1e9) } },
        PostgresCheckpointsTooOften: {
            fires: { "one a minute": checkpoints(1, 0.2) },
            at: ["29m", "34m"],
            silent: { "as they are planned": checkpoints(0.01, 0.2), "two in an hour": checkpoints(0.03, 0) },
        },
    },
};
