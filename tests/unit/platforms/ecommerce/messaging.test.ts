import assert from "node:assert/strict";
import type { EnvironmentName } from "../../../../components/kit/environment";
import { permissionsOf } from "../../../../components/platforms/ecommerce/messaging";
import { rabbitmqDefinitions } from "../../../../components/data/rabbitmq/definitions";
import type { ServiceName } from "../../../../components/platforms/ecommerce/services";
import type { Inputs } from "../../../harness/mocks";
import { container, domains, messaging, names, object, objects, references, shop } from "../../../harness/platforms/ecommerce";
import { altered, enlarged } from "../../../harness/platforms/ecommerceVariants";

const cluster = "rabbitmq-cluster";

async function definitions(): Promise<Inputs> {
    return JSON.parse((await object("prod", "Secret", `${cluster}-definitions`, {}, messaging)).stringData["definitions.json"]);
}

describe("e-commerce RabbitMQ", () => {
    it("E-72 E-73 E-74 E-238: a StatefulSet of one node in dev and of three elsewhere, and a stack output that says what may fail", async () => {
        for (const [stack, nodes, output] of [
            ["dev", 1, /not replicated/], ["staging", 3, /1 may fail/], ["prod", 3, /1 may fail/],
        ] as const) {
            assert.equal((await object(stack, "StatefulSet", cluster, {}, messaging)).spec.replicas, nodes);
            assert.match(((await shop(stack)).outputs["ecommerce"] as Inputs).messaging, output);
        }
    });

    it("E-72: leaves the nodes to the operator where that is configured", async () => {
        assert.ok(!(await objects("prod", "StatefulSet", altered, messaging)).has(cluster));
        assert.equal((await object("prod", "RabbitmqCluster", cluster, altered, messaging)).spec.replicas, 3);
    });

    it("E-75 E-76 E-77 E-78 E-84 E-85 E-86: a pinned 4.3 with the document's ports, plugins, limits and resources, and a volume of its own", async () => {
        for (const [stack, size, request] of [
            ["dev", "5Gi", ["100m", "512Mi"]], ["staging", "20Gi", ["500m", "1Gi"]], ["prod", "20Gi", ["500m", "1Gi"]],
        ] as const) {
            const { template, volumeClaimTemplates } = (await object(stack, "StatefulSet", cluster, {}, messaging)).spec;
            const [main] = template.spec.containers;
            assert.match(main.image, /^rabbitmq:4\.3\.\d+-management$/);
            const { requests, limits } = main.resources;
            assert.deepEqual([[requests.cpu, requests.memory], [limits.cpu, limits.memory]], [request, ["1000m", "2Gi"]]);
            assert.equal(volumeClaimTemplates[0].spec.resources.requests.storage, size);
            const { data } = await object(stack, "ConfigMap", `${cluster}-config`, {}, messaging);
            for (const plugin of ["management", "prometheus", "peer_discovery_k8s", "federation", "shovel"]) {
                assert.match(data.enabled_plugins, new RegExp(`rabbitmq_${plugin}\\b`));
            }
            for (const line of [
                "heartbeat = 60", "frame_max = 131072", "channel_max = 2047", "disk_free_limit.relative = 2.0", "vm_memory_high_watermark.relative = 0.8",
            ]) {
                assert.ok(data["rabbitmq.conf"].split("\n").includes(line), line);
            }
        }
        const { spec } = await object("prod", "Service", cluster, {}, messaging);
        assert.deepEqual([spec.type, spec.ports.map((port: Inputs) => port.port)], ["ClusterIP", [5672, 15672, 15692]]);
    });

    it("E-87: nodes must be apart in prod and should be in staging; zones in prod", async () => {
        const pod = async (stack: EnvironmentName): Promise<Inputs> =>
            (await object(stack, "StatefulSet", cluster, {}, messaging)).spec.template.spec;
        const prod = await pod("prod");
        assert.equal(prod.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey, "kubernetes.io/hostname");
        assert.deepEqual(prod.topologySpreadConstraints.map((one: Inputs) => one.topologyKey), ["topology.kubernetes.io/zone"]);
        const staging = await pod("staging");
        assert.equal(staging.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution.length, 1);
        assert.equal(staging.topologySpreadConstraints, undefined);
        assert.equal((await pod("dev")).affinity, undefined);
    });

    it("E-88: one node at a time may be evicted", async () => {
        for (const stack of ["staging", "prod"] as const) {
            assert.equal((await object(stack, "PodDisruptionBudget", cluster, {}, messaging)).spec.maxUnavailable, 1);
        }
    });

    it("E-89: each service is a user of its own, with a Secret in its namespace and rights on its own names only", async () => {
        const { users, permissions } = await definitions();
        assert.deepEqual(users.map((user: Inputs) => user.name).sort(), ["administrator", ...names].sort());
        for (const name of names) {
            const { RABBITMQ_USER, RABBITMQ_PASSWORD } = references(await container("prod", name));
            assert.deepEqual([RABBITMQ_USER, RABBITMQ_PASSWORD], [`${name}-rabbitmq/username`, `${name}-rabbitmq/password`]);
            assert.ok((await objects("prod", "Secret")).has(`${name}-rabbitmq`));
        }
        const allows = (user: string, action: "configure" | "write" | "read", resource: string): boolean =>
            new RegExp(permissions.find((permission: Inputs) => permission.user === user)[action]).test(resource);
        assert.ok(allows("orders-service", "configure", "orders_queue"));
        assert.ok(allows("orders-service", "write", "orders_exchange"));
        assert.ok(allows("orders-service", "write", "amq.default"), "answers to requests");
        assert.ok(allows("orders-service", "read", "deliveries_exchange"), "to bind its queue");
        assert.ok(!allows("orders-service", "read", "baskets_queue"));
        assert.ok(!allows("orders-service", "write", "baskets_exchange"));
        assert.ok(!allows("orders-service", "configure", "xorders_queue"));
        assert.ok(allows("api-gateway", "write", "orders_exchange"));
        assert.ok(allows("api-gateway", "read", "amq.gen-abc"));
        assert.ok(!allows("api-gateway", "read", "orders_queue"));
        assert.ok(allows("messages-broker", "read", "orders_queue.dlq"));
        assert.ok(!allows("messages-broker", "read", "orders_queue"));
    });

    it("E-76 E-89: one user may log in to the management interface, whether or not that is shown outside the cluster, and whoever runs the nodes", async () => {
        for (const settings of [{}, enlarged, altered]) {
            const secret = await object("prod", "Secret", "rabbitmq-cluster-definitions", settings, messaging);
            const { users } = JSON.parse(secret.stringData["definitions.json"]) as { users: { name: string; tags: string[] }[] };
            assert.deepEqual(users.filter(({ tags }) => tags.length > 0).map(({ name, tags }) => [name, ...tags]), [["administrator", "administrator"]]);
            const { stringData } = await object("prod", "Secret", "rabbitmq-administrator", settings, messaging);
            assert.equal(stringData.username, "administrator");
        }
    });

    it("E-89: a service without queues can only send and answer", () => {
        const { configure, write, read } = permissionsOf("payments-service", ["payments-service", "orders-service"] as ServiceName[]);
        assert.deepEqual([configure, read], ["^$", "^$"]);
        assert.match("orders_exchange", new RegExp(write));
    });

    it("E-90: exchanges of all four kinds can be declared, by the program and by a service for itself", async () => {
        const kinds = ["direct", "topic", "fanout", "headers"] as const;
        const declared = JSON.parse(rabbitmqDefinitions({
            virtualHost: "/", users: [], topology: { exchanges: kinds.map(type => ({ name: `own.${type}`, type })) },
        })) as Inputs;
        assert.deepEqual(declared.exchanges.map(({ name, type, durable }: Inputs) => [name, type, durable]),
            kinds.map(type => [`own.${type}`, type, true]));
        const { permissions } = await definitions();
        const own = permissions.find((permission: Inputs) => permission.user === "orders-service");
        assert.match("orders_exchange", new RegExp(own.configure), "rights know names, not kinds");
    });

    it("E-91: eleven of each: topic exchange, quorum queue, dead-letter exchange, dead-letter queue", async () => {
        const { vhosts, exchanges, queues } = await definitions();
        assert.deepEqual(vhosts, [{ name: "/" }]);
        assert.deepEqual(exchanges.map((exchange: Inputs) => exchange.name).sort(),
            domains.flatMap(domain => [`${domain}_exchange`, `${domain}_exchange.dlx`]).sort());
        assert.ok(exchanges.every((exchange: Inputs) => exchange.type === "topic" && exchange.durable));
        assert.deepEqual(queues.map((queue: Inputs) => queue.name).sort(), domains.flatMap(domain => [`${domain}_queue`, `${domain}_queue.dlq`]).sort());
        assert.ok(queues.every((queue: Inputs) => queue.durable && queue.arguments["x-queue-type"] === "quorum"));
    });

    it("E-92: policies limit time, length and attempts of each queue, and keep dead letters for a week", async () => {
        const { policies } = await definitions();
        for (const domain of domains) {
            const matching = policies.filter((policy: Inputs) => new RegExp(policy.pattern).test(`${domain}_queue`));
            assert.deepEqual(matching.map((policy: Inputs) => policy.definition), [{
                "message-ttl": 86_400_000, "max-length": 10_000, overflow: "reject-publish",
                "dead-letter-exchange": `${domain}_exchange.dlx`, "dead-letter-strategy": "at-least-once", "delivery-limit": 3,
            }]);
            const dead = policies.filter((policy: Inputs) => new RegExp(policy.pattern).test(`${domain}_queue.dlq`));
            assert.deepEqual(dead.map((policy: Inputs) => policy.definition), [{ "message-ttl": 604_800_000 }]);
        }
    });

    it("E-42 E-93: an event is bound where one service sends and another waits for it, and nowhere else", async () => {
        const { bindings } = await definitions();
        const events = bindings.filter((binding: Inputs) => !binding.destination.endsWith(".dlq"))
            .map(({ source, destination, routing_key }: Inputs) => `${source} ${destination} ${routing_key}`);
        assert.deepEqual(events.sort(), [
            "products_exchange baskets_queue product.price.changed", "products_exchange baskets_queue product.deleted",
            "products_exchange baskets_queue product.out_of_stock", "orders_exchange baskets_queue order.created",
            "orders_exchange addresses_queue order.created", "orders_exchange deliveries_queue order.cancelled",
            "deliveries_exchange orders_queue delivery.shipped", "deliveries_exchange orders_queue delivery.delivered",
            "auth_exchange addresses_queue user.created", "newsletters_exchange contacts_queue newsletter.subscribed",
        ].sort());
    });

    it("E-96: no shovel or upstream exists", async () => {
        assert.equal((await definitions()).parameters, undefined);
    });
});
