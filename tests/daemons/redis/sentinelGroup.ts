import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { proxyConfiguration } from "../../../components/data/redis/sentinelProxy";
import type { Address, SentinelGroup } from "../../../components/data/redis/sentinelScripts";
import { hasQuorum, isInSync, sentinelScript, serverFlags, replicatedServerScript } from "../../../components/data/redis/sentinelScripts";
import { cacheFlags } from "../../../components/data/redis/server";
import { Daemon, eventually, freePort, HOST, program, temporaryFolder } from "../../harness/daemons/daemon";
import { ask, imagePath, RedisProcess } from "./redisServer";

/** Three servers, three sentinels and the proxy, with the program's own scripts and configuration. */
export class Group {
    readonly servers: RedisProcess[] = [];
    readonly sentinels: RedisProcess[] = [];
    private readonly folder = temporaryFolder("redis-group");
    private readonly path = imagePath(this.folder);
    private proxy: Daemon | undefined;

    private constructor(
        readonly addresses: SentinelGroup, readonly proxyPort: number, readonly metricsPort: number, readonly password: string | undefined,
        readonly previous: string | undefined,
    ) {}

    static async start(password?: string, previous?: string): Promise<Group> {
        // A name instead of an address: what is announced and watched in a cluster are names.
        const three = async (): Promise<Address[]> => {
            const ports = [await freePort(), await freePort(), await freePort()];
            return ports.map(port => ({ host: "localhost", port }));
        };
        const addresses = { servers: await three(), sentinels: await three() };
        const group = new Group(addresses, await freePort(), await freePort(), password, previous);
        try {
            await group.startServers();
            await group.startSentinels();
            await group.startProxy();
        } catch (error) {
            await group.stop();
            throw error;
        }
        return group;
    }

    /** Answer to a command through the proxy. */
    command(...words: string[]): Promise<string> {
        return ask(this.proxyPort, this.password, ...words);
    }

    /** Repeats a command through the proxy until it answers OK. */
    async write(key: string, value: string): Promise<void> {
        await eventually(`${key} is written`, async () => {
            const answer = await this.command("SET", key, value);
            if (answer !== "OK") {
                throw new Error(answer);
            }
        });
    }

    /** The server that a sentinel takes for the primary. */
    async primary(sentinel = 0): Promise<RedisProcess> {
        const answer = await this.sentinels[sentinel]?.command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "redis");
        const port = Number(answer?.split("\n")[1]);
        const found = this.servers.find(({ process }) => process.port === port);
        if (!found) {
            throw new Error(`sentinel ${sentinel} names "${answer}"`);
        }
        return found;
    }

    /** Roles of all servers, in their order. */
    async roles(): Promise<string[]> {
        return Promise.all(this.servers.map(async server => (await server.command("ROLE")).split("\n")[0] as string));
    }

    /** Waits until each server is in sync and each sentinel has its quorum. */
    async settle(): Promise<void> {
        for (const member of [...this.servers, ...this.sentinels]) {
            await eventually(`${member.process.pod} is ready`, () => member.requireReady());
        }
    }

    /** What the proxy's status port answers. */
    async status(path: string): Promise<{ status: number; text: string }> {
        const response = await fetch(`http://${HOST}:${this.metricsPort}${path}`);
        return { status: response.status, text: await response.text() };
    }

    async stop(): Promise<void> {
        await this.proxy?.stop();
        await Promise.all([...this.sentinels, ...this.servers].map(member => member.remove()));
        rmSync(this.folder, { recursive: true, force: true });
    }

    private async startServers(): Promise<void> {
        const { password, previous, path } = this;
        const started = this.addresses.servers.map(({ port }, ordinal) => RedisProcess.start({
            pod: `redis-node-${ordinal}`, port, password, previous, path, isReady: isInSync,
            script: replicatedServerScript(this.addresses), args: [...cacheFlags("128mb"), ...serverFlags],
        }));
        this.servers.push(...await Promise.all(started));
    }

    private async startSentinels(): Promise<void> {
        const { password, previous, path } = this;
        const started = this.addresses.sentinels.map(({ port }, ordinal) => RedisProcess.start({
            pod: `redis-sentinel-${ordinal}`, port, password, previous, path, isReady: hasQuorum(port),
            script: sentinelScript(this.addresses, "/data"), args: [],
        }));
        this.sentinels.push(...await Promise.all(started));
    }

    private async startProxy(): Promise<void> {
        const { proxyPort: port, metricsPort, password } = this;
        const servers = this.addresses.servers.map((address, ordinal) => ({ name: `redis-node-${ordinal}`, host: HOST, port: address.port }));
        const file = join(this.folder, "haproxy.cfg");
        writeFileSync(file, proxyConfiguration({ servers, port, metricsPort, authentication: password !== undefined })
            .replaceAll("bind :", `bind ${HOST}:`));
        this.proxy = await Daemon.start({
            name: "haproxy",
            command: program("haproxy", "haproxy"),
            args: ["-W", "-db", "-f", file],
            env: { REDIS_PASSWORD: password },
            stopSignal: "SIGTERM",
            ready: async () => {
                const { status, text } = await this.status("/primary");
                if (status !== 200) {
                    throw new Error(`/primary answers ${status}: ${text}`);
                }
            },
        });
    }
}
