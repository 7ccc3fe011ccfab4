import { cloudNativePostgresTelemetry } from "../../../components/data/postgres/highAvailabilityTelemetry";
import type { ScenarioTable, World } from "./table";
import { named, stays } from "./table";

const labels = (n: number): string => `namespace="shop",app="postgres",pod="postgres-${n}"`;
const server = named(labels(1));
const servers = (metric: string, ...values: number[]): World =>
    Object.fromEntries(values.map((value, n) => [named(labels(n + 1))(metric), stays(value)]));
const connections = (used: number): World => ({
    [server("cnpg_backends_total", 'datname="shop",state="active"')]: stays(used),
    [server("cnpg_pg_settings_setting", 'name="max_connections"')]: stays(100),
});
const slot = (bytes: number, active: number): World => ({
    [server("cnpg_pg_replication_slots_pg_wal_lsn_diff", 'slot_name="_cnpg_postgres_2"')]: stays(bytes),
    [server("cnpg_pg_replication_slots_active", 'slot_name="_cnpg_postgres_2"')]: stays(active),
});
const oldest = (seconds: number): World => ({ [server("cnpg_backends_max_tx_duration_seconds", 'datname="shop"')]: stays(seconds) });
const deadlocks = (values: string): World => ({ [server("cnpg_pg_stat_database_deadlocks", 'datname="shop"')]: values });

/** Alerts of three PostgreSQL servers under the CloudNativePG operator. */
export const cloudNativePostgres: ScenarioTable = {
    telemetry: [cloudNativePostgresTelemetry({ namespace: "shop", app: "postgres", database: "shop", instances: 3 })],
    scenarios: {
        PostgresDown: { fires: { "none answers": servers("cnpg_collector_up", 0, 0, 0), "all are gone": {} }, at: ["1m", "3m"], silent: { "one answers": servers("cnpg_collector_up", 1, 0, 0) } },
        PostgresServerMissing: { fires: { "two of three": servers("cnpg_collector_up", 1, 1) }, at: ["9m", "11m"], silent: { "three of three": servers("cnpg_collector_up", 1, 1, 1) } },
        PostgresFenced: { fires: { "one is": servers("cnpg_collector_fencing_on", 0, 1) }, at: ["4m", "6m"], silent: { "none is": servers("cnpg_collector_fencing_on", 0, 0) } },
        PostgresReplicationLag: { fires: { "a minute": servers("cnpg_pg_replication_lag", 0, 60) }, at: ["4m", "6m"], silent: { "a second": servers("cnpg_pg_replication_lag", 0, 1) } },
        PostgresStandbyMissing: {
            fires: { "one of two": servers("cnpg_pg_replication_streaming_replicas", 1, 0, 0) },
            at: ["4m", "6m"],
            silent: { "both": servers("cnpg_pg_replication_streaming_replicas", 2, 0, 0) },
        },
        PostgresReplicationSlotInactive: { fires: { "it keeps two gigabytes": slot(2e9, 0) }, at: ["14m", "16m"], silent: { "it is read": slot(2e9, 1), "it keeps little": slot(1e6, 0) } },
        PostgresSwitchoverNeeded: {
            fires: { "the operator waits": servers("cnpg_collector_manual_switchover_required", 1) },
            at: ["4m", "6m"],
            silent: { "it does not": servers("cnpg_collector_manual_switchover_required", 0) },
        },
        PostgresConnections: { fires: { "85 of 100": connections(85) }, at: ["4m", "6m"], silent: { "80 of 100": connections(80) } },
        PostgresLongTransaction: { fires: { "eleven minutes": oldest(660) }, at: ["4m", "6m"], silent: { "nine minutes": oldest(540) } },
        PostgresWaitingBackends: { fires: { "twenty wait": servers("cnpg_backends_waiting_total", 20) }, at: ["4m", "6m"], silent: { "two wait": servers("cnpg_backends_waiting_total", 2) } },
        PostgresTransactionIds: { fires: { "four hundred million": servers("cnpg_pg_database_xid_age", 4e8) }, at: ["9m", "11m"], silent: { "a hundred million": servers("cnpg_pg_database_xid_age", 1e8) } },
        PostgresDeadlocks: { fires: { "one after five minutes": deadlocks("0x5 1x55") }, at: ["5m", "7m"], silent: { "none since the start": deadlocks(stays(3)) } },
    },
};
