import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CommandResult } from "./command";
import { mustRun, run } from "./command";

/** A Kubernetes object as kubectl prints it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- objects of any kind
export type KubernetesObject = any;

// make test removes what it finds here when it is interrupted.
const folder = process.env["PLATFORMS_STATE"] ? join(process.env["PLATFORMS_STATE"], "clusters") : tmpdir();

/** An embedded cluster of its own, with data, ports and credentials that nothing else uses. */
export class TestCluster {
    private constructor(private readonly directory: string) {}

    /**
     * Starts a cluster; it takes some five seconds.
     * @throws Error when the toolchain is not on PATH
     */
    static async start(): Promise<TestCluster> {
        await mkdir(folder, { recursive: true });
        const cluster = new TestCluster(await mkdtemp(join(folder, "platforms-cluster-")));
        try {
            await mustRun("cluster", ["start", "--volatile", "--dir", cluster.directory]);
        } catch (error) {
            throw (error as NodeJS.ErrnoException).code === "ENOENT"
                ? new Error('the toolchain is not on PATH; run: eval "$(make -s env)"')
                : error;
        }
        return cluster;
    }

    /** Ends its processes and removes its data. */
    async stop(): Promise<void> {
        await mustRun("cluster", ["stop", "--delete", "--dir", this.directory]);
        await rm(this.directory, { recursive: true, force: true });
    }

    /** Environment that leads kubectl and the provider to this cluster. */
    get environment(): NodeJS.ProcessEnv {
        return { ...process.env, KUBECONFIG: join(this.directory, "kubeconfig"), PLATFORMS_CLUSTER: "embedded" };
    }

    /** Runs kubectl, whatever its exit code. */
    kubectl(...args: string[]): Promise<CommandResult> {
        return run("kubectl", args, { environment: this.environment });
    }

    /** Applies a manifest and tells how the API server answered. */
    apply(manifest: unknown, ...args: string[]): Promise<CommandResult> {
        return run("kubectl", ["apply", "-f", "-", ...args], { environment: this.environment, input: JSON.stringify(manifest) });
    }

    /** One object, or undefined when there is none. */
    async get(kind: string, name: string, namespace: string): Promise<KubernetesObject | undefined> {
        const { stdout } = await this.kubectl("get", kind, name, "--namespace", namespace, "--output", "json", "--ignore-not-found");
        return stdout.trim() === "" ? undefined : JSON.parse(stdout);
    }

    /** All objects of some kinds, such as `deployments,statefulsets`. */
    async list(kinds: string, namespace: string): Promise<KubernetesObject[]> {
        const { stdout } = await mustRun("kubectl", ["get", kinds, "--namespace", namespace, "--output", "json"],
            { environment: this.environment });
        return JSON.parse(stdout).items;
    }

    /** Kinds that can be listed, namespaced or not. */
    async kinds(namespaced: boolean): Promise<string[]> {
        const { stdout } = await mustRun("kubectl", ["api-resources", "--verbs=list", `--namespaced=${namespaced}`, "--output", "name"],
            { environment: this.environment });
        return stdout.trim().split("\n");
    }
}
