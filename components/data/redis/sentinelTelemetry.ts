import { MetricSource } from "../../kit/metricSource";
import type { Telemetry } from "../../kit/telemetry";

/** Arguments of {@link redisSentinelTelemetry}. */
export interface RedisSentinelTelemetryArgs {
    readonly namespace: string;
    /** `app` label of the sentinels, with redis_exporter beside each. */
    readonly app: string;
    /** Number of sentinels. */
    readonly sentinels: number;
    /** `app` label of the proxy that leads clients to the primary. */
    readonly proxy: string;
}

/** The sentinels that agree on a primary, and the proxy that leads to it. */
export function redisSentinelTelemetry({ namespace, app, sentinels, proxy }: RedisSentinelTelemetryArgs): Telemetry {
    const source = new MetricSource(app, { namespace, app });
    const ways = new MetricSource(proxy, { namespace, app: proxy });
    const quorum = Math.floor(sentinels / 2) + 1;
    const servers = ways.of("haproxy_backend_active_servers", { proxy: "primary" });
    const known = `max(${source.of("redis_sentinel_master_sentinels")})`;
    const alerts: Telemetry["alerts"] = [{
        name: "RedisSentinelQuorumLost",
        expr: `(count(${source.of("redis_up")} == 1) or vector(0)) < ${quorum}`,
        for: "2m",
        severity: "critical",
        summary: `Only {{ $value }} of ${sentinels} sentinels of ${app} answer`,
        description: `For two minutes fewer than ${quorum} sentinels have answered: when the primary fails, nobody takes over.`,
    }, {
        name: "RedisSentinelMissing",
        expr: `${known} < ${sentinels}`,
        for: "10m",
        severity: "warning",
        summary: `The sentinels of ${app} know only {{ $value }} of ${sentinels}`,
        description: "For ten minutes a sentinel has not been seen by the others; one more loss and a failover cannot be decided.",
    }, {
        name: "RedisPrimaryUnhealthy",
        expr: `min(${source.of("redis_sentinel_master_status")}) == 0`,
        for: "1m",
        severity: "critical",
        summary: `A sentinel of ${app} holds the primary for dead`,
        description: "For a minute at least one sentinel has not reached the primary, and no failover has cured that.",
    }, {
        name: "RedisProxyWithoutPrimary",
        expr: `${servers} == 0`,
        for: "1m",
        severity: "critical",
        summary: "{{ $labels.pod }} leads to no server",
        description: "For a minute the proxy has found no server that calls itself primary: every client's connection is refused.",
    }];
    return {
        name: `Redis sentinels ${app}`,
        board: "redis",
        labels: { namespace, app },
        alerts,
        panels: [],
        details: [{
            title: "Sentinels that know each other",
            kind: "stat",
            unit: "none",
            queries: [{ expr: known, legend: "sentinels" }],
            thresholds: [{ value: quorum, color: "orange" }],
        }, {
            title: "Servers behind the proxy",
            kind: "timeseries",
            unit: "none",
            queries: [{ expr: servers, legend: "{{pod}}" }],
        }],
        metrics: [source.required, ways.required],
    };
}
