import { MetricSource } from "../../kit/metricSource";
import { absentOrZero, perSecond, rate } from "../../kit/promql";
import type { AlertRule, Panel, Telemetry } from "../../kit/telemetry";
import { diskWarning } from "./configuration";

/** Arguments of {@link rabbitmqTelemetry}. */
export interface RabbitmqTelemetryArgs {
    readonly namespace: string;
    /** `app` label of the nodes. */
    readonly app: string;
    /** Number of nodes. */
    readonly nodes: number;
    /** Messages that wait in one queue and are too many. @default 1000 */
    readonly backlog?: number;
    /** Messages in one queue close to its greatest length. @default 8000, of a greatest length of 10000 */
    readonly nearlyFull?: number;
}

type Of = (metric: string, labels?: Record<string, string | RegExp>) => string;

const ready = "rabbitmq_queue_messages_ready";

/** RabbitMQ as its own Prometheus plugin sees it: nodes, queues that fill, dead letters, alarms, resources. */
export function rabbitmqTelemetry(args: RabbitmqTelemetryArgs): Telemetry {
    const { namespace, app } = args;
    const source = new MetricSource(app, { namespace, app });
    const of: Of = (metric, labels) => source.of(metric, labels);
    const perQueue = (metric: string, labels?: Record<string, string | RegExp>): string => `max by (vhost, queue) (${of(metric, labels)})`;
    const alerts = [...nodeAlerts(args, of), ...queueAlerts(args, of, perQueue), ...alarmAlerts(of)];
    const panels = overviewPanels(args, of, perQueue);
    const details = detailPanels(of, perQueue);
    return { name: "RabbitMQ", board: "rabbitmq", labels: { namespace, app }, alerts, panels, details, metrics: [source.required] };
}

function nodeAlerts({ namespace, app, nodes }: RabbitmqTelemetryArgs, of: Of): AlertRule[] {
    const identity = of("rabbitmq_identity_info");
    const running = `count(${identity})`;
    return [{
        name: "RabbitMQNodeDown",
        expr: nodes === 1 ? absentOrZero(running) : `${running} < ${nodes} or absent(${identity})`,
        for: "2m",
        severity: "critical",
        summary: `RabbitMQ ${app} has fewer nodes than ${nodes}`,
        description: `For two minutes less than ${nodes} of ${app} in ${namespace} have answered; without a majority its queues stop.`,
    }, ...(nodes === 1 ? [] : [{
        name: "RabbitMQPartition",
        expr: `max(${of("rabbitmq_unreachable_cluster_peers_count")}) > 0`,
        for: "5m",
        severity: "critical" as const,
        summary: `A node of RabbitMQ ${app} does not reach {{ $value }} others`,
        description: "For five minutes nodes that run have not reached each other: queues on the smaller side stand still.",
    }])];
}

function queueAlerts({ app, backlog = 1000, nearlyFull = 8000 }: RabbitmqTelemetryArgs, of: Of, perQueue: Of): AlertRule[] {
    const deadLetters = perQueue(ready, { queue: /.+\.dlq/ });
    return [{
        name: "RabbitMQQueueBacklog",
        expr: `${perQueue(ready)} > ${backlog}`,
        for: "10m",
        severity: "warning",
        summary: "{{ $value }} messages wait in queue {{ $labels.queue }}",
        description: `For ten minutes more than ${backlog} messages have waited: consumers are missing or too slow.`,
    }, {
        name: "RabbitMQQueueNearlyFull",
        expr: `${perQueue(ready)} > ${nearlyFull}`,
        for: "5m",
        severity: "critical",
        summary: "Queue {{ $labels.queue }} is nearly full with {{ $value }} messages",
        description: `For five minutes more than ${nearlyFull} messages have waited; a full queue refuses new ones.`,
    }, {
        name: "RabbitMQDeadLetters",
        expr: `delta(${deadLetters}[15m:1m]) > 0`,
        for: "15m",
        severity: "warning",
        summary: "Dead letters gather in {{ $labels.queue }}",
        description: "For fifteen minutes messages have kept coming that no consumer could process; look at one of them.",
    }, {
        name: "RabbitMQNoConsumer",
        expr: `${perQueue("rabbitmq_queue_consumers")} == 0 and ${perQueue(ready)} > 0 unless on (vhost, queue) ${deadLetters}`,
        for: "10m",
        severity: "critical",
        summary: "Nobody reads queue {{ $labels.queue }}",
        description: "For ten minutes messages have waited in a queue without a consumer: the service that reads it is gone or cannot log in.",
    }, {
        name: "RabbitMQUnacknowledged",
        expr: `${perQueue("rabbitmq_queue_messages_unacked")} > ${backlog}`,
        for: "15m",
        severity: "warning",
        summary: "{{ $value }} messages of queue {{ $labels.queue }} are in work",
        description: "For a quarter of an hour consumers have held messages without answering: they hang, or take too many at once.",
    }, {
        name: "RabbitMQUnroutable",
        expr: `${rate(of("rabbitmq_global_messages_unroutable_dropped_total"), "5m")} + ${rate(of("rabbitmq_global_messages_unroutable_returned_total"), "5m")} > 0`,
        for: "5m",
        severity: "warning",
        summary: `{{ $value | humanize }} messages a second find no queue in RabbitMQ ${app}`,
        description: "For five minutes publishers have sent to an exchange without a matching binding: these messages are lost.",
    }, {
        name: "RabbitMQRedeliveries",
        expr: `${rate(of("rabbitmq_global_messages_redelivered_total"), "10m")} / ${rate(of("rabbitmq_global_messages_delivered_total"), "10m")} > 0.2`,
        for: "10m",
        severity: "warning",
        summary: `RabbitMQ ${app} delivers {{ $value | humanizePercentage }} of its messages again`,
        description: "For ten minutes consumers have refused messages or died with them: work is done twice, and ends as dead letters.",
    }];
}

