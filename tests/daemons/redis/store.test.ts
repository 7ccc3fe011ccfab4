import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { answersPong, serverScript } from "../../../components/data/redis/server";
import { storeFlags } from "../../../components/data/redis/store";
import { freePort, temporaryFolder } from "../../harness/daemons/daemon";
import { ask, canaryPassword, imagePath, RedisProcess } from "./redisServer";

describe("one Redis store, started and probed as in its container", () => {
    let folder: string;
    let path: string;
    let server: RedisProcess;

    before(() => {
        folder = temporaryFolder("redis-store-image");
        path = imagePath(folder);
    });
    afterEach(() => server.remove());
    after(() => rmSync(folder, { recursive: true, force: true }));

    async function start(memoryLimit: string): Promise<void> {
        const port = await freePort();
        const args = [...storeFlags(memoryLimit), "--port", String(port)];
        server = await RedisProcess.start({
            pod: "redis-0", port, script: { text: serverScript, environment: {} }, args, password: canaryPassword, path, isReady: answersPong,
        });
    }

    it("G-32 G-33: what it has acknowledged outlives a killed process", async () => {
        await start("256Mi");
        assert.equal(await server.command("CONFIG", "GET", "maxmemory"), `maxmemory\n${192 * 2 ** 20}`);
        assert.equal(await server.command("CONFIG", "GET", "appendfsync"), "appendfsync\neverysec");
        await server.command("SET", "revoked:token", "1");
        await server.kill();
        await server.start();
        assert.equal(await server.command("GET", "revoked:token"), "1");
    });

    it("G-33: full, it refuses writes and forgets nothing", async () => {
        await start("4Mi");
        await server.command("SET", "revoked:token", "1");
        const value = "x".repeat(2 ** 16);
        let answer = "OK";
        for (let key = 0; key < 200 && answer === "OK"; key++) {
            answer = await server.command("SET", `filler:${key}`, value);
        }
        assert.match(answer, /^OOM command not allowed/);
        assert.equal(await server.command("GET", "revoked:token"), "1");
        assert.match(await server.command("INFO", "stats"), /evicted_keys:0/);
    });

    it("G-34 G-35: the password is demanded and on no command line; the readiness probe wants PONG", async () => {
        await start("256Mi");
        assert.match(await ask(server.process.port, undefined, "GET", "key"), /^NOAUTH/);
        assert.doesNotMatch(readFileSync(`/proc/${server.pid}/cmdline`, "utf8"), new RegExp(canaryPassword));
        assert.notEqual((await server.probe(`unset REDISCLI_AUTH; ${answersPong}`)).code, 0);
        assert.equal((await server.probe(answersPong)).code, 0);
    });
});
