import assert from "node:assert/strict";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { PermissionViolationError } from "@nats-io/transport-node";
import { eventually } from "../../harness/daemons/daemon";
import type { TestUser } from "../../harness/daemons/natsServer";
import { NatsServers } from "../../harness/daemons/natsServer";

const gateway: TestUser = {
    name: "gateway", password: "Canary0Password0Of0Gateway",
    permissions: { publish: ["requests.>"], subscribe: ["_INBOX.>"] },
};
const message: TestUser = {
    name: "message", password: "Canary0Password0Of0Message",
    permissions: { publish: ["$JS.API.>", "$JS.ACK.>"], subscribe: ["requests.messages.>", "_INBOX.>"] },
};
const unrestricted: TestUser = { name: "media", password: "Canary0Password0Of0Media" };

describe("users of nats-server with the rendered configuration", () => {
    let servers: NatsServers;
    const clients: NatsConnection[] = [];

    async function login(user?: TestUser): Promise<NatsConnection> {
        const client = await servers.connect(user);
        clients.push(client);
        return client;
    }

    /** Subjects that the server refuses a client. */
    function refusedTo(client: NatsConnection): string[] {
        const subjects: string[] = [];
        void (async () => {
            for await (const status of client.status()) {
                if (status.type === "error" && status.error instanceof PermissionViolationError) {
                    subjects.push(status.error.subject);
                }
            }
        })();
        return subjects;
    }

    before(async () => {
        servers = await NatsServers.start(1, [gateway, message, unrestricted]);
    });
    afterEach(async () => {
        await Promise.all(clients.splice(0).map(client => client.close()));
    });
    after(() => servers.stop());

    it("S-35: nobody connects without a user, or with another one's password", async () => {
        await assert.rejects(login(), /Authorization Violation/i);
        await assert.rejects(login({ ...gateway, password: message.password }), /Authorization Violation/i);
        assert.equal((await login(gateway)).isClosed(), false);
    });

    it("S-35: a request reaches the service that may subscribe to it, and the answer comes back", async () => {
        const service = await login(message);
        const requests = service.subscribe("requests.messages.>");
        void (async () => {
            for await (const request of requests) {
                request.respond(`stored ${request.string()}`);
            }
        })();
        await service.flush();
        const answer = await (await login(gateway)).request("requests.messages.new", "hello", { timeout: 5000 });
        assert.equal(answer.string(), "stored hello");
    });

    it("S-35: a user may not publish or subscribe beyond its permissions", async () => {
        const client = await login(gateway);
        const refused = refusedTo(client);
        client.publish("messages.sent", "not mine");
        client.subscribe("requests.>", { callback: () => undefined });
        await eventually("two refusals", () => assert.equal(refused.length, 2, refused.join("\n")));
        assert.deepEqual(refused.sort(), ["messages.sent", "requests.>"]);
    });

    it("S-35: a user without permissions in the settings may use all subjects and JetStream", async () => {
        const client = await login(unrestricted);
        const manager = await jetstreamManager(client);
        await manager.streams.add({ name: "MEDIA", subjects: ["media.>"] });
        const { seq } = await jetstream(client).publish("media.uploaded", "1");
        assert.equal(seq, 1);
    });

    it("S-35 S-48: a password of digits, or one that reads like a number, a date or a truth value, stays text", async () => {
        for (const password of ["01234567890123456789", "12e45", "5k", "true", "2026-01-01T00:00:00Z", "1.2.3.4", "0x1F"]) {
            const user = { ...gateway, password };
            const others = await NatsServers.start(1, [user]);
            try {
                const client = await others.connect(user);
                await client.close();
            } finally {
                await others.stop();
            }
        }
    });

    it("S-48: the server's log shows no password", () => {
        assert.match(servers.log(0), /Server is ready/);
        assert.doesNotMatch(servers.log(0), /Canary0/);
    });

    it("S-35 S-110: a rotated password is the only one that is accepted, and what the streams hold is there", async () => {
        const before = await login(unrestricted);
        await (await jetstreamManager(before)).streams.add({ name: "ROTATED", subjects: ["rotated"] });
        await jetstream(before).publish("rotated", "kept");
        await before.close();
        const rotated = { ...unrestricted, password: "Canary1Password1Of1Media" };
        await servers.rotate([gateway, message, rotated]);
        await assert.rejects(login(unrestricted), /Authorization Violation/i);
        const after = await login(rotated);
        assert.equal((await (await jetstreamManager(after)).streams.info("ROTATED")).state.messages, 1);
        assert.equal((await login(gateway)).isClosed(), false);
        assert.doesNotMatch(servers.log(0), /Canary\d/);
    });
});
