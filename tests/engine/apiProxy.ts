import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer, request } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestCluster } from "../harness/cluster";

/** What the API server would say in place of doing something. */
export interface Refusal {
    readonly code: number;
    readonly reason: string;
    readonly message: string;
}

/** What becomes of a request: it is refused here, led on and its answer kept back until somebody lets it go, or just led on. */
export type Judgement = Refusal | { keepBack(): Promise<void> } | undefined;

/** Decides, in its own time, what becomes of a request. */
export type Judge = (method: string, path: string) => Promise<Judgement>;

/** Stands between an engine and the API server of a cluster: holds a request for as long as a test wants, or refuses it. */
export class ApiProxy {
    private constructor(readonly environment: NodeJS.ProcessEnv, private readonly server: Server, private readonly behind: ChildProcess) {}

    /** @param kubeconfig file that is written, and that the environment leads to */
    static async start(cluster: TestCluster, kubeconfig: string, judge: Judge): Promise<ApiProxy> {
        const behind = spawn("kubectl", ["proxy", "--port=0"], { env: cluster.environment, stdio: ["ignore", "pipe", "inherit"] });
        const [line] = await once(behind.stdout.setEncoding("utf8"), "data") as [string];
        const target = Number(/:(\d+)\s*$/.exec(line)?.[1]);
        const server = createServer((incoming, answer) => {
            void judge(incoming.method ?? "", incoming.url ?? "").then(judgement => judgement && "code" in judgement
                ? refuse(answer, judgement) : forward(target, incoming, answer, judgement?.keepBack));
        });
        await once(server.listen(0, "127.0.0.1"), "listening");
        await writeFile(kubeconfig, JSON.stringify({
            apiVersion: "v1", kind: "Config", "current-context": "proxy", users: [],
            clusters: [{ name: "proxy", cluster: { server: `http://127.0.0.1:${(server.address() as AddressInfo).port}` } }],
            contexts: [{ name: "proxy", context: { cluster: "proxy", user: "" } }],
        }));
        return new ApiProxy({ ...cluster.environment, KUBECONFIG: kubeconfig }, server, behind);
    }

    /** Ends both connections. */
    async stop(): Promise<void> {
        this.server.closeAllConnections();
        this.server.close();
        this.behind.kill();
        await once(this.behind, "exit");
    }
}

function refuse(answer: ServerResponse, { code, reason, message }: Refusal): void {
    answer.writeHead(code, { "content-type": "application/json" });
    answer.end(JSON.stringify({ apiVersion: "v1", kind: "Status", status: "Failure", code, reason, message }));
}

function forward(port: number, incoming: IncomingMessage, answer: ServerResponse, keepBack = (): Promise<void> => Promise.resolve()): void {
    const { method, url: path, headers } = incoming;
    const onward = request({ host: "127.0.0.1", port, method, path, headers: { ...headers, host: `127.0.0.1:${port}` } }, reply => {
        void keepBack().then(() => {
            answer.writeHead(reply.statusCode ?? 502, reply.headers);
            reply.pipe(answer);
        });
    });
    // A watch ends when either side is gone.
    onward.on("error", () => answer.destroy());
    answer.on("close", () => onward.destroy());
    incoming.pipe(onward);
}
