import assert from "node:assert/strict";
import type { StreamInfo } from "@nats-io/jetstream";
import { jetstream, jetstreamManager, StorageType } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { eventually } from "../../harness/daemons/daemon";
import { NatsServers } from "../../harness/daemons/natsServer";

describe("three nats-servers with the rendered configuration", () => {
    let servers: NatsServers;
    let client: NatsConnection;

    beforeEach(async () => {
        servers = await NatsServers.start(3);
        client = await servers.connect();
    });
    afterEach(async () => {
        await client.close();
        await servers.stop();
    });

    async function publish(count: number): Promise<void> {
        for (let number = 0; number < count; number++) {
            await eventually("a message is stored", () => jetstream(client).publish("messages.sent", "hello", { timeout: 2000 }));
        }
    }

    const info = async (): Promise<StreamInfo> => (await jetstreamManager(client)).streams.info("MESSAGES");

    /** Number in the name of the server that leads the stream. */
    const leader = async (): Promise<number> => Number((await info()).cluster?.leader?.replace("nats-", "") ?? Number.NaN);

    it("S-34 S-74: they find each other over their routes and elect a leader", async () => {
        for (const index of [0, 1, 2]) {
            const { meta_cluster: cluster } = await servers.probe(index, "/jsz") as { meta_cluster: { leader: string; cluster_size: number } };
            assert.equal(cluster.cluster_size, 3);
            assert.match(cluster.leader, /^nats-[012]$/);
        }
    });

    it("S-34: a stream with three replicas survives the loss of its leader, and the lost server catches up", async () => {
        await eventually("the stream is created", async () => (await jetstreamManager(client)).streams.add({
            name: "MESSAGES", subjects: ["messages.>"], storage: StorageType.File, num_replicas: 3,
        }));
        await publish(10);
        const lost = await eventually("the stream has a leader", leader);
        await servers.killNode(lost);
        await publish(10);
        const survived = await eventually("the stream answers", info);
        assert.equal(survived.state.messages >= 20, true, `${survived.state.messages} messages`);
        assert.notEqual(survived.cluster?.leader, `nats-${lost}`);

        await servers.startNode(lost);
        await eventually("the lost server is current again", async () => {
            const peers = (await info()).cluster?.replicas ?? [];
            assert.deepEqual(peers.map(({ current }) => current), [true, true]);
        });
    });

    it("S-34: with two of three servers lost nothing is accepted that could be lost", async () => {
        await eventually("the stream is created", async () => (await jetstreamManager(client)).streams.add({
            name: "MESSAGES", subjects: ["messages.>"], storage: StorageType.File, num_replicas: 3,
        }));
        await publish(1);
        await servers.killNode(0);
        await servers.killNode(1);
        await assert.rejects(eventually("a message is stored", () =>
            jetstream(client).publish("messages.sent", "hello", { timeout: 1000 }), { seconds: 5 }));
    });
});
