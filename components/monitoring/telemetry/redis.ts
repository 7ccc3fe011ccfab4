import { absentOrZero, series } from "../promql";
import type { Telemetry } from "../telemetry";

/** Arguments of {@link redisTelemetry}. */
export interface RedisTelemetryArgs {
    readonly namespace: string;
    /** `app` label of the pods with redis_exporter. */
    readonly app: string;
    /** Share of maxmemory that is too much. @default 0.9 */
    readonly maximumMemoryRatio?: number;
    /** Minutes without an answer that are too many. @default 2 */
    readonly downMinutes?: number;
}

const up = "redis_up";
const used = "redis_memory_used_bytes";
const maximum = "redis_memory_max_bytes";
const hits = "redis_keyspace_hits_total";
const misses = "redis_keyspace_misses_total";
const evicted = "redis_evicted_keys_total";
const clients = "redis_connected_clients";

/** Redis as redis_exporter sees it: availability, memory, hits, evictions. */
export function redisTelemetry({ namespace, app, maximumMemoryRatio = 0.9, downMinutes = 2 }: RedisTelemetryArgs): Telemetry {
    const of = (metric: string): string => series(metric, { namespace, app });
    const perSecond = (metric: string): string => `sum(rate(${of(metric)}[$__rate_interval]))`;
    return {
        name: "Redis",
        alerts: [{
            name: "RedisDown",
            expr: absentOrZero(of(up)),
            for: `${downMinutes}m`,
            severity: "critical",
            summary: `Redis ${app} does not answer`,
            description: `For ${downMinutes} minutes ${app} in ${namespace} has not answered its exporter: every read goes to the database.`,
        }, {
            name: "RedisMemory",
            // Without a limit maxmemory reads 0, and the quotient would be infinite.
            expr: `${of(used)} / (${of(maximum)} > 0) > ${maximumMemoryRatio}`,
            for: "10m",
            severity: "warning",
            summary: `Redis ${app} uses {{ $value | humanizePercentage }} of its memory`,
            description: `For ten minutes ${app} has used more than ${maximumMemoryRatio * 100} % of maxmemory; it evicts keys to make room.`,
        }],
        panels: [{
            title: "Redis memory",
            kind: "timeseries",
            unit: "bytes",
            queries: [{ expr: of(used), legend: "used" }, { expr: of(maximum), legend: "maximum" }],
        }, {
            title: "Redis hit ratio",
            kind: "timeseries",
            unit: "percentunit",
            queries: [{ expr: `${perSecond(hits)} / (${perSecond(hits)} + ${perSecond(misses)})`, legend: "hits" }],
        }, {
            title: "Redis evictions and clients",
            kind: "timeseries",
            unit: "short",
            queries: [{ expr: perSecond(evicted), legend: "evicted keys per second" }, { expr: of(clients), legend: "clients" }],
        }],
        metrics: [{ from: app, names: [up, used, maximum, hits, misses, evicted, clients] }],
    };
}
