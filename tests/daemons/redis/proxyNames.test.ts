import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { proxyConfiguration } from "../../../components/data/redis/sentinelProxy";
import { Daemon, eventually, freePort, HOST, program, run, temporaryFolder } from "../../harness/daemons/daemon";
import { NameServer } from "./nameServer";

describe("the proxy in front of Redis, when a pod comes back with another address", () => {
    const [oldAddress, newAddress] = ["127.0.0.2", "127.0.0.3"] as const;
    const daemons: Daemon[] = [];
    let folder: string;
    let names: NameServer;

    before(async () => {
        folder = temporaryFolder("proxy-names");
        names = await NameServer.start(oldAddress);
    });
    after(async () => {
        for (const daemon of daemons) {
            await daemon.stop();
        }
        await names.stop();
        rmSync(folder, { recursive: true, force: true });
    });

    async function ask(address: string, port: number, ...words: string[]): Promise<string> {
        return (await run(program("redis-cli", "redis-server"), ["-h", address, "-p", String(port), ...words])).stdout.trim();
    }

    async function start(options: { name: string; args: string[]; ready: () => Promise<void> }): Promise<Daemon> {
        const daemon = await Daemon.start({ ...options, command: program(options.name, options.name) });
        daemons.push(daemon);
        return daemon;
    }

    it("T-146: connections follow the name to the new address", async () => {
        const [redisPort, port, metricsPort] = [await freePort(), await freePort(), await freePort()];
        const startRedis = (address: string): Promise<Daemon> => start({
            name: "redis-server",
            args: ["--bind", address, "--port", String(redisPort), "--save", ""],
            ready: async () => assert.equal(await ask(address, redisPort, "SET", "address", address), "OK"),
        });
        const [old] = await Promise.all([startRedis(oldAddress), startRedis(newAddress)]);
        const configuration = proxyConfiguration({
            servers: [{ name: "redis-node-0", host: "redis-node-0.redis-node-headless.taskflow.svc.cluster.local", port: redisPort }],
            port, metricsPort, authentication: false, nameServer: names.endpoint,
        });
        const file = join(folder, "haproxy.cfg");
        // The system's own resolver would ask a name server outside this machine.
        writeFileSync(file, configuration.replaceAll("bind :", `bind ${HOST}:`).replace("init-addr last,libc,none", "init-addr none"));
        await start({
            name: "haproxy",
            args: ["-W", "-db", "-f", file],
            ready: async () => assert.equal(await ask(HOST, port, "GET", "address"), oldAddress),
        });
        names.address = newAddress;
        await old.stop();
        await eventually("the proxy leads to the new address", async () => assert.equal(await ask(HOST, port, "GET", "address"), newAddress));
    });
});
