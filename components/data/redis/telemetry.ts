import { MetricSource } from "../../kit/metricSource";
import { absentOrZero, perSecond, rate, share } from "../../kit/promql";
import type { AlertRule, Panel, Telemetry } from "../../kit/telemetry";

/** Arguments of {@link redisTelemetry}. */
export interface RedisTelemetryArgs {
    readonly namespace: string;
    /** `app` label of the pods with redis_exporter. */
    readonly app: string;
    /** The data outlives a restart, so that a failed save counts. @default false */
    readonly persistent?: boolean;
    /** How several servers belong together. @default "single" */
    readonly topology?: "single" | "replicas" | "cluster";
    /** Number of servers. @default 1 */
    readonly servers?: number;
    /** Share of maxmemory that is too much. @default 0.9 */
    readonly maximumMemoryRatio?: number;
    /** Minutes without an answer that are too many. @default 2 */
    readonly downMinutes?: number;
}

/** Selects a metric of the servers. */
type Of = (metric: string, labels?: Record<string, string>) => string;

/** Redis as redis_exporter sees it: availability, memory, hits, evictions, and what its form brings: persistence, replicas, slots. */
export function redisTelemetry(args: RedisTelemetryArgs): Telemetry {
    const { namespace, app, persistent = false, topology = "single" } = args;
    const source = new MetricSource(app, { namespace, app });
    const of: Of = (metric, labels) => source.of(metric, labels);
    const alerts = [
        ...serverAlerts(args, of),
        ...(persistent ? persistenceAlerts(app, of) : []),
        ...(topology === "replicas" ? replicationAlerts(args, of) : []),
        ...(topology === "cluster" ? clusterAlerts(app, of) : []),
    ];
    const panels = overviewPanels(of);
    const details = detailPanels(of, topology);
    return { name: `Redis ${app}`, board: "redis", labels: { namespace, app }, alerts, panels, details, metrics: [source.required] };
}

function serverAlerts({ namespace, app, maximumMemoryRatio = 0.9, downMinutes = 2 }: RedisTelemetryArgs, of: Of): AlertRule[] {
    const reads = `(${rate(of("redis_keyspace_hits_total"), "15m")} + ${rate(of("redis_keyspace_misses_total"), "15m")})`;
    return [{
        name: "RedisDown",
        expr: absentOrZero(of("redis_up")),
        for: `${downMinutes}m`,
        severity: "critical",
        summary: `Redis ${app} does not answer`,
        description: `For ${downMinutes} minutes ${app} in ${namespace} has not answered its exporter: every read goes to the database.`,
    }, {
        name: "RedisMemory",
        // Without a limit maxmemory reads 0, and the quotient would be infinite.
        expr: `${of("redis_memory_used_bytes")} / (${of("redis_memory_max_bytes")} > 0) > ${maximumMemoryRatio}`,
        for: "10m",
        severity: "warning",
        summary: `Redis ${app} uses {{ $value | humanizePercentage }} of its memory`,
        description: `For ten minutes ${app} has used more than ${maximumMemoryRatio * 100} % of maxmemory; it evicts keys to make room.`,
    }, {
        name: "RedisEvictions",
        expr: `${rate(of("redis_evicted_keys_total"), "15m")} > 10 and ${share(rate(of("redis_keyspace_misses_total"), "15m"), reads)} > 0.5`,
        for: "15m",
        severity: "info",
        summary: `Redis ${app} drops {{ $value | humanize }} keys a second and misses most reads`,
        description: "For a quarter of an hour keys have been dropped before they were read again: the memory is too small for what is asked.",
    }, {
        name: "RedisConnectionsHigh",
        expr: `${of("redis_connected_clients")} / ${of("redis_max_clients")} > 0.8`,
        for: "5m",
        severity: "warning",
        summary: `{{ $labels.pod }} has {{ $value | humanizePercentage }} of the clients it may have`,
        description: "For five minutes more than four fifths of maxclients have been connected; beyond it Redis refuses them.",
    }, {
        name: "RedisConnectionsRefused",
        expr: `increase(${of("redis_rejected_connections_total")}[5m]) > 0`,
        for: "0m",
        severity: "critical",
        summary: "{{ $labels.pod }} has refused {{ $value | humanize }} clients",
        description: "In the last five minutes clients were refused, because maxclients were connected already.",
    }, {
        name: "RedisSlowCommands",
        expr: `increase(${of("redis_slowlog_last_id")}[10m]) > 50`,
        for: "0m",
        severity: "info",
        summary: "{{ $labels.pod }} logged {{ $value | humanize }} slow commands in ten minutes",
        description: "Redis serves one command at a time: while a slow one runs, everyone else waits.",
    }, {
        name: "RedisExporterErrors",
        expr: `${of("redis_exporter_last_scrape_error")} > 0 and on (namespace, app, pod) ${of("redis_up")} == 1`,
        for: "10m",
        severity: "warning",
        summary: "The exporter of {{ $labels.pod }} fails to read statistics",
        description: "For ten minutes the exporter has got errors from a server that answers: other alerts of this server may be blind.",
    }];
}

