import { natsTelemetry } from "../../../components/data/nats/telemetry";
import type { ScenarioTable, World } from "./table";
import { grows, named, stays } from "./table";

const labels = (n: number): string => `namespace="storm",app="nats",pod="nats-${n}"`;
const server = named(labels(0));
const healthy = (count: number): World =>
    Object.fromEntries([0, 1, 2].map(n => [named(labels(n))("gnatsd_healthz_status_value", 'value="ok"'), stays(n < count ? 1 : 0)]));
const consumer = (metric: string, values: string, leader = true): World =>
    ({ [server(`jetstream_consumer_${metric}`, `stream_name="MESSAGES",consumer_name="push",is_consumer_leader="${leader}"`)]: values });
const stream = (bytes: number, limit: number): World => ({
    [server("jetstream_stream_total_bytes", 'stream_name="MESSAGES"')]: stays(bytes),
    [server("jetstream_stream_limit_bytes", 'stream_name="MESSAGES"')]: stays(limit),
});
const store = (used: number): World => ({ [server("jetstream_server_total_message_bytes")]: stays(used), [server("jetstream_server_max_storage")]: stays(100) });
const gone = (waiting: number, delivered: string, pending = 5): World => ({
    ...consumer("num_pending", stays(pending)), ...consumer("num_waiting", stays(waiting)), ...consumer("delivered_consumer_seq", delivered),
});

/** Alerts of three NATS servers. */
export const nats: ScenarioTable = {
    telemetry: [natsTelemetry({ namespace: "storm", app: "nats", nodes: 3 })],
    scenarios: {
        NatsDown: { fires: { "one of three is healthy": healthy(1), "nothing is known": {} }, at: ["0m", "2m"], silent: { "two of three are": healthy(2) } },
        NatsServerMissing: { fires: { "two of three are healthy": healthy(2) }, at: ["9m", "11m"], silent: { "three are": healthy(3) } },
        NatsRoutesMissing: {
            fires: { "it reaches one of two": { [server("gnatsd_varz_routes")]: stays(1) } },
            at: ["4m", "6m"],
            silent: { "it reaches both": { [server("gnatsd_varz_routes")]: stays(2) } },
        },
        NatsSlowConsumers: {
            fires: { "one after five minutes": { [server("gnatsd_varz_slow_consumers")]: "0x5 1x55" } },
            at: ["5m", "7m"],
            silent: { "none since long": { [server("gnatsd_varz_slow_consumers")]: stays(2) } },
        },
        NatsConnectionsHigh: {
            fires: { "90 of 100": { [server("gnatsd_varz_connections")]: stays(90), [server("gnatsd_varz_max_connections")]: stays(100) } },
            at: ["4m", "6m"],
            silent: { "80 of 100": { [server("gnatsd_varz_connections")]: stays(80), [server("gnatsd_varz_max_connections")]: stays(100) } },
        },
        NatsRestarted: {
            fires: { "twice in ten minutes": { [server("gnatsd_varz_start")]: "1x5 2x5 3x50" } },
            at: ["9m", "12m"],
            silent: { "once": { [server("gnatsd_varz_start")]: "1x5 2x55" } },
        },
        JetStreamStorageHigh: { fires: { "90 % are used": store(90) }, at: ["4m", "6m"], silent: { "80 % are": store(80) } },
        JetStreamConsumerLag: {
            fires: { "1001 wait": consumer("num_pending", stays(1001)) },
            at: ["9m", "11m"],
            silent: { "1000 wait": consumer("num_pending", stays(1000)), "a follower has an old number": consumer("num_pending", stays(5000), false) },
        },
        JetStreamDisabled: {
            fires: { "it is off": { [server("jetstream_server_jetstream_disabled")]: stays(1) } },
            at: ["0m", "2m"],
            silent: { "it is on": { [server("jetstream_server_jetstream_disabled")]: stays(0) } },
        },
        JetStreamStreamNearlyFull: { fires: { "95 % of its limit": stream(95, 100) }, at: ["9m", "11m"], silent: { "half of it": stream(50, 100), "it has no limit": stream(95, -1) } },
        JetStreamRedeliveries: {
            fires: { "200 come again": consumer("num_redelivered", stays(200)) },
            at: ["9m", "11m"],
            silent: { "ten do": consumer("num_redelivered", stays(10)) },
        },
        JetStreamUnacknowledged: {
            fires: { "1500 in work": consumer("num_ack_pending", stays(1500)) },
            at: ["9m", "11m"],
            silent: { "50 in work": consumer("num_ack_pending", stays(50)) },
        },
        JetStreamConsumerGone: {
            fires: { "nobody asks, nothing is delivered": gone(0, stays(7)) },
            at: ["9m", "14m"],
            silent: { "someone asks": gone(1, stays(7)), "messages are pushed": gone(0, grows(60)), "none wait": gone(0, stays(7), 0) },
        },
    },
};
