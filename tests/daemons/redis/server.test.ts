import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { answersPong, cacheFlags, serverScript } from "../../../components/data/redis/server";
import { eventually, freePort, temporaryFolder } from "../../harness/daemons/daemon";
import { ask, canaryPassword, imagePath, RedisProcess } from "./redisServer";

describe("one Redis server, started and probed as in its container", () => {
    let folder: string;
    let path: string;
    let server: RedisProcess;

    before(() => {
        folder = temporaryFolder("redis-image");
        path = imagePath(folder);
    });
    afterEach(() => server.remove());
    after(() => rmSync(folder, { recursive: true, force: true }));

    async function start(text: string, password?: string): Promise<void> {
        const port = await freePort();
        server = await RedisProcess.start({
            pod: "redis-0", port, script: { text, environment: {} }, args: [...cacheFlags("128mb"), "--port", String(port)], password, path, isReady: answersPong,
        });
    }

    it("T-46 T-49 T-50: runs as a cache with 128 MB that evicts the least recently used key and writes no file", async () => {
        await start('exec redis-server "$@"');
        assert.equal(await server.command("CONFIG", "GET", "maxmemory"), "maxmemory\n134217728");
        assert.equal(await server.command("CONFIG", "GET", "maxmemory-policy"), "maxmemory-policy\nallkeys-lru");
        assert.equal((await server.probe(answersPong)).code, 0);
        await server.command("SET", "key", "value");
        await server.terminate();
        assert.equal(existsSync(join(server.folder, "dump.rdb")), false);
        assert.equal(existsSync(join(server.folder, "appendonlydir")), false);
    });

    it("T-51: with authentication the password is demanded, and stands on no command line", async () => {
        await start(serverScript, canaryPassword);
        assert.match(await ask(server.process.port, undefined, "GET", "key"), /^NOAUTH/);
        assert.match(await ask(server.process.port, "another", "GET", "key"), /WRONGPASS/);
        assert.equal(await server.command("PING"), "PONG");
        assert.doesNotMatch(readFileSync(`/proc/${server.pid}/cmdline`, "utf8"), new RegExp(canaryPassword));
        assert.doesNotMatch(server.log(), new RegExp(canaryPassword));
    });

    it("T-49: the readiness probe fails on NOAUTH, on which redis-cli itself exits 0", async () => {
        await start(serverScript, canaryPassword);
        const unauthenticated = `unset REDISCLI_AUTH; ${answersPong}`;
        assert.equal((await server.probe(unauthenticated.replace(" | grep -q PONG", ""))).code, 0);
        assert.notEqual((await server.probe(unauthenticated)).code, 0);
        assert.equal((await server.probe(answersPong)).code, 0);
    });

    it("T-51: with authentication the termination signal reaches Redis itself", async () => {
        await start(serverScript, canaryPassword);
        assert.equal(readFileSync(`/proc/${server.pid}/comm`, "utf8").trim(), "redis-server");
        process.kill(server.pid, "SIGTERM");
        await eventually("Redis has said goodbye", () => assert.match(server.log(), /Received SIGTERM[^]*bye bye/));
    });
});
