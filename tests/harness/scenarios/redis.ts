import { redisTelemetry } from "../../../components/data/redis/telemetry";
import { redisSentinelTelemetry } from "../../../components/data/redis/sentinelTelemetry";
import type { ScenarioTable } from "./table";
import { grows, named, stays } from "./table";

const redis = named('namespace="shop",app="redis",pod="redis-0"');
const other = named('namespace="shop",app="redis",pod="redis-1"');
const sentinel = (n: number): ReturnType<typeof named> => named(`namespace="shop",app="redis-sentinel",pod="redis-sentinel-${n}"`);
const proxy = named('namespace="shop",app="redis",pod="redis-proxy-1",proxy="primary"');
const up = { [redis("redis_up")]: stays(1) };
const memory = (used: number, maximum: number): Record<string, string> =>
    ({ [redis("redis_memory_used_bytes")]: stays(used), [redis("redis_memory_max_bytes")]: stays(maximum) });
const reads = (evicted: number, hits: number, misses: number): Record<string, string> => ({
    [redis("redis_evicted_keys_total")]: grows(evicted), [redis("redis_keyspace_hits_total")]: grows(hits),
    [redis("redis_keyspace_misses_total")]: grows(misses),
});
const clients = (connected: number): Record<string, string> =>
    ({ [redis("redis_connected_clients")]: stays(connected), [redis("redis_max_clients")]: stays(100) });
const append = (enabled: number, written: number): Record<string, string> =>
    ({ [redis("redis_aof_enabled")]: stays(enabled), [redis("redis_aof_last_write_status")]: stays(written) });
const primary = (name: ReturnType<typeof named>): Record<string, string> => ({ [name("redis_instance_info", 'role="master"')]: stays(1) });
const replica = { [other("redis_instance_info", 'role="slave"')]: stays(1) };
const sentinels = (metric: string, ...values: number[]): Record<string, string> =>
    Object.fromEntries(values.map((value, n) => [sentinel(n)(metric), stays(value)]));

/** Alerts of a Redis server whose data persists, and of several that follow a primary. */
export const redisServers: ScenarioTable = {
    telemetry: [redisTelemetry({ namespace: "shop", app: "redis", persistent: true, topology: "replicas", servers: 3 })],
    scenarios: {
        RedisDown: {
            fires: { "the server does not answer": { [redis("redis_up")]: stays(0) }, "the exporter is gone": {} },
            at: ["1m", "3m"],
            silent: { "it answers": up },
        },
        RedisMemory: {
            fires: { "95 % are used": memory(95, 100) }, at: ["9m", "11m"], silent: { "90 % are": memory(90, 100), "there is no limit": memory(95, 0) },
        },
        RedisEvictions: {
            fires: { "keys go before they are read": reads(1200, 100, 900) },
            at: ["14m", "28m"],
            silent: { "keys go, and reads are answered": reads(1200, 900, 100), "none go": reads(0, 100, 900) },
        },
        RedisConnectionsHigh: { fires: { "90 of 100": clients(90) }, at: ["4m", "6m"], silent: { "80 of 100": clients(80) } },
        RedisConnectionsRefused: {
            fires: { "one after five minutes": { [redis("redis_rejected_connections_total")]: "0x5 1x55" } },
            at: ["5m", "7m"],
            silent: { "none since long": { [redis("redis_rejected_connections_total")]: stays(3) } },
        },
        RedisSlowCommands: {
            fires: { "ten a minute": { [redis("redis_slowlog_last_id")]: grows(10) } },
            at: ["2m", "10m"],
            silent: { "one a minute": { [redis("redis_slowlog_last_id")]: grows(1) } },
        },
        RedisExporterErrors: {
            fires: { "statistics fail on a server that answers": { ...up, [redis("redis_exporter_last_scrape_error")]: stays(1) } },
            at: ["9m", "11m"],
            silent: { "all is read": { ...up, [redis("redis_exporter_last_scrape_error")]: stays(0) } },
        },
        RedisSaveFailed: {
            fires: { "the last one failed": { [redis("redis_rdb_last_bgsave_status")]: stays(0) } },
            at: ["4m", "6m"],
            silent: { "it worked": { [redis("redis_rdb_last_bgsave_status")]: stays(1) } },
        },
        RedisAppendFailed: {
            fires: { "the last write failed": append(1, 0) }, at: ["0m", "2m"], silent: { "it worked": append(1, 1), "there is no log": append(0, 0) },
        },
        RedisNoPrimary: { fires: { "all are replicas": replica, "nothing is known": {} }, at: ["0m", "2m"], silent: { "one is": { ...primary(redis), ...replica } } },
        RedisTwoPrimaries: { fires: { "two are": { ...primary(redis), ...primary(other) } }, at: ["1m", "3m"], silent: { "one is": { ...primary(redis), ...replica } } },
        RedisReplicaMissing: {
            fires: { "one of two": { [redis("redis_connected_slaves")]: stays(1), [other("redis_connected_slaves")]: stays(0) } },
            at: ["4m", "6m"],
            silent: { "both are there": { [redis("redis_connected_slaves")]: stays(2), [other("redis_connected_slaves")]: stays(0) } },
        },
        RedisReplicationBroken: {
            fires: { "a replica has lost it": { [other("redis_master_link_up")]: stays(0) } },
            at: ["1m", "3m"],
            silent: { "it follows": { [other("redis_master_link_up")]: stays(1) } },
        },
    },
};

/** Alerts of Redis Cluster, besides those of its servers. */
export const redisCluster: ScenarioTable = {
    telemetry: [redisTelemetry({ namespace: "shop", app: "redis", topology: "cluster" })],
    scenarios: {
        RedisClusterDown: {
            fires: { "a node says so": { [redis("redis_cluster_state")]: stays(1), [other("redis_cluster_state")]: stays(0) } },
            at: ["0m", "2m"],
            silent: { "all say ok": { [redis("redis_cluster_state")]: stays(1) } },
        },
        RedisClusterSlotsMissing: {
            fires: { "a third has no server": { [redis("redis_cluster_slots_ok")]: stays(10_923) } },
            at: ["1m", "3m"],
            silent: { "all are served": { [redis("redis_cluster_slots_ok")]: stays(16_384) } },
        },
    },
};

/** Alerts of three sentinels and the proxy. */
export const redisSentinels: ScenarioTable = {
    telemetry: [redisSentinelTelemetry({ namespace: "shop", app: "redis-sentinel", sentinels: 3, proxy: "redis" })],
    scenarios: {
        RedisSentinelQuorumLost: {
            fires: { "one of three answers": sentinels("redis_up", 1, 0, 0), "none is known": {} },
            at: ["1m", "3m"],
            silent: { "two of three answer": sentinels("redis_up", 1, 1, 0) },
        },
        RedisSentinelMissing: {
            fires: { "they know two": sentinels("redis_sentinel_master_sentinels", 2, 2) },
            at: ["9m", "11m"],
            silent: { "they know three": sentinels("redis_sentinel_master_sentinels", 3, 3, 3) },
        },
        RedisPrimaryUnhealthy: {
            fires: { "one of them says so": sentinels("redis_sentinel_master_status", 1, 0, 1) },
            at: ["0m", "2m"],
            silent: { "all reach it": sentinels("redis_sentinel_master_status", 1, 1, 1) },
        },
        RedisProxyWithoutPrimary: {
            fires: { "no server is primary": { [proxy("haproxy_backend_active_servers")]: stays(0) } },
            at: ["0m", "2m"],
            silent: { "one is": { [proxy("haproxy_backend_active_servers")]: stays(1) } },
        },
    },
};
