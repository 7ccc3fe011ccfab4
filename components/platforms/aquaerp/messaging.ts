import type { RabbitmqFormArgs } from "../../data/rabbitmq/forms";
import type { RabbitmqPolicy, RabbitmqTopology } from "../../data/rabbitmq/definitions";
import { deadLetterTopology } from "../../data/rabbitmq/definitions";
import { resources } from "../../kit/resources";
import type { AquaErpSettings } from "./settings";

/** The user of all services. */
export const messagingUser = "aquaerp";

/** Where the dead letters of queues go that the services declare by themselves. */
const common = "dead-letters";

/** Dead letters for every queue: those that are known by name have their own. */
export function topology({ queues, deliveryLimit, messageTtlSeconds }: AquaErpSettings["rabbitmq"]): RabbitmqTopology {
    const policy = (queue: string, more: Pick<RabbitmqPolicy, "pattern" | "priority">): RabbitmqPolicy => ({
        ...more,
        name: queue,
        applyTo: "queues",
        settings: {
            "dead-letter-exchange": `${queue}.dlx`,
            "delivery-limit": deliveryLimit,
            ...(messageTtlSeconds !== null && { "message-ttl": messageTtlSeconds * 1000 }),
        },
    });
    const parts = [common, ...queues].map(queue => deadLetterTopology({ queue }));
    return {
        exchanges: parts.flatMap(({ exchanges }) => exchanges),
        queues: [...queues, ...parts.flatMap(part => part.queues)],
        bindings: parts.flatMap(({ bindings }) => bindings),
        policies: [
            policy(common, { pattern: "^(?!.*\\.dlq$)", priority: 0 }),
            ...queues.map(queue => policy(queue, { pattern: `^${queue.replace(/\./g, "\\.")}$`, priority: 1 })),
        ],
    };
}

/** RabbitMQ: quorum queues on a volume for each node, with one user and no guest. */
export function rabbitmqArgs({ rabbitmq, storageClass }: AquaErpSettings): RabbitmqFormArgs {
    const { image, replicas: nodes, storage: size, resources: { requests, limits }, operator, rotation } = rabbitmq;
    return {
        image, nodes, rotation,
        form: operator ? "operator" : "own",
        storage: { size, storageClass },
        resources: resources(requests, limits, "256Mi"),
        users: { [messagingUser]: { secretName: "rabbitmq-secret" } },
        topology: topology(rabbitmq),
        networkPolicyName: "rabbitmq-network-policy",
    };
}
