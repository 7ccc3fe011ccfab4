import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { WorkloadNode } from "../../../components/kit/graph";
import type { KubernetesObject } from "../cluster";
import { mustRun } from "../command";
import { podsOf } from "../pods";
import type { RecordedProgram, StackValues } from "../program";
import { aloneValues, recordProgram } from "../program";
import { RealCluster } from "../realCluster";
import { assertSucceeded, TestStack } from "../stack";
import { processesByContainer } from "./processes";
import type { Form, Scale } from "./scale";
import { scaleOf } from "./scale";

const repository = resolve(__dirname, "../../..");
const state = process.env["PLATFORMS_STATE"] ?? tmpdir();

/** Says what is under way. */
export type Tell = (text: string) => void;

/** Label of the pods that a point makes. */
export const heldLabel = "proof-of";

/** A pod as the API server and the kernel of this machine know it. */
export interface LivePod {
    readonly name: string;
    readonly namespace: string;
    readonly address: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly inNodeNetwork: boolean;
    readonly isRunning: boolean;
    /** Whether a point has made it, to look at what has ended or not begun. */
    readonly isHeld: boolean;
    /** Its workload in the program; none for what the cluster itself runs. */
    readonly workload: WorkloadNode | undefined;
    /** Processes of each container that runs, by its name, the first one of each container first. */
    readonly processes: Readonly<Record<string, readonly number[]>>;
    readonly object: KubernetesObject;
}

/** What a platform is deployed with beside its scale. */
export interface DeployOptions {
    /** Settings of the platform. */
    readonly settings?: Readonly<Record<string, unknown>>;
    /** Names of images that something else than the program's own pods needs. */
    readonly images?: readonly string[];
    /** Brings into the empty cluster what the platform expects there. */
    prepare?(cluster: RealCluster): Promise<void>;
}

/** One platform on a cluster of its own with real nodes, beside what the program declares of it. */
export class Live {
    private constructor(
        readonly platform: string, readonly form: Form, readonly scale: Scale, readonly program: RecordedProgram,
        readonly cluster: RealCluster, private readonly stack: TestStack | undefined,
    ) {}

    /**
     * Starts three nodes and deploys a platform on them.
     * @param form environment whose form the platform has. @default dev
     * @throws Error when the update fails; nothing is left then
     */
    static async deploy(platform: string, tell: Tell, form: Form = "dev", options: DeployOptions = {}): Promise<Live> {
        const { scale, values, program } = await declared(platform, form, options.settings);
        tell("starting three nodes");
        const cluster = await RealCluster.start(3);
        let stack: TestStack | undefined;
        try {
            tell("images");
            await loadImages(cluster, program, options.images);
            await options.prepare?.(cluster);
            stack = await TestStack.create(cluster, form, { policies: false, values });
            tell("pulumi up");
            assertSucceeded(await stack.up());
        } catch (error) {
            const pods = await cluster.kubectl("get", "pods", "--all-namespaces", "--output=wide");
            await cluster.stop();
            await stack?.remove();
            throw new Error(`${platform} does not come up: ${(error as Error).message}\n${pods.output}`, { cause: error });
        }
        return new Live(platform, form, scale, program, cluster, stack);
    }

    /** A platform that somebody else has deployed as it is proven here, and takes away. */
    static async attach(platform: string, cluster: RealCluster, form: Form = "dev"): Promise<Live> {
        const { scale, program } = await declared(platform, form);
        return new Live(platform, form, scale, program, cluster, undefined);
    }

    private values(settings: StackValues, more: StackValues): StackValues {
        const scale = { ...this.scale, settings: { ...this.scale.settings, ...settings } };
        return { ...valuesOf(this.platform, this.form, scale), ...more };
    }

    /** What the program declares with a changed configuration, as {@link update} brings it in. */
    declaredWith(settings: StackValues, more: StackValues = {}): Promise<RecordedProgram> {
        return recordProgram(this.form, this.values(settings, more));
    }

    /** Brings a changed configuration in, as settings of the platform and beside it. @throws Error when the update fails */
    async update(settings: StackValues, more: StackValues = {}): Promise<void> {
        await this.stack?.configure(this.values(settings, more));
        const result = await this.stack?.up();
        if (result) {
            assertSucceeded(result);
        }
    }

    /** Reads back what the cluster has and declares again what is missing. @throws Error when the update fails, or somebody else's it is */
    async repair(): Promise<void> {
        if (!this.stack) {
            throw new Error(`${this.platform} was deployed by somebody else, who alone can update it`);
        }
        assertSucceeded(await this.stack.up("--refresh"));
    }

    /** All pods that are not about to go, those of the cluster too. */
    async pods(): Promise<LivePod[]> {
        const [objects, processes] = await Promise.all([this.cluster.list("pods"), processesByContainer()]);
        return objects.filter(({ metadata }) => metadata.deletionTimestamp === undefined).map(object => {
            const { metadata: { name, namespace, labels = {} }, spec, status } = object;
            const containers = [...status.containerStatuses ?? [], ...status.initContainerStatuses ?? []] as KubernetesObject[];
            return {
                name, namespace, labels, object, address: status.podIP ?? "",
                isHeld: heldLabel in labels, inNodeNetwork: spec.hostNetwork === true, isRunning: status.phase === "Running",
                workload: this.workloadOf(namespace, labels),
                processes: Object.fromEntries(containers.flatMap((container): [string, readonly number[]][] => {
                    const found = processes.get(String(container.containerID).replace("containerd://", ""));
                    return found ? [[container.name, found]] : [];
                })),
            };
        });
    }

    private workloadOf(namespace: string, labels: Readonly<Record<string, string>>): WorkloadNode | undefined {
        return this.program.graph.workloads.find(workload => workload.namespace === namespace
            && Object.entries(workload.selector).every(([key, value]) => labels[key] === value));
    }

    /** Ends the cluster with all that is in it. */
    async stop(): Promise<void> {
        await this.cluster.stop();
        await this.stack?.remove();
    }
}

/** What the program declares of a platform in the scale in which it is deployed here. */
async function declared(
    platform: string, form: Form, settings: DeployOptions["settings"] = {},
): Promise<{ scale: Scale; values: Readonly<Record<string, unknown>>; program: RecordedProgram }> {
    const fitting = scaleOf(platform, form);
    const scale = { ...fitting, settings: { ...fitting.settings, ...settings } };
    const values = valuesOf(platform, form, scale);
    return { scale, values, program: await recordProgram(form, values) };
}

function valuesOf(platform: string, form: Form, { settings, shared }: Scale): Readonly<Record<string, unknown>> {
    return aloneValues(form, platform, settings, { shared });
}

async function loadImages(cluster: RealCluster, { recording }: RecordedProgram, others: readonly string[] = []): Promise<void> {
    const folder = join(state, "images");
    await mkdir(folder, { recursive: true });
    const names = podsOf(recording).flatMap(({ template: { spec } }) =>
        [...spec.initContainers ?? [], ...spec.containers].map(({ image }) => image));
    // What an operator makes pods of names its image itself.
    const operated = recording.objects.flatMap(({ inputs: { kind, spec } }) =>
        kind === "RabbitmqCluster" ? [spec.image] : kind === "Cluster" ? [spec.imageName] : []);
    await writeFile(join(folder, "names"), `${[...new Set([...names, ...operated, ...others])].join("\n")}\n`);
    await mustRun(join(repository, "toolchain/images/build.sh"), ["--for", join(folder, "names"), join(folder, "store")]);
    await cluster.command("load", join(folder, "store"));
}
