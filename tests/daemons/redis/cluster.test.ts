import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ClusterNode } from "../../../components/data/redis/clusterScripts";
import { clusterFlags, clusterNodeScript, formClusterScript } from "../../../components/data/redis/clusterScripts";
import { answersPong, cacheFlags } from "../../../components/data/redis/server";
import type { Result } from "../../harness/daemons/daemon";
import { eventually, freePort, HOST, program, run, temporaryFolder } from "../../harness/daemons/daemon";
import { canaryPassword, imagePath, passwordEnvironment, RedisProcess } from "./redisServer";

describe("Redis Cluster on six nodes", () => {
    let folder: string;
    let path: string;
    let nodes: ClusterNode[];
    let servers: RedisProcess[];
    const password = canaryPassword;

    beforeEach(async () => {
        folder = temporaryFolder("redis-cluster");
        path = imagePath(folder);
        nodes = [];
        while (nodes.length < 6) {
            nodes.push({ host: HOST, port: await freePort(), busPort: await freePort() });
        }
        servers = await Promise.all(nodes.map(({ port }, ordinal) => RedisProcess.start({
            pod: `redis-${ordinal}`, port, password, path, isReady: answersPong,
            script: clusterNodeScript(nodes, "/data"), args: [...cacheFlags("128mb"), ...clusterFlags],
        })));
    });
    afterEach(async () => {
        await Promise.all(servers.map(server => server.remove()));
        rmSync(folder, { recursive: true, force: true });
    });

    function form(masters: number, replicasPerMaster: 0 | 1): Promise<Result> {
        const members = nodes.slice(0, masters * (1 + replicasPerMaster));
        const { text, environment } = formClusterScript({ nodes: members, replicasPerMaster });
        return run(join(path, "sh"), ["-c", text], { env: { PATH: path, TIMEOUT_SECONDS: "60", ...environment, ...passwordEnvironment(password) } });
    }

    /** Answer of a cluster-aware client that enters through one node. */
    async function command(server: number, ...words: string[]): Promise<string> {
        const { stdout, stderr } = await run(program("redis-cli", "redis-server"),
            ["-c", "-h", HOST, "-p", String(nodes[server]?.port), ...words], { env: passwordEnvironment(password) });
        return `${stdout}${stderr}`.trim();
    }

    async function writeKeys(): Promise<void> {
        for (let key = 0; key < 20; key++) {
            assert.equal(await command(key % 3, "SET", `key${key}`, String(key)), "OK");
        }
    }

    async function readKeys(): Promise<string[]> {
        return Promise.all(Array.from({ length: 20 }, (_, key) => command((key + 1) % 3, "GET", `key${key}`)));
    }
    const allKeys = Array.from({ length: 20 }, (_, key) => String(key));

    async function roles(server: number): Promise<string[]> {
        const lines = (await servers[server]?.command("CLUSTER", "NODES") ?? "").split("\n");
        return lines.map(line => /master|slave/.exec(line)?.[0] as string).sort();
    }

    it("T-145: three masters share all slots; a second run of the Job changes nothing and keeps the keys", async () => {
        const first = await form(3, 0);
        assert.equal(first.code, 0, first.stdout + first.stderr);
        assert.match(first.stdout, /the cluster is healthy/);
        for (const server of servers.slice(0, 3)) {
            assert.match(await server.command("CLUSTER", "INFO"), /cluster_state:ok/);
        }
        await writeKeys();
        const before = await servers[0]?.command("CLUSTER", "MYID");
        const second = await form(3, 0);
        assert.equal(second.code, 0, second.stdout + second.stderr);
        assert.match(second.stdout, /the cluster exists/);
        assert.equal(await servers[0]?.command("CLUSTER", "MYID"), before);
        assert.deepEqual(await readKeys(), allKeys);
        assert.deepEqual(await roles(0), ["master", "master", "master"]);
    });

    it("T-145: a Job that was interrupted half-way is finished by the next one", async () => {
        await servers[0]?.command("CLUSTER", "ADDSLOTSRANGE", "0", "5460");
        await servers[0]?.command("CLUSTER", "MEET", HOST, String(nodes[1]?.port), String(nodes[1]?.busPort));
        const { code, stdout, stderr } = await form(3, 0);
        assert.equal(code, 0, stdout + stderr);
        await writeKeys();
        assert.deepEqual(await readKeys(), allKeys);
    });

    it("T-146: with one replica per master the cluster survives a killed master without losing a key", async () => {
        const { code, stdout, stderr } = await form(3, 1);
        assert.equal(code, 0, stdout + stderr);
        await eventually("each master has a replica", async () =>
            assert.deepEqual(await roles(0), ["master", "master", "master", "slave", "slave", "slave"]));
        await writeKeys();
        await eventually("replicas are in sync", async () => {
            for (const server of servers) {
                assert.match(await server.command("INFO", "replication"), /role:master|master_link_status:up/);
            }
        });
        await servers[0]?.kill();
        for (const [index, expected] of allKeys.entries()) {
            await eventually(`key${index} is read`, async () => assert.equal(await command(1, "GET", `key${index}`), expected));
        }
    });

    it("T-145 T-146: raising the replicas later adds the new nodes to the cluster that exists", async () => {
        assert.equal((await form(3, 0)).code, 0);
        await writeKeys();
        const { code, stdout, stderr } = await form(3, 1);
        assert.equal(code, 0, stdout + stderr);
        await eventually("all six know each other", async () =>
            assert.deepEqual(await roles(0), ["master", "master", "master", "slave", "slave", "slave"]));
        assert.deepEqual(await readKeys(), allKeys);
    });

    it("T-145: nodes that all come back with other addresses find each other by name", async () => {
        assert.equal((await form(3, 0)).code, 0);
        await eventually("names are known everywhere", async () => {
            for (const server of servers.slice(0, 3)) {
                assert.equal((await server.command("CLUSTER", "NODES")).split(`,${HOST}`).length, 4);
            }
        });
        await Promise.all(servers.map(server => server.terminate()));
        for (const server of servers.slice(0, 3)) {
            const file = join(server.folder, "nodes.conf");
            const stale = readFileSync(file, "utf8").replaceAll(/ 127\.0\.0\.1:/g, " 127.0.0.9:");
            writeFileSync(file, stale);
        }
        await Promise.all(servers.slice(0, 3).map(server => server.start()));
        await eventually("the cluster is healthy", async () =>
            assert.match(await servers[0]?.command("CLUSTER", "INFO") ?? "", /cluster_state:ok/));
        assert.doesNotMatch(await servers[0]?.command("CLUSTER", "NODES") ?? "", /127\.0\.0\.9/);
    });
});
