import type { WorkloadNode } from "../../components/kit/graph";
import { nodeId } from "../../components/kit/graph";
import { parseQuantity } from "../../components/kit/quantity";
import type { KubernetesObject } from "../harness/cluster";
import { eventually } from "../harness/realCluster";
import { isContract } from "../harness/live/heldPods";
import type { Live, LivePod } from "../harness/live/live";
import type { Point } from "./outcome";
import { outcomeOf } from "./outcome";

/** How much of its memory a container may use when nobody asks anything of it. */
const atRest = 0.8;

/** One dependency as contract-app reports it. */
interface Tried {
    readonly dependency: string;
    /** `HOST:PORT`. */
    readonly address: string;
    readonly ok: boolean;
    readonly error?: string;
}

const own = (pods: readonly LivePod[]): LivePod[] => pods.filter(({ workload, isHeld }) => workload !== undefined && !isHeld);

const statusesOf = ({ object: { status } }: LivePod): KubernetesObject[] =>
    [...status.initContainerStatuses ?? [], ...status.containerStatuses ?? []];

/** Workloads without the pods that they should have, and pods that are not Ready. */
export function notReady(live: Live, pods: readonly LivePod[]): string[] {
    const without = live.program.graph.workloads.filter(({ kind }) => kind !== "CronJob" && kind !== "Job")
        .filter(workload => !own(pods).some(pod => pod.workload === workload)).map(workload => `${nodeId(workload)} has no pod`);
    // A Job tries again; what made its pod fail is told by itself.
    const hasEnded = ({ object: { status }, workload }: LivePod): boolean =>
        status.phase === "Succeeded" || (status.phase === "Failed" && workload?.kind === "Job");
    const unready = own(pods).filter(pod => !hasEnded(pod)).filter(({ object: { status } }) =>
        !(status.conditions ?? []).some(({ type, status: value }: KubernetesObject) => type === "Ready" && value === "True"))
        .map(({ namespace, name, object: { status } }) => `${namespace}/${name} is ${status.phase} and not Ready`);
    return [...without, ...unready];
}

/** Containers that have ended without being meant to, and why. */
export function ended(pods: readonly LivePod[]): string[] {
    return own(pods).flatMap(pod => statusesOf(pod).flatMap(({ name, restartCount, state, lastState }) => {
        const last = lastState?.terminated ?? state?.terminated;
        const isFault = restartCount > 0 || (state?.terminated && state.terminated.exitCode !== 0);
        return isFault ? [`${pod.namespace}/${pod.name} ${name} was started ${restartCount + 1} times: ${last?.reason ?? "?"}, exit code ${last?.exitCode}`] : [];
    }));
}

/** Containers that use more of their memory at rest than they should, and the greatest share. */
async function memory(live: Live, pods: readonly LivePod[]): Promise<{ faults: string[]; greatest: string }> {
    const read = async (): Promise<KubernetesObject[]> => {
        const { stdout, code } = await live.cluster.kubectl("get", "--raw", "/apis/metrics.k8s.io/v1beta1/pods");
        return code === 0 ? JSON.parse(stdout).items : [];
    };
    const running = own(pods).filter(({ isRunning }) => isRunning);
    const isMeasured = (items: KubernetesObject[]): boolean =>
        running.every(({ name }) => items.some(({ metadata }) => metadata.name === name));
    const measured = await eventually(read, isMeasured);
    const shares = running.flatMap(({ namespace, name, object }) => (object.spec.containers as KubernetesObject[]).flatMap(container => {
        const usage = measured.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace)?.containers
            .find((candidate: KubernetesObject) => candidate.name === container.name)?.usage.memory;
        const limit = container.resources?.limits?.memory;
        return usage === undefined || limit === undefined ? []
            : [{ share: parseQuantity(usage) / parseQuantity(limit), what: `${namespace}/${name} ${container.name}`, limit }];
    })).sort((a, b) => b.share - a.share);
    const show = ({ share, what, limit }: (typeof shares)[number]): string => `${what} uses ${Math.round(share * 100)} % of its ${limit}`;
    return {
        faults: shares.filter(({ share }) => share > atRest).map(found => `${show(found)} at rest`),
        greatest: shares[0] ? show(shares[0]) : "nothing measured",
    };
}

