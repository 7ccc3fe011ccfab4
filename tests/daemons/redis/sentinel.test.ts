import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { eventually } from "../../harness/daemons/daemon";
import { ask, canaryPassword } from "./redisServer";
import { Group } from "./sentinelGroup";

for (const password of [undefined, canaryPassword]) {
    describe(`Redis with sentinels and a proxy, ${password ? "with" : "without"} a password`, () => {
        let group: Group;
        before(async () => {
            group = await Group.start(password, password && "Before0The0First0Rotation0000000");
        });
        after(() => group?.stop());
        beforeEach(() => group.settle());

        it("T-146: the first server starts as primary of two replicas, and the proxy leads to it", async () => {
            assert.deepEqual(await group.roles(), ["master", "slave", "slave"]);
            await group.write("first", "1");
            assert.equal(await group.servers[0]?.command("GET", "first"), "1");
        });

        it("T-146: after the primary is killed, a single-host client can write again and finds its data", async () => {
            const old = await group.primary();
            await group.write("kept", "yes");
            assert.equal(await old.command("WAIT", "2", "5000"), "2");
            await old.kill();
            await group.write("after", "failover");
            assert.equal(await group.command("GET", "kept"), "yes");
            assert.notEqual(await group.primary(), old);
            await old.start();
            assert.equal((await old.command("ROLE")).split("\n")[0], "slave");
            assert.equal(await old.command("GET", "after"), "failover");
        });

        it("T-50 T-146: a primary that restarts with an empty memory hands over first, and nothing is lost", async () => {
            const old = await group.primary();
            await group.write("kept", "through a restart");
            assert.equal(await old.command("WAIT", "2", "5000"), "2");
            await old.kill();
            await old.start();
            assert.match(old.log(), /starting as replica localhost:\d+ of localhost:\d+/);
            assert.equal(await old.command("GET", "kept"), "through a restart");
            await group.write("later", "1");
            assert.notEqual(await group.primary(), old);
        });

        it("T-146: a sentinel that lost its configuration learns the primary, and is not counted twice", async () => {
            const [first, second] = group.sentinels;
            assert.ok(first && second);
            const primary = await group.primary(1);
            await first.kill();
            first.forget();
            await first.start();
            assert.equal(await group.primary(0), primary);
            const field = async (name: string): Promise<string | undefined> => {
                const lines = (await second.command("SENTINEL", "MASTER", "redis")).split("\n");
                return lines[lines.indexOf(name) + 1];
            };
            await eventually("the others know it again", async () => assert.equal(await field("num-other-sentinels"), "2"));
        });

        it("T-146: a primary without replicas refuses writes", async () => {
            const primary = await group.primary();
            const replicas = group.servers.filter(server => server !== primary);
            await Promise.all(replicas.map(replica => replica.kill()));
            await eventually("writes are refused", async () => assert.match(await group.command("SET", "lost", "1"), /^NOREPLICAS/));
            await Promise.all(replicas.map(replica => replica.start()));
            await group.write("accepted", "again");
        });

        it("T-49 T-146: the proxy tells whether there is a primary, serves metrics and passes its own liveness without one", async () => {
            assert.equal((await group.status("/primary")).status, 200);
            assert.match((await group.status("/metrics")).text, /haproxy_server_status\{proxy="primary",server="redis-node-0",state="UP"\}/);
            const primary = await group.primary();
            await primary.kill();
            await eventually("the proxy misses the primary", async () => assert.equal((await group.status("/primary")).status, 503));
            assert.equal((await group.status("/live")).status, 200);
            await group.write("recovered", "1");
            await primary.start();
        });

        if (password) {
            it("T-51 T-146: a new password is rolled out pod by pod, and after each step clients with the old one can write", async () => {
                const replacement = "Canary0After0The0Rotation000000x";
                await group.write("kept", "through a rotation");
                // A server that has yet to be replaced may be cut off meanwhile; the rollout does not wait for it.
                for (const member of [...group.servers].reverse()) {
                    await member.replace(replacement, password);
                    await group.write("during", member.process.pod);
                }
                for (const member of [...group.sentinels].reverse()) {
                    await member.replace(replacement, password);
                    await group.write("during", member.process.pod);
                    await group.settle();
                }
                assert.equal(await ask(group.proxyPort, replacement, "GET", "kept"), "through a rotation");
                assert.deepEqual((await group.roles()).sort(), ["master", "slave", "slave"]);
            });

            it("T-51: servers and sentinels demand the password", async () => {
                for (const member of [...group.servers, ...group.sentinels]) {
                    assert.match(await ask(member.process.port, undefined, "INFO"), /^NOAUTH/);
                    assert.doesNotMatch(readFileSync(`/proc/${member.pid}/cmdline`, "utf8"), new RegExp(canaryPassword));
                    assert.doesNotMatch(member.log(), new RegExp(canaryPassword));
                }
            });
        }
    });
}
