import { parseQuantity } from "../../kit/quantity";

/** Ports of RabbitMQ: clients, management, metrics, and what its nodes need among themselves. */
export const rabbitmqPorts = { amqp: 5672, management: 15672, prometheus: 15692, epmd: 4369, distribution: 25672 };

/** Plugins that this program needs. */
const basePlugins = ["rabbitmq_management", "rabbitmq_peer_discovery_k8s", "rabbitmq_prometheus"];

/** Free disk below which a node takes no more messages: an amount, or a multiple of the memory it may use. */
export type DiskFreeLimit = { readonly absolute: string } | { readonly relative: number };

/** Limits of a node and of those who connect. */
export interface RabbitmqLimits {
    /** Seconds after which a silent connection counts as dead; 0 never. @default 60 */
    readonly heartbeatSeconds?: number;
    /** Largest frame in bytes. @default 131072 */
    readonly frameMaximum?: number;
    /** Most channels of one connection. @default 2047 */
    readonly channelMaximum?: number;
    /**
     * Share of the memory a node may use at which publishers must wait; RabbitMQ advises 0.4 to 0.7.
     * @default 0.6
     * @see https://www.rabbitmq.com/docs/memory
     */
    readonly memoryWatermark?: number;
    /** @default 1Gi */
    readonly diskFree?: DiskFreeLimit;
}

/** What `rabbitmq.conf` is made from. */
export interface RabbitmqConfigurationArgs {
    /** Name of the cluster. */
    readonly name: string;
    /** Number of nodes. */
    readonly nodes: number;
    /** Memory limit of a node's container, as a quantity. */
    readonly memoryLimit: string;
    readonly limits?: RabbitmqLimits;
    /** Path of the definitions that are loaded at each start. */
    readonly definitions: string;
}

/** Share of the container's memory that a node may use; the rest is for what Erlang does not count, and for its tools. */
const memoryShare = 0.8;

/** Room that a volume needs above the limit of free disk, as a factor. */
const volumeRoom = 1.5;

/** Free disk below which people are told, as a multiple of the limit; an empty volume of the smallest size has more. */
export const diskWarning = 1.25;

/** Memory a node may use, in bytes. */
export function nodeMemory(memoryLimit: string): number {
    return Math.floor(parseQuantity(memoryLimit) * memoryShare);
}

/** Free disk below which a node takes no more messages, in bytes. */
export function diskFreeBytes(memoryLimit: string, limit: DiskFreeLimit = { absolute: "1Gi" }): number {
    return "absolute" in limit ? parseQuantity(limit.absolute) : Math.floor(nodeMemory(memoryLimit) * limit.relative);
}

/** The smallest volume on which a node takes messages and raises no alarm as soon as it starts, such as `5Gi`. */
export function leastVolume(memoryLimit: string, limit?: DiskFreeLimit): string {
    return `${Math.ceil(diskFreeBytes(memoryLimit, limit) * volumeRoom / 2 ** 30)}Gi`;
}

/**
 * Keeps a node from refusing messages as soon as it starts.
 * @throws RangeError when the volume is less than 1.5 times the limit of free disk
 */
export function requireVolume(name: string, size: string, memoryLimit: string, limit?: DiskFreeLimit): void {
    const least = leastVolume(memoryLimit, limit);
    if (parseQuantity(size) < parseQuantity(least)) {
        throw new RangeError(`${name}: a volume of ${size} leaves no room above the limit of free disk, so that publishers would wait forever; `
            + `make it ${least}, or lower the limit`);
    }
}

/** Settings that do not depend on who runs the nodes. */
export function rabbitmqSettings({ memoryLimit, limits = {}, definitions }: RabbitmqConfigurationArgs): Record<string, string> {
    const { heartbeatSeconds = 60, frameMaximum = 131072, channelMaximum = 2047, memoryWatermark = 0.6, diskFree } = limits;
    return {
        // Without ANONYMOUS, which lets in whoever does not say a name.
        "auth_mechanisms.1": "PLAIN",
        "auth_mechanisms.2": "AMQPLAIN",
        heartbeat: String(heartbeatSeconds),
        frame_max: String(frameMaximum),
        channel_max: String(channelMaximum),
        "vm_memory_high_watermark.relative": memoryWatermark.toFixed(2).replace(/0$/, ""),
        ...(diskFree && "relative" in diskFree
            ? { "disk_free_limit.relative": diskFree.relative.toFixed(1) }
            : { "disk_free_limit.absolute": String(diskFreeBytes(memoryLimit, diskFree)) }),
        default_queue_type: "quorum",
        "quorum_queue.property_equivalence.relaxed_checks_on_redeclaration": "true",
        queue_leader_locator: "balanced",
        load_definitions: definitions,
        // One series per queue: a sum cannot tell a growing dead-letter queue from work.
        "prometheus.return_per_object_metrics": "true",
    };
}

/**
 * `rabbitmq.conf` of RabbitMQ 4.x. A node finds the others without asking the API server: all but the first pod of
 * the StatefulSet join the first one.
 * @see https://www.rabbitmq.com/docs/cluster-formation#peer-discovery-k8s
 */
export function rabbitmqConfiguration(args: RabbitmqConfigurationArgs): string {
    return settingLines({
        cluster_name: args.name,
        "cluster_formation.peer_discovery_backend": "kubernetes",
        "cluster_formation.target_cluster_size_hint": String(args.nodes),
        "log.console": "true",
        "log.file": "false",
        total_memory_available_override_value: String(nodeMemory(args.memoryLimit)),
        ...rabbitmqSettings(args),
    });
}

/** Settings in the form of `rabbitmq.conf`. */
export function settingLines(settings: Readonly<Record<string, string>>): string {
    return Object.entries(settings).map(([key, value]) => `${key} = ${value}\n`).join("");
}

/** `rabbitmq-env.conf`: names a node by its pod's own record, for the server as well as for the tools of the probes. */
export function rabbitmqEnvironment(headlessService: string, namespace: string): string {
    return [
        "USE_LONGNAME=true",
        `NODENAME="rabbit@$HOSTNAME.${headlessService}.${namespace}"`,
        "",
    ].join("\n");
}

/** `enabled_plugins`, an Erlang term. */
export function enabledPlugins(further: readonly string[] = []): string {
    return `[${[...new Set([...basePlugins, ...further])].sort().join(",")}].\n`;
}
