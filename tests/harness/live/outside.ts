import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mustRun } from "../command";
import type { RealCluster } from "../realCluster";

/** An address of TEST-NET-3, which no cluster has for itself. @see https://www.rfc-editor.org/rfc/rfc5737 */
export const outsideAddress = "203.0.113.7";

// Says a line when it listens at all ports, and ends with its parent.
const listener = `
const [address, ...ports] = process.argv.slice(1);
const servers = ports.map(port => require("net").createServer(socket => socket.on("error", () => {})).listen(Number(port), address));
Promise.all(servers.map(server => new Promise(resolve => server.once("listening", resolve)))).then(() => console.log("listening"));
process.stdin.resume().on("end", () => process.exit());
`;

/** A server beyond the cluster's own networks, to which each node has a route: what the internet is to pods. */
export class Outside {
    private constructor(private readonly cluster: RealCluster, private readonly server: ChildProcess) {}

    /** Puts the address into the cluster's namespace, from which nothing leads out, and listens at some ports. */
    static async start(cluster: RealCluster, nodes: readonly string[], ports: readonly number[]): Promise<Outside> {
        const network = await cluster.pidOf("cluster-network");
        await mustRun("nsenter", [`--net=/proc/${network}/ns/net`, "ip", "address", "replace", `${outsideAddress}/32`, "dev", "lo"]);
        for (const node of nodes) {
            await mustRun("nsenter", [`--net=/proc/${await cluster.pidOf(node)}/ns/net`, "ip", "route", "replace", outsideAddress, "via", "10.88.0.1"]);
        }
        const server = spawn("nsenter", [`--net=/proc/${network}/ns/net`, process.execPath, "-e", listener, outsideAddress, ...ports.map(String)],
            { stdio: ["pipe", "pipe", "inherit"] });
        await Promise.race([once(server.stdout, "data"), once(server, "exit").then(() => { throw new Error("the server outside did not start"); })]);
        return new Outside(cluster, server);
    }

    /** Namespace in which its address is. */
    async process(): Promise<number> {
        return this.cluster.pidOf("cluster-network");
    }

    /** Ends the server and takes the address away. */
    async stop(): Promise<void> {
        this.server.stdin?.end();
        if (this.server.exitCode === null) {
            await once(this.server, "exit");
        }
        await mustRun("nsenter", [`--net=/proc/${await this.process()}/ns/net`, "ip", "address", "delete", `${outsideAddress}/32`, "dev", "lo"]);
    }
}