function alarmAlerts(of: Of): AlertRule[] {
    const [memory, limit] = [of("rabbitmq_process_resident_memory_bytes"), of("rabbitmq_resident_memory_limit_bytes")];
    return [{
        name: "RabbitMQMemory",
        expr: `${memory} / (${limit} > 0) > 0.9`,
        for: "5m",
        severity: "warning",
        summary: "{{ $labels.pod }} uses {{ $value | humanizePercentage }} of the memory at which publishers must wait",
        description: "For five minutes the node has been close to its memory alarm, which stops every publisher of the cluster.",
    }, {
        name: "RabbitMQMemoryAlarm",
        expr: `max by (pod) (${of("rabbitmq_alarms_memory_used_watermark")}) > 0`,
        for: "1m",
        severity: "critical",
        summary: "{{ $labels.pod }} is out of memory: all publishers wait",
        description: "For a minute the node's memory alarm has been on; until it ends nobody can publish, on any node.",
    }, {
        name: "RabbitMQDiskAlarm",
        expr: `max by (pod) (${of("rabbitmq_alarms_free_disk_space_watermark")}) > 0`,
        for: "1m",
        severity: "critical",
        summary: "{{ $labels.pod }} is out of disk: all publishers wait",
        description: "For a minute the node's volume has had less room than disk_free_limit; until that ends nobody can publish, on any node.",
    }, {
        name: "RabbitMQDiskLow",
        expr: `${of("rabbitmq_disk_space_available_bytes")} < ${diskWarning} * ${of("rabbitmq_disk_space_available_limit_bytes")}`,
        for: "10m",
        severity: "warning",
        summary: "{{ $labels.pod }} has {{ $value | humanize1024 }}B left on its volume",
        description: "For ten minutes less than a quarter more than the limit at which publishers must wait has been free.",
    }, {
        name: "RabbitMQFileDescriptors",
        expr: `${of("rabbitmq_process_open_fds")} / ${of("rabbitmq_process_max_fds")} > 0.8`,
        for: "10m",
        severity: "warning",
        summary: "{{ $labels.pod }} has {{ $value | humanizePercentage }} of its file descriptors open",
        description: "For ten minutes connections and queue files have been close to the limit; beyond it connections are refused.",
    }, {
        name: "RabbitMQConnectionChurn",
        expr: `${rate(of("rabbitmq_connections_opened_total"), "10m", ["pod"])} > 5`,
        for: "10m",
        severity: "info",
        summary: "{{ $labels.pod }} opens {{ $value | humanize }} connections a second",
        description: "For ten minutes a client has connected for each message in place of keeping its connection.",
    }];
}

function overviewPanels({ backlog = 1000 }: RabbitmqTelemetryArgs, of: Of, perQueue: Of): Panel[] {
    return [{
        title: "Messages that wait",
        kind: "timeseries",
        unit: "short",
        queries: [{ expr: perQueue(ready), legend: "{{queue}}" }],
        thresholds: [{ value: backlog, color: "orange" }],
    }, {
        title: "Messages per second",
        kind: "timeseries",
        unit: "ops",
        queries: [
            { expr: perSecond(of("rabbitmq_global_messages_received_total")), legend: "published" },
            { expr: perSecond(of("rabbitmq_global_messages_acknowledged_total")), legend: "acknowledged" },
        ],
    }, {
        title: "Dead letters",
        kind: "timeseries",
        unit: "short",
        queries: [{ expr: perQueue(ready, { queue: /.+\.dlq/ }), legend: "{{queue}}" }],
    }, {
        title: "Messages in work and connections",
        kind: "timeseries",
        unit: "short",
        queries: [
            { expr: `sum(${of("rabbitmq_queue_messages_unacked")})`, legend: "in work" },
            { expr: `sum(${of("rabbitmq_connections")})`, legend: "connections" },
        ],
    }, {
        title: "RabbitMQ memory",
        kind: "timeseries",
        unit: "bytes",
        queries: [
            { expr: of("rabbitmq_process_resident_memory_bytes"), legend: "{{pod}}" },
            { expr: `min(${of("rabbitmq_resident_memory_limit_bytes")})`, legend: "alarm" },
        ],
    }];
}

function detailPanels(of: Of, perQueue: Of): Panel[] {
    return [{
        title: "Consumers by queue",
        kind: "timeseries",
        unit: "none",
        queries: [{ expr: perQueue("rabbitmq_queue_consumers"), legend: "{{queue}}" }],
    }, {
        title: "Messages delivered again",
        kind: "timeseries",
        unit: "ops",
        queries: [{ expr: perSecond(of("rabbitmq_global_messages_redelivered_total")), legend: "redelivered" }],
    }, {
        title: "Room on the volumes",
        kind: "timeseries",
        unit: "bytes",
        queries: [{ expr: of("rabbitmq_disk_space_available_bytes"), legend: "{{pod}}" }],
    }, {
        title: "File descriptors",
        kind: "timeseries",
        unit: "none",
        queries: [{ expr: of("rabbitmq_process_open_fds"), legend: "{{pod}}" }],
    }];
}
