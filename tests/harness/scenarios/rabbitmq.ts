import { rabbitmqTelemetry } from "../../../components/data/rabbitmq/telemetry";
import type { ScenarioTable, World } from "./table";
import { grows, named, stays } from "./table";

const labels = (n: number): string => `namespace="shop",app="rabbitmq",pod="rabbitmq-${n}"`;
const node = named(labels(0));
const nodes = (count: number, metric: string, value = 1): World =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [named(labels(n))(metric), stays(value)]));
const queue = (metric: string, values: string, name = "orders"): World => ({ [node(`rabbitmq_queue_${metric}`, `vhost="/",queue="${name}"`)]: values });
const global = (name: string, perMinute: number): World => ({ [node(`rabbitmq_global_messages_${name}_total`)]: grows(perMinute) });
const memory = (used: number): World =>
    ({ [node("rabbitmq_process_resident_memory_bytes")]: stays(used), [node("rabbitmq_resident_memory_limit_bytes")]: stays(100) });
const disk = (free: number): World =>
    ({ [node("rabbitmq_disk_space_available_bytes")]: stays(free), [node("rabbitmq_disk_space_available_limit_bytes")]: stays(100) });
const files = (open: number): World => ({ [node("rabbitmq_process_open_fds")]: stays(open), [node("rabbitmq_process_max_fds")]: stays(100) });

/** Alerts of three RabbitMQ nodes. */
export const rabbitmq: ScenarioTable = {
    telemetry: [rabbitmqTelemetry({ namespace: "shop", app: "rabbitmq", nodes: 3 })],
    scenarios: {
        RabbitMQNodeDown: {
            fires: { "two of three answer": nodes(2, "rabbitmq_identity_info"), "none answers": {} },
            at: ["1m", "3m"],
            silent: { "three answer": nodes(3, "rabbitmq_identity_info") },
        },
        RabbitMQPartition: {
            fires: { "each misses one": nodes(3, "rabbitmq_unreachable_cluster_peers_count") },
            at: ["4m", "6m"],
            silent: { "all reach each other": nodes(3, "rabbitmq_unreachable_cluster_peers_count", 0) },
        },
        RabbitMQQueueBacklog: { fires: { "1001 wait": queue("messages_ready", stays(1001)) }, at: ["9m", "11m"], silent: { "1000 wait": queue("messages_ready", stays(1000)) } },
        RabbitMQQueueNearlyFull: { fires: { "8001 wait": queue("messages_ready", stays(8001)) }, at: ["4m", "6m"], silent: { "8000 wait": queue("messages_ready", stays(8000)) } },
        RabbitMQDeadLetters: {
            fires: { "one more each minute": queue("messages_ready", grows(1), "orders.dlq") },
            at: ["14m", "20m"],
            silent: { "old ones stay": queue("messages_ready", stays(9), "orders.dlq"), "another queue grows": queue("messages_ready", grows(1)) },
        },
        RabbitMQNoConsumer: {
            fires: { "messages wait for nobody": { ...queue("consumers", stays(0)), ...queue("messages_ready", stays(3)) } },
            at: ["9m", "11m"],
            silent: {
                "someone reads them": { ...queue("consumers", stays(1)), ...queue("messages_ready", stays(3)) },
                "none wait": { ...queue("consumers", stays(0)), ...queue("messages_ready", stays(0)) },
                "dead letters wait": { ...queue("consumers", stays(0), "orders.dlq"), ...queue("messages_ready", stays(3), "orders.dlq") },
            },
        },
        RabbitMQUnacknowledged: { fires: { "2000 in work": queue("messages_unacked", stays(2000)) }, at: ["14m", "16m"], silent: { "100 in work": queue("messages_unacked", stays(100)) } },
        RabbitMQUnroutable: {
            fires: { "one a minute is dropped": { ...global("unroutable_dropped", 1), ...global("unroutable_returned", 0) } },
            at: ["4m", "8m"],
            silent: { "none is": { ...global("unroutable_dropped", 0), ...global("unroutable_returned", 0) } },
        },
        RabbitMQRedeliveries: {
            fires: { "two in five": { ...global("redelivered", 40), ...global("delivered", 100) } },
            at: ["9m", "13m"],
            silent: { "one in ten": { ...global("redelivered", 10), ...global("delivered", 100) } },
        },
        RabbitMQMemory: { fires: { "95 % of the alarm": memory(95) }, at: ["4m", "6m"], silent: { "90 % of it": memory(90) } },
        RabbitMQMemoryAlarm: {
            fires: { "the alarm is on": nodes(1, "rabbitmq_alarms_memory_used_watermark") },
            at: ["0m", "2m"],
            silent: { "it is off": nodes(3, "rabbitmq_alarms_memory_used_watermark", 0) },
        },
        RabbitMQDiskAlarm: {
            fires: { "the alarm is on": nodes(1, "rabbitmq_alarms_free_disk_space_watermark") },
            at: ["0m", "2m"],
            silent: { "it is off": nodes(3, "rabbitmq_alarms_free_disk_space_watermark", 0) },
        },
        RabbitMQDiskLow: { fires: { "a fifth more than the limit is free": disk(120) }, at: ["9m", "11m"], silent: { "one and a half times is free, all of the smallest volume": disk(150) } },
        RabbitMQFileDescriptors: { fires: { "90 of 100": files(90) }, at: ["9m", "11m"], silent: { "80 of 100": files(80) } },
        RabbitMQConnectionChurn: {
            fires: { "ten a second": { [node("rabbitmq_connections_opened_total")]: grows(600) } },
            at: ["9m", "20m"],
            silent: { "one a second": { [node("rabbitmq_connections_opened_total")]: grows(60) } },
        },
    },
};
