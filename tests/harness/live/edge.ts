import { spawn } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { certManagerArgs } from "../../../components/security/certificates";
import { certManagerSettings } from "../../../components/security/certificateSettings";
import type { KubernetesObject } from "../cluster";
import { mustRun } from "../command";
import type { RealCluster } from "../realCluster";
import { eventually } from "../realCluster";
import type { Tell } from "./live";
import { authorityObjects, traefikImage, traefikObjects } from "./edgeObjects";

const repository = resolve(__dirname, "../../..");
const state = process.env["PLATFORMS_STATE"] ?? tmpdir();
const script = join(__dirname, "ask.mjs");

/** Addresses of clients beyond the cluster's own networks, of TEST-NET-3. @see https://www.rfc-editor.org/rfc/rfc5737 */
export const clientAddress = (number: number): string => `203.0.113.${number}`;
const clientAddresses = { first: 20, last: 59, refused: 200 } as const;

/** A request to Traefik. */
export interface Request {
    readonly host: string;
    readonly path: string;
    /** @default one client after another */
    readonly from?: string;
    /** Without TLS, to the entry point for that. */
    readonly plain?: boolean;
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    /** Size of its body. */
    readonly bytes?: number;
}

/** What came back; `error` where no answer did, or the certificate does not verify. */
export interface Answer {
    readonly status?: number;
    readonly headers?: Readonly<Record<string, string | string[] | undefined>>;
    readonly body?: string;
    readonly serial?: string;
    readonly error?: string;
}

/** Which certificates repeated requests were shown, by serial number, and what came of those that failed. */
export interface Shown {
    readonly serials: Readonly<Record<string, number>>;
    readonly failures: readonly string[];
}

/** What Traefik says in its access log of a request. */
export interface LoggedRequest {
    readonly RequestPath: string;
    readonly RouterName?: string;
    /** `ADDRESS:PORT` of the pod that answered. */
    readonly ServiceAddr?: string;
}

/** Traefik and cert-manager in a cluster, as somebody installs them before the platforms, and clients outside of it. */
export class Edge {
    private next = clientAddresses.first as number;

    private constructor(
        private readonly cluster: RealCluster, private readonly namespace: string,
        readonly authority: string, private readonly address: string,
    ) {}

    /**
     * Installs both, with an authority that signs for the ClusterIssuer `issuer` and for Traefik's own certificate.
     * @param hosts names in Traefik's own certificate
     */
    static async install(cluster: RealCluster, issuer: string, hosts: readonly string[], tell: Tell): Promise<Edge> {
        tell("cert-manager and Traefik");
        const chart = await renderedChart();
        const images = [...chart.matchAll(/^\s*image: "([^"]+)"/gm)].map(([, image = ""]) => image);
        await load(cluster, [traefikImage, ...images]);
        const settings = certManagerSettings.parse({});
        await applyChart(cluster, settings.namespace, chart);
        await cluster.apply(...traefikObjects());
        await cluster.mustKubectl("wait", "jobs", "--namespace", settings.namespace, "--all", "--for=condition=complete", "--timeout=240s");
        await cluster.apply(...authorityObjects(issuer, hosts));
        for (const namespace of [settings.namespace, "traefik"]) {
            await cluster.mustKubectl("wait", "certificates", "--namespace", namespace, "--all", "--for=condition=Ready", "--timeout=240s");
        }
        await cluster.mustKubectl("wait", "deployments", "--namespace", "traefik", "--all", "--for=condition=Available", "--timeout=240s");
        const [pod] = await cluster.list("pods", "traefik");
        const root = await cluster.mustKubectl("get", "secret", "--namespace", settings.namespace, "proof-root",
            "--output=jsonpath={.data.ca\\.crt}");
        await openWays(cluster);
        const network = `/proc/${await cluster.pidOf("cluster-network")}/ns/net`;
        return new Edge(cluster, network, Buffer.from(root, "base64").toString(), pod?.status.podIP);
    }

    private complete(request: Request): object {
        this.next = this.next === clientAddresses.last ? clientAddresses.first : this.next + 1;
        return { from: clientAddress(this.next), ...request, address: this.address, port: request.plain ? 8000 : 8443 };
    }

    private async run<Result>(input: object): Promise<Result> {
        const { stdout } = await mustRun("nsenter", [`--net=${this.namespace}`, process.execPath, script],
            { input: JSON.stringify({ ca: this.authority, ...input }) });
        return JSON.parse(stdout);
    }

