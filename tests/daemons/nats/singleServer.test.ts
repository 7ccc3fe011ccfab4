import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { StreamConfig } from "@nats-io/jetstream";
import { jetstream, jetstreamManager, RetentionPolicy, StorageType } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { streamFiles } from "../../../components/data/nats/streams";
import { NatsServers } from "../../harness/daemons/natsServer";

/** A stream as the services of Storm would declare it. */
async function addStream(client: NatsConnection, replicas = 1): Promise<void> {
    const manager = await jetstreamManager(client);
    await manager.streams.add({
        name: "MESSAGES", subjects: ["messages.>"], storage: StorageType.File, retention: RetentionPolicy.Limits, num_replicas: replicas,
    });
}

describe("one nats-server with the rendered configuration", () => {
    let servers: NatsServers;
    let client: NatsConnection;

    beforeEach(async () => {
        servers = await NatsServers.start(1);
        client = await servers.connect();
    });
    afterEach(async () => {
        await client.close();
        await servers.stop();
    });

    it("S-32 S-33: JetStream stores in the folder jetstream of the volume and knows its limits", async () => {
        const { config } = await servers.probe(0, "/jsz") as { config: { store_dir: string; max_storage: number; max_memory: number } };
        await addStream(client);
        assert.deepEqual([config.max_storage, config.max_memory], [64 * 2 ** 20, 8 * 2 ** 20]);
        assert.equal(config.store_dir, join(servers.volumeOf(0), "jetstream"));
        assert.ok(existsSync(join(config.store_dir, "$G/streams/MESSAGES")), `no stream in ${config.store_dir}`);
    });

    it("S-33 S-110: a message published before a restart is delivered after it", async () => {
        await addStream(client);
        await jetstream(client).publish("messages.sent", "before the restart");
        await client.close();
        await servers.stopNode(0);
        await servers.startNode(0);
        client = await servers.connect();
        const manager = await jetstreamManager(client);
        const message = await manager.streams.getMessage("MESSAGES", { last_by_subj: "messages.sent" });
        assert.equal(message?.string(), "before the restart");
    });

    it("S-35 S-95: without users everybody may connect, as the document has it", async () => {
        const answers = client.subscribe("anything", { max: 1 });
        client.publish("anything", "hello");
        for await (const message of answers) {
            assert.equal(message.string(), "hello");
        }
    });

    it("S-37: the three probes answer 200 while JetStream works", async () => {
        for (const path of ["/healthz", "/healthz?js-server-only=true", "/healthz?js-enabled-only=true"]) {
            assert.deepEqual(await servers.probe(0, path), { status: "ok" }, path);
        }
    });

    it("S-36: the streams of the settings are what the server accepts", async () => {
        const files = streamFiles([{ name: "MESSAGES", subjects: ["messages.>"], maximumSize: "16Mi" }], 1);
        const answer = await client.request("$JS.API.STREAM.CREATE.MESSAGES", files["MESSAGES.json"], { timeout: 5000 });
        const { config, error } = JSON.parse(answer.string()) as { config: StreamConfig; error?: unknown };
        assert.equal(error, undefined);
        assert.deepEqual([config.storage, config.max_bytes, config.max_age / 86_400e9, config.num_replicas], ["file", 16 * 2 ** 20, 7, 1]);
    });

    it("S-18: consumers of one durable name share the messages, each gets one once", async () => {
        await addStream(client);
        const manager = await jetstreamManager(client);
        await manager.consumers.add("MESSAGES", { durable_name: "message-service", ack_policy: "explicit" as never });
        for (let number = 0; number < 20; number++) {
            await jetstream(client).publish("messages.sent", String(number));
        }
        const seen: string[] = [];
        for (const pod of [await servers.connect(), await servers.connect()]) {
            const consumer = await jetstream(pod).consumers.get("MESSAGES", "message-service");
            const batch = await consumer.fetch({ max_messages: 10, expires: 5000 });
            for await (const message of batch) {
                seen.push(message.string());
                message.ack();
            }
            await pod.close();
        }
        assert.deepEqual(seen.map(Number).sort((a, b) => a - b), [...Array(20).keys()]);
    });
});
