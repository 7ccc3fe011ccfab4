import { series } from "../promql";
import type { Telemetry } from "../telemetry";

/** Arguments of {@link natsTelemetry}. */
export interface NatsTelemetryArgs {
    readonly namespace: string;
    /** `app` label of the pods with the exporter. */
    readonly app: string;
    /** Number of servers. @default 1 */
    readonly nodes?: number;
    /** Share of the store that is too much. @default 0.8 */
    readonly maximumStorageRatio?: number;
    /** Messages that may wait for one consumer. @default 1000 */
    readonly maximumPending?: number;
}

const health = "gnatsd_healthz_status_value";
const connections = "gnatsd_varz_connections";
const received = "gnatsd_varz_in_msgs";
const sent = "gnatsd_varz_out_msgs";
const slow = "gnatsd_varz_slow_consumers";
const stored = "jetstream_server_total_message_bytes";
const maximum = "jetstream_server_max_storage";
const pending = "jetstream_consumer_num_pending";

/** NATS with JetStream as prometheus-nats-exporter sees it: health, storage, consumers that fall behind. */
export function natsTelemetry({
    namespace, app, nodes = 1, maximumStorageRatio = 0.8, maximumPending = 1000,
}: NatsTelemetryArgs): Telemetry {
    const of = (metric: string, labels: Record<string, string> = {}): string => series(metric, { namespace, app, ...labels });
    const quorum = Math.floor(nodes / 2) + 1;
    const healthy = `(count(${of(health, { value: "ok" })} == 1) or vector(0))`;
    const storage = `${of(stored)} / ${of(maximum)}`;
    // Every replica of a consumer tells of it; the leader alone knows the number.
    const behind = `max by (stream_name, consumer_name) (${of(pending, { is_consumer_leader: "true" })})`;
    const perSecond = (metric: string): string => `sum(rate(${of(metric)}[$__rate_interval]))`;
    return {
        name: "NATS JetStream",
        alerts: [{
            name: "NatsDown",
            expr: `${healthy} < ${quorum}`,
            for: "1m",
            severity: "critical",
            summary: `Only {{ $value }} of ${nodes} servers of ${app} are healthy`,
            description: `For a minute fewer than ${quorum} of ${nodes} servers have been healthy: no stream takes or delivers messages.`,
        }, {
            name: "JetStreamStorageHigh",
            expr: `${storage} > ${maximumStorageRatio}`,
            for: "5m",
            severity: "warning",
            summary: "Streams fill {{ $value | humanizePercentage }} of the store of {{ $labels.pod }}",
            description: `More than ${maximumStorageRatio * 100} % of max_file_store are in use; when it is full, publishing fails.`,
        }, {
            name: "JetStreamConsumerLag",
            expr: `${behind} > ${maximumPending}`,
            for: "10m",
            severity: "warning",
            summary: "{{ $value }} messages of {{ $labels.stream_name }} wait for {{ $labels.consumer_name }}",
            description: `For ten minutes more than ${maximumPending} messages have waited for one consumer: it is too slow, or gone.`,
        }],
        panels: [{
            title: "NATS messages per second",
            kind: "timeseries",
            unit: "ops",
            queries: [{ expr: perSecond(received), legend: "received" }, { expr: perSecond(sent), legend: "sent" }],
        }, {
            title: "NATS connections and slow consumers",
            kind: "timeseries",
            unit: "none",
            queries: [
                { expr: `sum(${of(connections)})`, legend: "connections" },
                { expr: `sum(increase(${of(slow)}[$__rate_interval]))`, legend: "slow consumers" },
            ],
        }, {
            title: "JetStream storage",
            kind: "timeseries",
            unit: "percentunit",
            queries: [{ expr: storage, legend: "{{pod}}" }],
            thresholds: [{ value: maximumStorageRatio, color: "red" }],
        }, {
            title: "Messages that wait",
            kind: "timeseries",
            unit: "none",
            queries: [{ expr: behind, legend: "{{stream_name}}/{{consumer_name}}" }],
            thresholds: [{ value: maximumPending, color: "orange" }],
        }],
        metrics: [{ from: app, names: [health, connections, received, sent, slow, stored, maximum, pending] }],
    };
}
