import { createHash } from "node:crypto";

/** Kinds of exchanges. */
export type ExchangeType = "direct" | "topic" | "fanout" | "headers";

/** A durable exchange. */
export interface RabbitmqExchange {
    readonly name: string;
    readonly type: ExchangeType;
}

/** Brings messages of an exchange into a queue. */
export interface RabbitmqBinding {
    /** Name of the exchange. */
    readonly from: string;
    /** Name of the queue. */
    readonly to: string;
    readonly routingKey: string;
}

/**
 * Settings of all queues or exchanges with a name that matches.
 * @see https://www.rabbitmq.com/docs/policies
 */
export interface RabbitmqPolicy {
    readonly name: string;
    /** Regular expression. */
    readonly pattern: string;
    readonly applyTo: "queues" | "exchanges" | "all";
    /** Settings by their names, such as `message-ttl`. */
    readonly settings: Readonly<Record<string, string | number>>;
    /** Of several policies that match, the highest wins. @default 0 */
    readonly priority?: number;
}

/** Exchanges, queues, bindings and policies that exist before anybody connects. */
export interface RabbitmqTopology {
    readonly exchanges?: readonly RabbitmqExchange[];
    /** Names of durable quorum queues. */
    readonly queues?: readonly string[];
    readonly bindings?: readonly RabbitmqBinding[];
    readonly policies?: readonly RabbitmqPolicy[];
}

/** What a user may do, as regular expressions over names of exchanges and queues; an empty one matches nothing. */
export interface RabbitmqPermissions {
    readonly configure: string;
    readonly write: string;
    readonly read: string;
}

/** A user as the definitions know it. */
export interface RabbitmqLogin {
    readonly name: string;
    readonly password: string;
    readonly permissions: RabbitmqPermissions;
    readonly tags: readonly string[];
}

/** Everything that a node loads at its start. */
export interface RabbitmqDefinitionsArgs {
    readonly virtualHost: string;
    readonly users: readonly RabbitmqLogin[];
    readonly topology?: RabbitmqTopology;
}

/**
 * Definitions as RabbitMQ imports them at each start; what exists already is brought up to date, nothing is deleted.
 * With definitions to load, RabbitMQ does not create its default user `guest`.
 * @see https://www.rabbitmq.com/docs/definitions
 */
export function rabbitmqDefinitions({ virtualHost: vhost, users, topology = {} }: RabbitmqDefinitionsArgs): string {
    const { exchanges = [], queues = [], bindings = [], policies = [] } = topology;
    return JSON.stringify({
        vhosts: [{ name: vhost }],
        users: users.map(({ name, password, tags }) => ({
            name, password_hash: passwordHash(name, password), hashing_algorithm: "rabbit_password_hashing_sha256", tags,
        })),
        permissions: users.map(({ name: user, permissions }) => ({ user, vhost, ...permissions })),
        exchanges: exchanges.map(({ name, type }) =>
            ({ name, vhost, type, durable: true, auto_delete: false, internal: false, arguments: {} })),
        queues: queues.map(name => ({ name, vhost, durable: true, auto_delete: false, arguments: { "x-queue-type": "quorum" } })),
        bindings: bindings.map(({ from, to, routingKey }) =>
            ({ source: from, vhost, destination: to, destination_type: "queue", routing_key: routingKey, arguments: {} })),
        policies: policies.map(({ name, pattern, applyTo, settings, priority = 0 }) =>
            ({ name, vhost, pattern, "apply-to": applyTo, definition: settings, priority })),
    });
}

/**
 * A password as RabbitMQ stores it: four bytes of salt, and the SHA-256 of salt and password. The salt is the same
 * each time, or the definitions would change with each run of the program.
 * @see https://www.rabbitmq.com/docs/passwords
 */
export function passwordHash(user: string, password: string): string {
    const digest = (...parts: (string | Buffer)[]): Buffer => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
    const salt = digest(user, "\0", password).subarray(0, 4);
    return Buffer.concat([salt, digest(salt, password)]).toString("base64");
}

/**
 * Sends what a queue cannot deliver to a queue of its own, `<queue>.dlq`, by a policy: applications declare their
 * queues as they like.
 */
export interface DeadLetters {
    /** Name of the queue. */
    readonly queue: string;
    /** Name of the exchange for dead letters. @default `<queue>.dlx` */
    readonly exchange?: string;
}

/** Exchange, queue and binding for the dead letters of one queue. */
export function deadLetterTopology({ queue, exchange = `${queue}.dlx` }: DeadLetters): Required<Omit<RabbitmqTopology, "policies">> {
    const deadLetters = `${queue}.dlq`;
    return {
        exchanges: [{ name: exchange, type: "topic" }],
        queues: [deadLetters],
        bindings: [{ from: exchange, to: deadLetters, routingKey: "#" }],
    };
}