    /** Answers to some requests, in their order. */
    ask(requests: readonly Request[]): Promise<Answer[]> {
        return this.run({ requests: requests.map(request => this.complete(request)) });
    }

    /** Repeats a request from one address until it is refused for its rate, or the limit is reached. */
    flood(request: Request, limit: number): Promise<{ admitted: number; refused: number; failed: number; seconds: number }> {
        return this.run({ flood: this.complete(request), limit });
    }

    /** Repeats a request with new connections while something is done, and says how often which certificate was shown. */
    async during(request: Request, work: () => Promise<unknown>): Promise<Shown> {
        const input = JSON.stringify({ ca: this.authority, request: this.complete(request) });
        const child = spawn("nsenter", [`--net=${this.namespace}`, process.execPath, script, input], { stdio: ["pipe", "pipe", "inherit"] });
        const output = text(child.stdout);
        try {
            await work();
        } finally {
            child.stdin.end();
        }
        return JSON.parse(await output);
    }

    /** What Traefik logged of requests whose path has a mark of these. */
    async logged(marks: readonly string[]): Promise<ReadonlyMap<string, LoggedRequest>> {
        const read = async (): Promise<Map<string, LoggedRequest>> => {
            const output = await this.cluster.mustKubectl("logs", "--namespace", "traefik", "deployment/traefik", "--tail=-1");
            const lines = output.split("\n").filter(line => line.includes("RequestPath")).map(line => JSON.parse(line) as LoggedRequest);
            const wanted = new Set(marks);
            return new Map(lines.flatMap((line): [string, LoggedRequest][] => {
                const mark = /proof=([\w-]+)/.exec(line.RequestPath)?.[1];
                return mark !== undefined && wanted.has(mark) ? [[mark, line]] : [];
            }));
        };
        return eventually(read, found => found.size === new Set(marks).size);
    }
}

/** Puts the images of pods into the cluster's registry. */
async function load(cluster: RealCluster, images: readonly string[]): Promise<void> {
    const folder = join(state, "edge");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "names"), `${images.join("\n")}\n`);
    await mustRun(join(repository, "toolchain/images/build.sh"), ["--for", join(folder, "names"), join(folder, "store")]);
    await cluster.command("load", join(folder, "store"));
}

/** Where cert-manager lies, which is built when that has not been done. */
async function certManager(): Promise<string> {
    const build = join(repository, "toolchain/cert-manager/build.sh");
    await mustRun(build, []);
    return (await mustRun(build, ["--print"])).stdout.trim();
}

/** What the chart of cert-manager installs with the values of {@link certManagerArgs}. */
async function renderedChart(): Promise<string> {
    const directory = await certManager();
    const version = (await readFile(join(directory, "version"), "utf8")).trim();
    const settings = certManagerSettings.parse({ version });
    // The chart does not know the options of Helm itself.
    const values = { ...certManagerArgs(settings), helmOptions: undefined };
    const { stdout } = await mustRun(join(directory, "cert-manager"), ["chart", join(directory, "chart"), version, settings.namespace],
        { input: JSON.stringify(values) });
    return stdout;
}

async function applyChart(cluster: RealCluster, namespace: string, chart: string): Promise<void> {
    const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
    await cluster.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels } });
    // Its definitions are on each cluster of the tests already.
    await mustRun("kubectl", ["apply", "--server-side", "--force-conflicts", "--namespace", namespace, "--filename", "-"],
        { environment: cluster.environment, input: chart });
}

/** Gives the cluster's namespace the clients' addresses, and each node the way back. */
async function openWays(cluster: RealCluster): Promise<void> {
    const inNamespace = async (name: string, ...command: string[]): Promise<void> => {
        await mustRun("nsenter", [`--net=/proc/${await cluster.pidOf(name)}/ns/net`, "ip", ...command]);
    };
    const numbers = [...Array(clientAddresses.last - clientAddresses.first + 1).keys()].map(index => clientAddresses.first + index);
    for (const number of [...numbers, clientAddresses.refused]) {
        await inNamespace("cluster-network", "address", "replace", `${clientAddress(number)}/32`, "dev", "lo");
    }
    for (const { metadata } of await cluster.list("nodes") as KubernetesObject[]) {
        await inNamespace(metadata.name, "route", "replace", "203.0.113.0/24", "via", "10.88.0.1");
    }
}
