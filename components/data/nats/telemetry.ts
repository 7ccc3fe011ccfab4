import { MetricSource } from "../../kit/metricSource";
import { perSecond, rate, share } from "../../kit/promql";
import type { AlertRule, Panel, Telemetry } from "../../kit/telemetry";

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

type Of = (metric: string, labels?: Record<string, string>) => string;

/** Every replica of a consumer tells of it; the leader alone knows the number. */
const leading = { is_consumer_leader: "true" };

/** NATS with JetStream as prometheus-nats-exporter sees it: health, storage, streams, consumers that fall behind. */
export function natsTelemetry(args: NatsTelemetryArgs): Telemetry {
    const { namespace, app } = args;
    const source = new MetricSource(app, { namespace, app });
    const of: Of = (metric, labels) => source.of(metric, labels);
    const alerts = [...serverAlerts(args, of), ...streamAlerts(args, of)];
    const panels = overviewPanels(args, of);
    const details = detailPanels(of);
    return { name: "NATS JetStream", board: "nats", labels: { namespace, app }, alerts, panels, details, metrics: [source.required] };
}

const perConsumer = (selector: string): string => `max by (stream_name, consumer_name) (${selector})`;

function serverAlerts({ app, nodes = 1 }: NatsTelemetryArgs, of: Of): AlertRule[] {
    const quorum = Math.floor(nodes / 2) + 1;
    const healthy = `(count(${of("gnatsd_healthz_status_value", { value: "ok" })} == 1) or vector(0))`;
    return [{
        name: "NatsDown",
        expr: `${healthy} < ${quorum}`,
        for: "1m",
        severity: "critical",
        summary: `Only {{ $value }} of ${nodes} servers of ${app} are healthy`,
        description: `For a minute fewer than ${quorum} of ${nodes} servers have been healthy: no stream takes or delivers messages.`,
    }, ...(nodes === 1 ? [] : [{
        name: "NatsServerMissing",
        expr: `${healthy} < ${nodes}`,
        for: "10m",
        severity: "warning" as const,
        summary: `Only {{ $value }} of ${nodes} servers of ${app} are healthy`,
        description: "For ten minutes a server has been missing: streams have fewer copies, and one more loss stops them.",
    }, {
        name: "NatsRoutesMissing",
        expr: `${of("gnatsd_varz_routes")} < ${nodes - 1}`,
        for: "5m",
        severity: "warning" as const,
        summary: "{{ $labels.pod }} has only {{ $value }} routes to the others",
        description: "For five minutes the server has not reached all others: messages go astray, and streams lose copies.",
    }]), {
        name: "NatsSlowConsumers",
        expr: `increase(${of("gnatsd_varz_slow_consumers")}[5m]) > 0`,
        for: "0m",
        severity: "warning",
        summary: "{{ $labels.pod }} has cut off {{ $value | humanize }} slow clients",
        description: "In the last five minutes clients read more slowly than messages came, and were disconnected: what was sent meanwhile is lost to them.",
    }, {
        name: "NatsConnectionsHigh",
        expr: `${of("gnatsd_varz_connections")} / ${of("gnatsd_varz_max_connections")} > 0.8`,
        for: "5m",
        severity: "warning",
        summary: "{{ $labels.pod }} has {{ $value | humanizePercentage }} of the connections it may have",
        description: "For five minutes more than four fifths of max_connections have been in use; beyond it clients are refused.",
    }, {
        name: "NatsRestarted",
        expr: `changes(${of("gnatsd_varz_start")}[15m]) > 1`,
        for: "0m",
        severity: "warning",
        summary: "{{ $labels.pod }} has started {{ $value }} times in fifteen minutes",
        description: "The server does not stay up: clients reconnect each time, and streams catch up.",
    }];
}