function persistenceAlerts(app: string, of: Of): AlertRule[] {
    return [{
        name: "RedisSaveFailed",
        expr: `${of("redis_rdb_last_bgsave_status")} == 0`,
        for: "5m",
        severity: "critical",
        summary: "{{ $labels.pod }} could not save its data",
        description: `The last snapshot of ${app} failed; as long as that is so Redis refuses writes, and a restart loses what is newer.`,
    }, {
        name: "RedisAppendFailed",
        expr: `${of("redis_aof_enabled")} == 1 and ${of("redis_aof_last_write_status")} == 0`,
        for: "1m",
        severity: "critical",
        summary: "{{ $labels.pod }} could not append to its log",
        description: `The last write to the append-only file of ${app} failed, mostly for want of room: Redis refuses writes until it works.`,
    }];
}

function replicationAlerts({ app, servers = 1 }: RedisTelemetryArgs, of: Of): AlertRule[] {
    const primaries = `count(${of("redis_instance_info", { role: "master" })})`;
    return [{
        name: "RedisNoPrimary",
        expr: `absent(${of("redis_instance_info", { role: "master" })})`,
        for: "1m",
        severity: "critical",
        summary: `Redis ${app} has no primary`,
        description: "For a minute no server has been primary: reads may work, writes fail. The sentinels have not agreed on a new one.",
    }, {
        name: "RedisTwoPrimaries",
        expr: `${primaries} > 1`,
        for: "2m",
        severity: "critical",
        summary: `Redis ${app} has {{ $value }} primaries`,
        description: "For two minutes more than one server has taken writes; those of all but one will be lost.",
    }, {
        name: "RedisReplicaMissing",
        expr: `max(${of("redis_connected_slaves")}) < ${servers - 1}`,
        for: "5m",
        severity: "warning",
        summary: `The primary of Redis ${app} has only {{ $value }} of ${servers - 1} replicas`,
        description: "For five minutes a replica has been missing: the next failure may lose the data, or find no successor.",
    }, {
        name: "RedisReplicationBroken",
        expr: `${of("redis_master_link_up")} == 0`,
        for: "2m",
        severity: "warning",
        summary: "{{ $labels.pod }} does not follow its primary",
        description: "For two minutes the replica has had no connection to the primary; it serves old data and cannot take over.",
    }];
}

function clusterAlerts(app: string, of: Of): AlertRule[] {
    return [{
        name: "RedisClusterDown",
        expr: `min(${of("redis_cluster_state")}) == 0`,
        for: "1m",
        severity: "critical",
        summary: `Redis cluster ${app} does not serve`,
        description: "For a minute a node has reported the state `fail`: a master is gone and nobody took its slots; all clients get errors.",
    }, {
        name: "RedisClusterSlotsMissing",
        expr: `min(${of("redis_cluster_slots_ok")}) < 16384`,
        for: "2m",
        severity: "critical",
        summary: `Only {{ $value }} of 16384 slots of Redis cluster ${app} are served`,
        description: "For two minutes some keys have had no server: reads and writes of these keys fail.",
    }];
}

function overviewPanels(of: Of): Panel[] {
    const [hits, misses] = [perSecond(of("redis_keyspace_hits_total")), perSecond(of("redis_keyspace_misses_total"))];
    return [{
        title: "Redis memory",
        kind: "timeseries",
        unit: "bytes",
        queries: [{ expr: of("redis_memory_used_bytes"), legend: "used" }, { expr: of("redis_memory_max_bytes"), legend: "maximum" }],
    }, {
        title: "Redis hit ratio",
        kind: "timeseries",
        unit: "percentunit",
        queries: [{ expr: share(hits, `(${hits} + ${misses})`), legend: "hits" }],
    }, {
        title: "Redis evictions and clients",
        kind: "timeseries",
        unit: "short",
        queries: [
            { expr: perSecond(of("redis_evicted_keys_total")), legend: "evicted keys per second" },
            { expr: of("redis_connected_clients"), legend: "clients" },
        ],
    }];
}

function detailPanels(of: Of, topology: RedisTelemetryArgs["topology"]): Panel[] {
    return [{
        title: "Commands per second",
        kind: "timeseries",
        unit: "ops",
        queries: [{ expr: perSecond(of("redis_commands_processed_total"), ["pod"]), legend: "{{pod}}" }],
    }, {
        title: "Time in commands",
        kind: "timeseries",
        unit: "percentunit",
        queries: [{ expr: perSecond(of("redis_commands_duration_seconds_total"), ["cmd"]), legend: "{{cmd}}" }],
        description: "Redis serves one command at a time: at 100 % it is busy all the time.",
    }, {
        title: "Keys",
        kind: "timeseries",
        unit: "short",
        queries: [
            { expr: `sum(${of("redis_db_keys")})`, legend: "keys" },
            { expr: `sum(${of("redis_db_keys_expiring")})`, legend: "with an end" },
        ],
    }, ...(topology === "replicas" ? [{
        title: "Replicas of the primary",
        kind: "stat" as const,
        unit: "none" as const,
        queries: [{ expr: `max(${of("redis_connected_slaves")})`, legend: "replicas" }],
    }] : []), ...(topology === "cluster" ? [{
        title: "Slots that are served",
        kind: "stat" as const,
        unit: "none" as const,
        queries: [{ expr: `min(${of("redis_cluster_slots_ok")})`, legend: "slots" }],
    }] : [])];
}