/** What contract-app says in each application, and the edges to workloads of which it says nothing. */
async function contracts(live: Live, pods: readonly LivePod[]): Promise<{ faults: string[]; tried: number }> {
    const faults: string[] = [];
    let tried = 0;
    // Operators make some of them.
    const services = await live.cluster.list("services");
    const leadsTo = ({ metadata: { namespace }, spec: { selector } }: KubernetesObject, to: WorkloadNode): boolean => selector !== undefined
        && pods.some(pod => pod.namespace === namespace && pod.workload !== undefined && nodeId(pod.workload) === nodeId(to)
            && Object.entries(selector).every(([key, value]) => pod.labels[key] === value));
    for (const pod of own(pods).filter(({ isRunning }) => isRunning)) {
        for (const { name, image } of pod.object.spec.containers as KubernetesObject[]) {
            if (!isContract(image)) {
                continue;
            }
            const { stdout, output } = await live.cluster.kubectl("exec", "--namespace", pod.namespace, pod.name, "--container", name,
                "--", "/usr/local/bin/contract-app", "check");
            if (!stdout.startsWith("{")) {
                faults.push(`${pod.name} does not report: ${output.trim().slice(0, 200)}`);
                continue;
            }
            const { dependencies } = JSON.parse(stdout) as { dependencies: readonly Tried[] | null };
            const opened = dependencies ?? [];
            tried += opened.length;
            faults.push(...opened.filter(({ ok }) => !ok).map(({ dependency, address, error }) => `${pod.name} -> ${dependency} at ${address}: ${error}`));
            const hosts = opened.flatMap(({ address }) => address.split(",")).map(address => address.split(/[.:]/)[0]);
            for (const { to } of live.program.graph.edges.filter(({ from }) => pod.workload && nodeId(from) === nodeId(pod.workload))) {
                const names = to.type === "external" ? [] : services.filter(service => leadsTo(service, to)).map(({ metadata }) => metadata.name);
                if (to.type === "workload" && !names.some(host => hosts.includes(host))) {
                    faults.push(`${pod.name} has an edge to ${nodeId(to)}, and no variable leads there`);
                }
            }
        }
    }
    return { faults, tried };
}

/** Everything runs, and stays so for some seconds. */
export const readyFor = (seconds: number): Point => ({
    number: 1, name: "ready",
    promise: "every pod is Ready for real, no container ends during an observation or uses more than 80 % of its memory at rest, and each "
        + "application opens every dependency with the variables it was given",
    async prove(live, tell) {
        tell("every pod Ready");
        const pods = await eventually(() => live.pods(), found => notReady(live, found).length === 0);
        const began = Date.now();
        const faults = notReady(live, pods);
        tell("dependencies");
        const { faults: unopened, tried } = await contracts(live, pods);
        tell("memory");
        const used = await memory(live, pods);
        const left = seconds - (Date.now() - began) / 1000;
        tell(`observing for ${Math.max(0, Math.round(left))} s`);
        await new Promise(resolve => setTimeout(resolve, Math.max(0, left) * 1000));
        const after = await live.pods();
        const watched = Math.round((Date.now() - began) / 1000);
        // An autoscaler adds pods meanwhile, which need their time to start, and takes others away.
        const lost = notReady(live, after.filter(({ name }) => pods.some(pod => pod.name === name)));
        const late = await eventually(async () => notReady(live, await live.pods()), found => found.length === 0);
        return outcomeOf([...new Set([...faults, ...unopened, ...used.faults, ...ended(after), ...lost, ...late])],
            `${own(after).filter(({ isRunning }) => isRunning).length} pods Ready and none restarted in ${watched} s, ${
                tried} dependencies opened, at rest ${used.greatest}`);
    },
});
