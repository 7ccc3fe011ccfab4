import type { RabbitmqUser } from "../../data/rabbitmq/contract";
import type { RabbitmqFormArgs } from "../../data/rabbitmq/forms";
import type { RabbitmqPermissions, RabbitmqPolicy, RabbitmqTopology } from "../../data/rabbitmq/definitions";
import { deadLetterTopology } from "../../data/rabbitmq/definitions";
import { resources } from "../../kit/resources";
import type { Scope } from "../../kit/scope";
import type { ServiceName } from "./services";
import { gateway, specOf } from "./services";
import type { EcommerceSettings } from "./settings";
import { rabbitmqDiskFree } from "./settings";

/** Messages that wait longer go to the dead letters; those wait for a week. In milliseconds. */
const timeToLive = { messages: 24 * 3600 * 1000, deadLetters: 7 * 24 * 3600 * 1000 };

/** Domains of the services with a queue. */
export function domainsOf(names: readonly ServiceName[]): string[] {
    return names.map(specOf).flatMap(({ domain, queue }) => (queue && domain !== undefined ? [domain] : []));
}

/** Name of a service's exchange. */
export function exchangeOf(domain: string): string {
    return `${domain}_exchange`;
}

/** Name of a service's queue. */
export function queueOf(domain: string): string {
    return `${domain}_queue`;
}

/** Events with a sender and a receiver: one binding each. */
function bindingsOf(names: readonly ServiceName[]): NonNullable<RabbitmqTopology["bindings"]> {
    const specs = names.map(specOf);
    return specs.flatMap(({ domain: to, consumes = [] }) => consumes.flatMap(routingKey => specs
        .filter(({ publishes = [] }) => publishes.includes(routingKey))
        .map(({ domain: from }) => ({ from: exchangeOf(from as string), to: queueOf(to as string), routingKey }))));
}

/** By policies and not by arguments: the services declare their queues again, and arguments would have to be the same. */
function policiesOf(domains: readonly string[]): RabbitmqPolicy[] {
    return [
        ...domains.map(domain => ({
            name: queueOf(domain),
            pattern: `^${queueOf(domain)}$`,
            applyTo: "queues" as const,
            settings: {
                "message-ttl": timeToLive.messages,
                "max-length": 10_000,
                overflow: "reject-publish",
                "dead-letter-exchange": `${exchangeOf(domain)}.dlx`,
                "dead-letter-strategy": "at-least-once",
                "delivery-limit": 3,
            },
        })),
        { name: "dead-letters", pattern: "_queue\\.dlq$", applyTo: "queues", settings: { "message-ttl": timeToLive.deadLetters } },
    ];
}

/** Exchanges, queues, bindings and policies of the services that are deployed. */
export function topologyOf(names: readonly ServiceName[]): Required<RabbitmqTopology> {
    const domains = domainsOf(names);
    const deadLetters = domains.map(domain => deadLetterTopology({ queue: queueOf(domain), exchange: `${exchangeOf(domain)}.dlx` }));
    return {
        exchanges: [
            ...domains.map(domain => ({ name: exchangeOf(domain), type: "topic" as const })),
            ...deadLetters.flatMap(({ exchanges }) => exchanges),
        ],
        queues: [...domains.map(queueOf), ...deadLetters.flatMap(({ queues }) => queues)],
        bindings: [...bindingsOf(names), ...deadLetters.flatMap(({ bindings }) => bindings)],
        policies: policiesOf(domains),
    };
}

/** A pattern that matches some names and no others; the default exchange answers requests. */
function oneOf(...names: readonly string[]): string {
    return `^(${names.map(name => name.replace(/\./g, "\\.")).join("|")})$`;
}

/** Whoever looks after RabbitMQ: the only user of its management interface. */
export const administrator = { user: "administrator", secretName: "rabbitmq-administrator" };

const answers = "amq.default";

/**
 * What a service may do at RabbitMQ: declare what is its own, send to its own exchange and answer requests, and read
 * its own queue. The gateway sends to every exchange and reads answers from queues that the server names for it;
 * the broker reads dead letters and sends them again.
 */
export function permissionsOf(name: ServiceName, names: readonly ServiceName[]): RabbitmqPermissions {
    const { domain, queue, consumes = [] } = specOf(name);
    if (name === gateway) {
        return { configure: "^amq\\.gen-.*$", write: "^(.*_exchange|amq\\.gen-.*)$", read: "^amq\\.gen-.*$" };
    }
    if (!queue || domain === undefined) {
        return name === "messages-broker"
            ? { configure: "^$", write: `^(.*_exchange|${answers.replace(".", "\\.")})$`, read: "_queue\\.dlq$" }
            : { configure: "^$", write: oneOf(...domainsOf(names).map(exchangeOf), answers), read: "^$" };
    }
    const own = [exchangeOf(domain), `${exchangeOf(domain)}.dlx`, queueOf(domain), `${queueOf(domain)}.dlq`];
    const senders = names.map(specOf)
        .filter(({ publishes = [] }) => publishes.some(event => consumes.includes(event)))
        .map(sender => exchangeOf(sender.domain as string));
    // Binding a queue takes the right to write to it and to read the exchange.
    return { configure: oneOf(...own), write: oneOf(...own, answers), read: oneOf(...new Set([...own, ...senders])) };
}

/** RabbitMQ for the services that are deployed, each a user of its own. */
export function rabbitmqArgs(
    { rabbitmq, storageClass, application }: EcommerceSettings, names: readonly ServiceName[], consumers: Scope,
): RabbitmqFormArgs {
    const { image, nodes, storage: size, resources: { requests, limits }, operator, strictSpread, rotation } = rabbitmq;
    const user = (name: ServiceName): RabbitmqUser =>
        ({ scope: consumers, secretName: `${name}-rabbitmq`, permissions: permissionsOf(name, names) });
    return {
        image, nodes, rotation,
        form: operator ? "operator" : "own",
        storage: { size, storageClass },
        resources: resources(requests, limits, "256Mi"),
        limits: { heartbeatSeconds: 60, frameMaximum: 131_072, channelMaximum: 2047, memoryWatermark: 0.8, diskFree: rabbitmqDiskFree },
        plugins: ["rabbitmq_federation", "rabbitmq_shovel"],
        users: {
            ...Object.fromEntries(names.map(name => [name, user(name)])),
            // Also under the operator, whose own user does not exist where definitions are loaded.
            [administrator.user]: { secretName: administrator.secretName, secretType: "kubernetes.io/basic-auth", tags: ["administrator"] },
        },
        topology: topologyOf(names),
        spread: { apart: true, strict: strictSpread, zones: application.spreadOverZones },
        // Where published images look for it.
        aliases: ["rabbitmq"],
    };
}