function streamAlerts({ maximumStorageRatio = 0.8, maximumPending = 1000 }: NatsTelemetryArgs, of: Of): AlertRule[] {
    const storage = share(of("jetstream_server_total_message_bytes"), of("jetstream_server_max_storage"));
    const limited = `(${of("jetstream_stream_limit_bytes")} > 0)`;
    return [{
        name: "JetStreamStorageHigh",
        expr: `${storage} > ${maximumStorageRatio}`,
        for: "5m",
        severity: "warning",
        summary: "Streams fill {{ $value | humanizePercentage }} of the store of {{ $labels.pod }}",
        description: `More than ${maximumStorageRatio * 100} % of max_file_store are in use; when it is full, publishing fails.`,
    }, {
        name: "JetStreamConsumerLag",
        expr: `${perConsumer(of("jetstream_consumer_num_pending", leading))} > ${maximumPending}`,
        for: "10m",
        severity: "warning",
        summary: "{{ $value }} messages of {{ $labels.stream_name }} wait for {{ $labels.consumer_name }}",
        description: `For ten minutes more than ${maximumPending} messages have waited for one consumer: it is too slow, or gone.`,
    }, {
        name: "JetStreamDisabled",
        expr: `max by (pod) (${of("jetstream_server_jetstream_disabled")}) > 0`,
        for: "1m",
        severity: "critical",
        summary: "{{ $labels.pod }} runs without JetStream",
        description: "For a minute the server has had its store switched off, as it does when the volume fails: its streams are gone.",
    }, {
        name: "JetStreamStreamNearlyFull",
        expr: `max by (stream_name) (${of("jetstream_stream_total_bytes")} / ${limited}) > 0.9`,
        for: "10m",
        severity: "warning",
        summary: "Stream {{ $labels.stream_name }} is {{ $value | humanizePercentage }} full",
        description: "For ten minutes the stream has been close to its max_bytes; then it drops its oldest messages, or refuses new ones.",
    }, {
        name: "JetStreamRedeliveries",
        expr: `${perConsumer(of("jetstream_consumer_num_redelivered", leading))} > 100`,
        for: "10m",
        severity: "warning",
        summary: "{{ $value }} messages of {{ $labels.stream_name }} come to {{ $labels.consumer_name }} again",
        description: "For ten minutes many messages have been delivered more than once: the consumer fails, or takes longer than ack_wait.",
    }, {
        name: "JetStreamUnacknowledged",
        expr: `${perConsumer(of("jetstream_consumer_num_ack_pending", leading))} > ${maximumPending}`,
        for: "10m",
        severity: "warning",
        summary: "{{ $labels.consumer_name }} holds {{ $value }} messages of {{ $labels.stream_name }} without answering",
        description: `For ten minutes the consumer has had more than ${maximumPending} messages in work: it hangs, and gets no more at max_ack_pending.`,
    }, {
        name: "JetStreamConsumerGone",
        expr: `${perConsumer(of("jetstream_consumer_num_pending", leading))} > 0 and ${perConsumer(of("jetstream_consumer_num_waiting", leading))} == 0 `
            + `and delta(${perConsumer(of("jetstream_consumer_delivered_consumer_seq", leading))}[10m:1m]) == 0`,
        for: "10m",
        severity: "critical",
        summary: "Nobody fetches messages of {{ $labels.stream_name }} for {{ $labels.consumer_name }}",
        description: "For ten minutes messages have waited, and nobody has asked for them: the service is gone, or has lost its subscription.",
    }];
}

function overviewPanels({ maximumStorageRatio = 0.8, maximumPending = 1000 }: NatsTelemetryArgs, of: Of): Panel[] {
    return [{
        title: "NATS messages per second",
        kind: "timeseries",
        unit: "ops",
        queries: [
            { expr: perSecond(of("gnatsd_varz_in_msgs")), legend: "received" },
            { expr: perSecond(of("gnatsd_varz_out_msgs")), legend: "sent" },
        ],
    }, {
        title: "NATS connections and slow consumers",
        kind: "timeseries",
        unit: "none",
        queries: [
            { expr: `sum(${of("gnatsd_varz_connections")})`, legend: "connections" },
            { expr: `sum(increase(${of("gnatsd_varz_slow_consumers")}[$__rate_interval]))`, legend: "slow consumers" },
        ],
    }, {
        title: "JetStream storage",
        kind: "timeseries",
        unit: "percentunit",
        queries: [{ expr: share(of("jetstream_server_total_message_bytes"), of("jetstream_server_max_storage")), legend: "{{pod}}" }],
        thresholds: [{ value: maximumStorageRatio, color: "red" }],
    }, {
        title: "Messages that wait",
        kind: "timeseries",
        unit: "none",
        queries: [{ expr: perConsumer(of("jetstream_consumer_num_pending", leading)), legend: "{{stream_name}}/{{consumer_name}}" }],
        thresholds: [{ value: maximumPending, color: "orange" }],
    }];
}

function detailPanels(of: Of): Panel[] {
    return [{
        title: "Bytes per second",
        kind: "timeseries",
        unit: "bytes",
        queries: [
            { expr: rate(of("gnatsd_varz_in_bytes"), "$__rate_interval"), legend: "received" },
            { expr: rate(of("gnatsd_varz_out_bytes"), "$__rate_interval"), legend: "sent" },
        ],
    }, {
        title: "Messages stored",
        kind: "timeseries",
        unit: "short",
        queries: [{ expr: `max by (stream_name) (${of("jetstream_stream_total_messages")})`, legend: "{{stream_name}}" }],
    }, {
        title: "Messages in work",
        kind: "timeseries",
        unit: "none",
        queries: [{ expr: perConsumer(of("jetstream_consumer_num_ack_pending", leading)), legend: "{{stream_name}}/{{consumer_name}}" }],
    }, {
        title: "Memory of the servers",
        kind: "timeseries",
        unit: "bytes",
        queries: [{ expr: of("gnatsd_varz_mem"), legend: "{{pod}}" }],
    }];
}
