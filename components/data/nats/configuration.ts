import { formatBytes, parseQuantity } from "../../kit/quantity";

/**
 * Subjects that a user may publish to and subscribe to, with the wildcards `*` and `>`. A user of JetStream also
 * publishes to `$JS.API.>` and `$JS.ACK.>`, and everyone who asks for an answer subscribes to `_INBOX.>`.
 * @see https://docs.nats.io/running-a-nats-service/configuration/securing_nats/authorization
 */
export interface NatsPermissions {
    readonly publish: readonly string[];
    readonly subscribe: readonly string[];
}

/** A user as the server's configuration knows it. */
export interface NatsLogin {
    readonly name: string;
    /** Environment variable of the server with the password in double quotes: the server reads its value as configuration. */
    readonly passwordVariable: string;
    /** @default everything but the server's own subjects */
    readonly permissions?: NatsPermissions;
}

/** What `nats.conf` is made from. */
export interface NatsConfigurationArgs {
    /** Name of the cluster. */
    readonly clusterName: string;
    /** Addresses `host:port` of all nodes' cluster ports; empty for a single node. */
    readonly routes: readonly string[];
    /** Largest size of all streams on disk, in bytes. */
    readonly maximumFileStore: number;
    /** Largest size of all streams in memory, such as `64MB`. */
    readonly maximumMemoryStore: string;
    /** Those who may connect; empty lets everybody in. */
    readonly users: readonly NatsLogin[];
    /** Folder below which the server makes the folder `jetstream`. @default "/data" */
    readonly storeDirectory?: string;
    /** Where the server listens. @default 0.0.0.0 and the usual ports */
    readonly listen?: { readonly address: string; readonly client: number; readonly monitor: number; readonly cluster: number };
}

/** Usual ports of NATS: clients, monitoring over HTTP, and the nodes among themselves. */
export const natsPorts = { client: 4222, monitor: 8222, cluster: 6222 };

/** Share of the volume that streams may fill: the rest is for their indexes and for what is being deleted. */
const fileStoreShare = 0.9;

/** Largest size of all streams on a volume, in bytes. */
export function fileStoreOf(volumeSize: string): number {
    return Math.floor(parseQuantity(volumeSize) * fileStoreShare);
}

/** Memory limit for the Go runtime, which leaves a tenth of the container's for what the runtime does not count. */
export function goMemoryLimit(memoryLimit: string): string {
    return `${formatBytes(Math.floor(parseQuantity(memoryLimit) * 0.9))}B`;
}

/**
 * `nats.conf`. It holds no password: the server reads them from its environment.
 * @see https://docs.nats.io/running-a-nats-service/configuration
 */
export function natsConfiguration(args: NatsConfigurationArgs): string {
    const { address, client, monitor, cluster } = args.listen ?? { address: "0.0.0.0", ...natsPorts };
    return [
        // Names of members must differ and stay; a pod's host name does both.
        "server_name: $HOSTNAME",
        `listen: ${quote(`${address}:${client}`)}`,
        `http: ${quote(`${address}:${monitor}`)}`,
        ...block("jetstream", [
            `store_dir: ${quote(args.storeDirectory ?? "/data")}`,
            `max_file_store: ${args.maximumFileStore}`,
            `max_memory_store: ${args.maximumMemoryStore}`,
        ]),
        ...(args.routes.length === 0 ? [] : block("cluster", [
            `name: ${quote(args.clusterName)}`,
            `listen: ${quote(`${address}:${cluster}`)}`,
            // Clients know the Service; addresses of pods would be wrong after a restart.
            "no_advertise: true",
            ...list("routes", args.routes.map(route => quote(`nats://${route}`))),
        ])),
        ...(args.users.length === 0 ? [] : block("authorization", list("users", args.users.flatMap(userLines)))),
        "",
    ].join("\n");
}

function userLines({ name, passwordVariable, permissions }: NatsLogin): string[] {
    const subjects = (allowed: readonly string[]): string => `[${allowed.map(quote).join(", ")}]`;
    return braces("", [
        `user: ${quote(name)}`,
        `password: $${passwordVariable}`,
        ...(permissions ? block("permissions", [
            `publish: ${subjects(permissions.publish)}`,
            `subscribe: ${subjects(permissions.subscribe)}`,
            // Answers go to inboxes that nobody can list beforehand.
            "allow_responses: true",
        ]) : []),
    ]);
}

const quote = (text: string): string => JSON.stringify(text);
const indent = (lines: readonly string[]): string[] => lines.map(line => `    ${line}`);
const braces = (head: string, lines: readonly string[]): string[] => [`${head}{`, ...indent(lines), "}"];
const block = (name: string, lines: readonly string[]): string[] => braces(`${name} `, lines);
const list = (name: string, lines: readonly string[]): string[] => [`${name}: [`, ...indent(lines), "]"];
