import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
    diskFreeBytes, enabledPlugins, nodeMemory, rabbitmqConfiguration, rabbitmqEnvironment, requireVolume,
} from "../../../components/data/rabbitmq/configuration";
import { deadLetterTopology, passwordHash, rabbitmqDefinitions } from "../../../components/data/rabbitmq/definitions";

const documented = { memoryWatermark: 0.8, diskFree: { relative: 2 } };

function settingsOf(text: string): Record<string, string> {
    return Object.fromEntries(text.trim().split("\n").map(line => line.split(" = ") as [string, string]));
}

describe("RabbitMQ configuration", () => {
    const settings = settingsOf(rabbitmqConfiguration({
        name: "broker", nodes: 3, memoryLimit: "2Gi", definitions: "/definitions.json", limits: documented,
    }));

    it("E-78: heartbeat, frames, channels, free disk and memory are those of the document", () => {
        assert.deepEqual(
            ["heartbeat", "frame_max", "channel_max", "disk_free_limit.relative", "vm_memory_high_watermark.relative"].map(key => settings[key]),
            ["60", "131072", "2047", "2.0", "0.8"]);
    });

    it("E-79: the watermark counts from 80 % of the container's memory, so that the alarm comes at about 1.28Gi of 2Gi", () => {
        const total = Number(settings["total_memory_available_override_value"]);
        assert.equal(total, Math.floor(2 * 2 ** 30 * 0.8));
        assert.equal((total * 0.8 / 2 ** 30).toFixed(2), "1.28");
    });

    it("E-80: a volume below 5Gi is refused for twice the memory of 2Gi, 5Gi is not", () => {
        assert.equal((diskFreeBytes("2Gi", documented.diskFree) / 2 ** 30).toFixed(1), "3.2");
        assert.throws(() => requireVolume("broker", "4Gi", "2Gi", documented.diskFree), /broker: a volume of 4Gi .* make it 5Gi/);
        requireVolume("broker", "5Gi", "2Gi", documented.diskFree);
    });

    it("E-81 E-82 E-271: no setting that 4.x has removed or ignores", () => {
        const keys = Object.keys(settings);
        for (const removed of [/queue_master_locator/, /partition_handling/, /mnesia/, /ha-|mirror/, /k8s\.(host|address_type)/]) {
            assert.deepEqual(keys.filter(key => removed.test(key)), [], String(removed));
        }
        assert.equal(settings["queue_leader_locator"], "balanced");
    });

    it("E-83: queues that are declared without a type are quorum queues, and declaring them again does not fail", () => {
        assert.equal(settings["default_queue_type"], "quorum");
        assert.equal(settings["quorum_queue.property_equivalence.relaxed_checks_on_redeclaration"], "true");
    });

    it("E-157: nodes find each other by their names, without the API server", () => {
        assert.equal(settings["cluster_formation.peer_discovery_backend"], "kubernetes");
        assert.match(rabbitmqEnvironment("broker-headless", "messaging"), /^NODENAME="rabbit@\$HOSTNAME\.broker-headless\.messaging"$/m);
    });

    it("E-77: the three plugins that are always needed, and the further ones, each once", () => {
        assert.equal(enabledPlugins(["rabbitmq_shovel", "rabbitmq_federation", "rabbitmq_management"]),
            "[rabbitmq_federation,rabbitmq_management,rabbitmq_peer_discovery_k8s,rabbitmq_prometheus,rabbitmq_shovel].\n");
    });

    it("the limit of free disk is an amount where none is said, and the memory of a node 80 % of its container's", () => {
        assert.equal(diskFreeBytes("2Gi"), 2 ** 30);
        assert.equal(nodeMemory("1Gi"), Math.floor(0.8 * 2 ** 30));
    });
});

describe("RabbitMQ definitions", () => {
    it("a password hash is four bytes of salt and the SHA-256 of salt and password", () => {
        const bytes = Buffer.from(passwordHash("orders", "s3cret"), "base64");
        assert.equal(bytes.length, 36);
        assert.deepEqual(bytes.subarray(4), createHash("sha256").update(bytes.subarray(0, 4)).update("s3cret").digest());
        assert.equal(passwordHash("orders", "s3cret"), passwordHash("orders", "s3cret"));
        assert.notEqual(passwordHash("orders", "s3cret"), passwordHash("baskets", "s3cret"));
    });

    it("holds hashes and no password, and every queue is a durable quorum queue", () => {
        const text = rabbitmqDefinitions({
            virtualHost: "/",
            users: [{ name: "orders", password: "s3cret-password", permissions: { configure: "^$", write: ".*", read: "^orders" }, tags: [] }],
            topology: { queues: ["orders_queue"], exchanges: [{ name: "orders_exchange", type: "topic" }] },
        });
        assert.ok(!text.includes("s3cret-password"));
        const definitions = JSON.parse(text);
        assert.deepEqual(definitions.queues, [
            { name: "orders_queue", vhost: "/", durable: true, auto_delete: false, arguments: { "x-queue-type": "quorum" } },
        ]);
        assert.deepEqual(definitions.permissions, [{ user: "orders", vhost: "/", configure: "^$", write: ".*", read: "^orders" }]);
    });

    it("dead letters of a queue go to a queue of their own, whatever their routing key", () => {
        assert.deepEqual(deadLetterTopology({ queue: "orders_queue", exchange: "orders_exchange.dlx" }), {
            exchanges: [{ name: "orders_exchange.dlx", type: "topic" }],
            queues: ["orders_queue.dlq"],
            bindings: [{ from: "orders_exchange.dlx", to: "orders_queue.dlq", routingKey: "#" }],
        });
    });
});
