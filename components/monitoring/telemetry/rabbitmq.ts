import { absentOrZero, series } from "../promql";
import type { Telemetry } from "../telemetry";

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

const identity = "rabbitmq_identity_info";
const ready = "rabbitmq_queue_messages_ready";
const unacknowledged = "rabbitmq_queue_messages_unacked";
const connections = "rabbitmq_connections";
const memory = "rabbitmq_process_resident_memory_bytes";
const memoryLimit = "rabbitmq_resident_memory_limit_bytes";
const published = "rabbitmq_global_messages_received_total";
const delivered = "rabbitmq_global_messages_acknowledged_total";

/** RabbitMQ as its own Prometheus plugin sees it: nodes, queues that fill, dead letters, memory. */
export function rabbitmqTelemetry({ namespace, app, nodes, backlog = 1000, nearlyFull = 8000 }: RabbitmqTelemetryArgs): Telemetry {
    const of = (metric: string): string => series(metric, { namespace, app });
    const perQueue = (metric: string): string => `max by (vhost, queue) (${of(metric)})`;
    const perSecond = (metric: string): string => `sum(rate(${of(metric)}[$__rate_interval]))`;
    const deadLetters = `max by (vhost, queue) (${series(ready, { namespace, app, queue: /.+\.dlq/ })})`;
    const running = `count(${of(identity)})`;
    return {
        name: "RabbitMQ",
        alerts: [{
            name: "RabbitMQNodeDown",
            expr: nodes === 1 ? absentOrZero(running) : `${running} < ${nodes} or absent(${of(identity)})`,
            for: "2m",
            severity: "critical",
            summary: `RabbitMQ ${app} has fewer nodes than ${nodes}`,
            description: `For two minutes less than ${nodes} of ${app} in ${namespace} have answered; without a majority its queues stop.`,
        }, {
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
            name: "RabbitMQMemory",
            expr: `${of(memory)} / (${of(memoryLimit)} > 0) > 0.9`,
            for: "5m",
            severity: "warning",
            summary: "{{ $labels.pod }} uses {{ $value | humanizePercentage }} of the memory at which publishers must wait",
            description: "For five minutes the node has been close to its memory alarm, which stops every publisher of the cluster.",
        }],
        panels: [{
            title: "Messages that wait",
            kind: "timeseries",
            unit: "short",
            queries: [{ expr: perQueue(ready), legend: "{{queue}}" }],
            thresholds: [{ value: backlog, color: "orange" }],
        }, {
            title: "Messages per second",
            kind: "timeseries",
            unit: "ops",
            queries: [{ expr: perSecond(published), legend: "published" }, { expr: perSecond(delivered), legend: "acknowledged" }],
        }, {
            title: "Dead letters",
            kind: "timeseries",
            unit: "short",
            queries: [{ expr: deadLetters, legend: "{{queue}}" }],
        }, {
            title: "Messages in work and connections",
            kind: "timeseries",
            unit: "short",
            queries: [{ expr: `sum(${of(unacknowledged)})`, legend: "in work" }, { expr: `sum(${of(connections)})`, legend: "connections" }],
        }, {
            title: "RabbitMQ memory",
            kind: "timeseries",
            unit: "bytes",
            queries: [{ expr: of(memory), legend: "{{pod}}" }, { expr: `min(${of(memoryLimit)})`, legend: "alarm" }],
        }],
        metrics: [{ from: app, names: [identity, ready, unacknowledged, connections, memory, memoryLimit, published, delivered] }],
    };
}
