import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, readlink, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubernetesObject } from "./cluster";
import type { CommandResult } from "./command";
import { mustRun, run } from "./command";

const root = join(__dirname, "../..");
// make test removes what it finds here when it is interrupted.
const folder = process.env["PLATFORMS_STATE"] ? join(process.env["PLATFORMS_STATE"], "clusters") : tmpdir();

/** Asks again until the answer is there; one that never comes ends the test with what was answered last. */
export async function eventually<Answer>(ask: () => Promise<Answer>, isRight: (answer: Answer) => boolean): Promise<Answer> {
    let answer = await ask();
    for (let attempt = 0; attempt < 240 && !isRight(answer); attempt += 1) {
        await new Promise(resolve => setTimeout(resolve, 500));
        answer = await ask();
    }
    return answer;
}

/** Everything the kernel keeps of one cluster, in words that name it; empty when nothing is left. */
export interface Traces {
    readonly processes: readonly string[];
    readonly controlGroups: readonly string[];
    readonly mounts: readonly string[];
    readonly devices: readonly string[];
    /** Namespaces of the cluster's processes, by kind and number. */
    readonly namespaces: ReadonlySet<string>;
}

/** A cluster with real nodes of a test's own. */
export class RealCluster {
    private constructor(readonly directory: string, private readonly programs: string) {}

    /** A cluster that somebody else has started, and ends. */
    static attach(directory: string): RealCluster {
        return new RealCluster(directory, "");
    }

    /** Builds what real nodes run, where that has not been done, and starts a cluster with some of them. */
    static async start(count: number): Promise<RealCluster> {
        await mustRun(join(root, "toolchain/steps/system-packages.sh"), [join(root, "toolchain/real-nodes/system-packages.txt")]);
        const build = join(root, "toolchain/real-nodes/build.sh");
        await mustRun(build, []);
        const programs = (await mustRun(build, ["--print"])).stdout.trim();
        await mkdir(folder, { recursive: true });
        const cluster = new RealCluster(await realpath(await mkdtemp(join(folder, "platforms-nodes-"))), programs);
        await cluster.command(...cluster.startCommand(count));
        return cluster;
    }

    private startCommand(count: number): string[] {
        return ["start", "--volatile", "--real-nodes", String(count), "--programs", this.programs];
    }

    /** Starts the cluster once more, and kills the command as soon as it reports a line. */
    async killedStart(count: number, line: RegExp): Promise<void> {
        const command = spawn("cluster", [...this.startCommand(count), "--dir", this.directory]);
        await new Promise<void>(resolve => {
            command.stdout.setEncoding("utf8").on("data", (text: string) => {
                if (line.test(text)) {
                    command.kill("SIGKILL");
                }
            });
            command.on("close", () => resolve());
        });
    }

    /** Starts what is missing of the cluster. */
    async startAgain(count: number): Promise<void> {
        await this.command(...this.startCommand(count));
    }

    /** Kills every process of the cluster, the containers' included. */
    async killEverything(): Promise<void> {
        for (const pid of await this.pids()) {
            process.kill(pid, "SIGKILL");
        }
    }

    private async pids(): Promise<number[]> {
        const records = (await readdir(this.directory)).filter(name => name.endsWith(".pid"));
        return Promise.all(records.map(name => this.pidOf(name.slice(0, -".pid".length))));
    }

    /** Number of one of the cluster's own processes: `cluster-network`, or a node's name. */
    async pidOf(name: string): Promise<number> {
        return JSON.parse(await readFile(join(this.directory, `${name}.pid`), "utf8")).pid;
    }

    /** Objects of some kinds in all namespaces, or in one. */
    async list(kinds: string, namespace?: string): Promise<KubernetesObject[]> {
        const where = namespace === undefined ? ["--all-namespaces"] : ["--namespace", namespace];
        return JSON.parse(await this.mustKubectl("get", kinds, ...where, "--output=json")).items;
    }

    /** Ends everything and removes the data. */
    async stop(): Promise<void> {
        await this.command("stop", "--delete");
        await rm(this.directory, { recursive: true, force: true });
    }

    /** Runs the cluster's own command line, which must succeed. */
    async command(...args: string[]): Promise<string> {
        return (await mustRun("cluster", [...args, "--dir", this.directory])).stdout;
    }

