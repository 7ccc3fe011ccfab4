import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { NatsConnection } from "@nats-io/transport-node";
import { connect } from "@nats-io/transport-node";
import type { NatsLogin } from "../../../components/data/nats/configuration";
import { natsConfiguration } from "../../../components/data/nats/configuration";
import { builtPrograms } from "./builtPrograms";
import { Daemon, freePort, HOST, temporaryFolder } from "./daemon";

/** Path of nats-server, which is built first where that has not been done. */
export function natsServerProgram(): string {
    const folder = builtPrograms("nats");
    return join(folder, "nats-server");
}

/** A user with its password, which the servers get in the form that the component gives it. */
export interface TestUser extends Omit<NatsLogin, "passwordVariable"> {
    readonly password: string;
}

interface Node {
    readonly name: string;
    readonly client: number;
    readonly monitor: number;
    readonly cluster: number;
    readonly folder: string;
    daemon: Daemon | undefined;
}

const variableOf = (user: string): string => `NATS_${user.toUpperCase()}_PASSWORD_QUOTED`;

/** One or several NATS servers on the loopback interface, with the configuration that the component renders. */
export class NatsServers {
    private constructor(
        private readonly folder: string, private readonly nodes: readonly Node[], private users: readonly TestUser[],
    ) {}

    static async start(count: number, users: readonly TestUser[] = []): Promise<NatsServers> {
        const folder = temporaryFolder("nats");
        const nodes: Node[] = [];
        for (let index = 0; index < count; index++) {
            nodes.push({
                name: `nats-${index}`, client: await freePort(), monitor: await freePort(), cluster: await freePort(),
                folder: join(folder, `nats-${index}`), daemon: undefined,
            });
        }
        const servers = new NatsServers(folder, nodes, users);
        await Promise.all(nodes.map((_, index) => servers.startNode(index)));
        return servers;
    }

    /** Folder that one server has instead of /data. */
    volumeOf(index: number): string {
        return this.node(index).folder;
    }

    /** Address of one server's monitoring port. */
    monitorOf(index: number): string {
        return `http://${HOST}:${this.node(index).monitor}`;
    }

    /** Starts one server on what it has stored before, and waits until its startup probe passes. */
    async startNode(index: number): Promise<void> {
        const node = this.node(index);
        mkdirSync(node.folder, { recursive: true });
        const file = join(node.folder, "nats.conf");
        writeFileSync(file, this.configuration(node));
        node.daemon = await Daemon.start({
            name: node.name,
            command: natsServerProgram(),
            args: ["--config", file],
            folder: node.folder,
            env: { HOSTNAME: node.name, ...Object.fromEntries(this.users.map(({ name, password }) => [variableOf(name), `"${password}"`])) },
            ready: () => this.probe(index, "/healthz"),
        });
    }

    /** Asks a path of the monitoring port as a probe does; rejects unless the answer is below 400. */
    async probe(index: number, path: string): Promise<unknown> {
        const response = await fetch(`http://${HOST}:${this.node(index).monitor}${path}`);
        if (!response.ok) {
            throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
        }
        return response.json();
    }

    /** A client of all servers. */
    connect(user?: TestUser): Promise<NatsConnection> {
        return connect({
            servers: this.nodes.map(({ client }) => `${HOST}:${client}`),
            ...(user && { user: user.name, pass: user.password }),
            maxReconnectAttempts: -1,
            reconnectTimeWait: 100,
        });
    }

    /** Gives the users other passwords, which each server knows when its pod was replaced. */
    async rotate(users: readonly TestUser[]): Promise<void> {
        this.users = users;
        for (const index of this.nodes.keys()) {
            await this.stopNode(index);
            await this.startNode(index);
        }
    }

    /** Ends one server without warning, as the loss of its machine would. */
    async killNode(index: number): Promise<void> {
        const { daemon } = this.node(index);
        daemon?.kill();
        await daemon?.stop();
    }

    /** Ends one server as the kubelet does. */
    async stopNode(index: number): Promise<void> {
        await this.node(index).daemon?.stop();
    }

    /** What one server has written. */
    log(index: number): string {
        return this.node(index).daemon?.output() ?? "";
    }

    async stop(): Promise<void> {
        await Promise.all(this.nodes.map(({ daemon }) => daemon?.stop()));
        rmSync(this.folder, { recursive: true, force: true });
    }

    private node(index: number): Node {
        const node = this.nodes[index];
        if (node === undefined) {
            throw new Error(`there is no server ${index}; there are ${this.nodes.length}`);
        }
        return node;
    }

    private configuration({ client, monitor, cluster, folder }: Node): string {
        return natsConfiguration({
            clusterName: "nats",
            routes: this.nodes.length > 1 ? this.nodes.map(node => `${HOST}:${node.cluster}`) : [],
            maximumFileStore: 64 * 2 ** 20,
            maximumMemoryStore: "8MB",
            users: this.users.map(({ name, permissions }) =>
                ({ name, passwordVariable: variableOf(name), ...(permissions && { permissions }) })),
            storeDirectory: folder,
            listen: { address: HOST, client, monitor, cluster },
        });
    }
}