    /** Environment that leads kubectl to this cluster. */
    get environment(): NodeJS.ProcessEnv {
        return { ...process.env, KUBECONFIG: join(this.directory, "kubeconfig"), PLATFORMS_CLUSTER: "embedded" };
    }

    /** Runs kubectl, whatever its exit code. */
    kubectl(...args: string[]): Promise<CommandResult> {
        return run("kubectl", args, { environment: this.environment });
    }

    /** Runs kubectl, which must succeed. */
    async mustKubectl(...args: string[]): Promise<string> {
        return (await mustRun("kubectl", args, { environment: this.environment })).stdout;
    }

    /** Applies objects. */
    async apply(...items: readonly object[]): Promise<void> {
        const list = JSON.stringify({ apiVersion: "v1", kind: "List", items });
        await mustRun("kubectl", ["apply", "-f", "-"], { environment: this.environment, input: list });
    }

    /** The same on the API server, which takes objects too large for the annotation that {@link apply} leaves. */
    async applyOnServer(...items: readonly object[]): Promise<void> {
        const list = JSON.stringify({ apiVersion: "v1", kind: "List", items });
        await mustRun("kubectl", ["apply", "--server-side", "--force-conflicts", "-f", "-"], { environment: this.environment, input: list });
    }

    /** Makes an image of one static Go program on the spot and offers it to the nodes. */
    async loadProgram(name: string, sources: string): Promise<void> {
        const program = join(this.directory, "program");
        const environment = { ...process.env, CGO_ENABLED: "0", GOFLAGS: "" };
        await mustRun("go", ["build", "-trimpath", "-o", program, "main.go"], { directory: sources, environment });
        const archive = join(this.directory, "program.tar");
        await mustRun(join(this.programs, "cluster-image"), [name, archive, program]);
        await this.command("load", archive);
    }

    /** What the kernel has of this cluster now. */
    async traces(): Promise<Traces> {
        const group = `embedded-cluster-${createHash("sha256").update(this.directory).digest("hex").slice(0, 8)}`;
        const processes: string[] = [];
        const namespaces = new Set<string>();
        for (const pid of (await readdir("/proc")).filter(entry => /^\d+$/.test(entry))) {
            const [line, groups] = await Promise.all([text(`/proc/${pid}/cmdline`), text(`/proc/${pid}/cgroup`)]);
            // The test's own commands name the directory too, behind --dir and as a word of its own.
            const isOurs = line.includes(`=${this.directory}`) || groups.includes(group);
            if (!isOurs) {
                continue;
            }
            processes.push(line.replaceAll("\0", " "));
            for (const kind of ["net", "mnt", "pid"]) {
                namespaces.add(await readlink(`/proc/${pid}/ns/${kind}`).catch(() => ""));
            }
        }
        for (const kind of ["net", "mnt", "pid"]) {
            namespaces.delete(await readlink(`/proc/self/ns/${kind}`));
        }
        namespaces.delete("");
        const hierarchies = (await readdir("/sys/fs/cgroup")).map(name => join("/sys/fs/cgroup", name));
        const groups = await Promise.all([...hierarchies, "/sys/fs/cgroup"].map(async hierarchy =>
            (await readdir(hierarchy).catch(() => [])).filter(name => name === group).map(name => join(hierarchy, name))));
        const mounts = (await text("/proc/self/mountinfo")).split("\n").filter(line => line.includes(this.directory) || line.includes(" nsfs "));
        const devices = (await readdir("/sys/block")).filter(name => name.startsWith("loop"))
            .map(async name => await text(`/sys/block/${name}/loop/backing_file`));
        return {
            processes, namespaces, mounts, controlGroups: groups.flat(),
            devices: (await Promise.all(devices)).filter(path => path.includes(this.directory) || path.includes("/var/lib/volumes/pvc-")),
        };
    }

    /** Those of some namespaces that a process is still in. */
    async namespacesInUse(known: ReadonlySet<string>): Promise<string[]> {
        const pids = (await readdir("/proc")).filter(entry => /^\d+$/.test(entry));
        const used = await Promise.all(pids.flatMap(pid =>
            ["net", "mnt", "pid"].map(kind => readlink(`/proc/${pid}/ns/${kind}`).catch(() => ""))));
        return [...new Set(used)].filter(name => known.has(name));
    }
}

function text(path: string): Promise<string> {
    return readFile(path, "utf8").catch(() => "");
}
