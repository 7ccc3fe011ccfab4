import { nodeId } from "../../../components/kit/graph";
import type { WorkloadNode } from "../../../components/kit/graph";
import type { KubernetesObject } from "../../harness/cluster";
import type { Live, LivePod, Tell } from "../../harness/live/live";
import { eventually } from "../../harness/realCluster";
import type { Point } from "../outcome";
import { outcomeOf } from "../outcome";
import { notReady } from "../ready";
import type { Contents } from "./contents";
import { clear, contentsOf, differences, fill, rowsIn } from "./contents";
import type { Dumped } from "./dumps";
import { dumpedDatabases, serverOf } from "./dumps";

const seconds = (since: number): string => `${((Date.now() - since) / 1000).toFixed(1)} s`;

/** Runs a CronJob now, as people do. @throws Error with its last words when it fails */
export async function runNow(live: Live, { namespace, name }: WorkloadNode): Promise<void> {
    const job = `proof-${name}`;
    const { cluster } = live;
    await cluster.mustKubectl("create", "job", job, `--from=cronjob/${name}`, "--namespace", namespace);
    try {
        const end = ({ status }: KubernetesObject): string | undefined =>
            (status?.conditions ?? []).find(({ type, status: value }: KubernetesObject) => ["Complete", "Failed"].includes(type) && value === "True")?.type;
        const ask = async (): Promise<KubernetesObject> => JSON.parse(await cluster.mustKubectl("get", "job", job, "--namespace", namespace, "--output=json"));
        const last = await eventually(ask, object => end(object) !== undefined);
        if (end(last) !== "Complete") {
            const { output } = await cluster.kubectl("logs", "--namespace", namespace, `job/${job}`, "--all-containers", "--tail=20");
            throw new Error(`${namespace}/${name} ${end(last) === "Failed" ? "failed" : "does not end"}: ${output.trim()}`);
        }
    } finally {
        await cluster.kubectl("delete", "job", job, "--namespace", namespace, "--wait=true");
    }
}

/** Deployments that write to a database, with as many pods as they have now. */
async function writersOf(live: Live, databases: readonly Dumped[]): Promise<readonly (WorkloadNode & { readonly replicas: number })[]> {
    const running = await live.cluster.list("deployments");
    const { workloads, edges } = live.program.graph;
    // Whoever asks for metrics only uses another port than the dump.
    const ways = edges.filter(({ from }) => databases.some(({ backup: job }) => from === job));
    return workloads.filter(workload => workload.kind === "Deployment" && edges.some(({ from, to, ports }) => from === workload
        && ways.some(way => way.to === to && way.ports.some(({ number }) => ports.some(port => port.number === number)))))
        .map(workload => ({
            ...workload, replicas: running.find(({ metadata: { namespace, name } }) =>
                name === workload.name && namespace === workload.namespace)?.spec.replicas || 1,
        }));
}

async function scale(live: Live, workloads: readonly WorkloadNode[], replicasOf: (index: number) => number): Promise<void> {
    for (const [index, { namespace, name }] of workloads.entries()) {
        await live.cluster.mustKubectl("scale", `deployment/${name}`, `--replicas=${replicasOf(index)}`, "--namespace", namespace);
    }
    await eventually(() => live.pods(), pods => workloads.every(({ name, namespace }, index) => replicasOf(index) > 0
        || !pods.some(({ workload }) => workload?.name === name && workload.namespace === namespace)));
}

async function server(live: Live, dumped: Dumped): Promise<LivePod> {
    const pod = await eventually(() => serverOf(live, dumped), found => found !== undefined);
    if (!pod) {
        throw new Error(`${nodeId(dumped.database)} has no Ready pod`);
    }
    return pod;
}

/** Dumps the databases, takes their volumes away, and brings everything back as docs/upgrades.md says. */
async function dumpAndRestore(
    live: Live, databases: readonly Dumped[], stopWriters: () => Promise<void>, tell: Tell,
): Promise<{ faults: string[]; measured: string[] }> {
    const faults: string[] = [], measured: string[] = [];
    const before = new Map<Dumped, Contents>();
    await stopWriters();
    for (const dumped of databases) {
        const { backup } = dumped;
        await fill(live, dumped, await server(live, dumped));
        before.set(dumped, await contentsOf(live, dumped, await server(live, dumped)));
        tell(`${nodeId(backup)} runs`);
        const began = Date.now();
        await runNow(live, backup);
        measured.push(`${backup.name} ${seconds(began)}`);
    }
    const lost = Date.now();
    for (const { database: { namespace, name }, claim } of databases) {
        tell(`${namespace}/${name} loses its volume`);
        await live.cluster.mustKubectl("delete", "--namespace", namespace, `statefulset/${name}`, `pvc/${claim}`, "--wait=true");
    }
    tell("an update declares the servers again");
    await live.repair();
    // The update has also brought back those whose number of pods is declared, and not an autoscaler's.
    await stopWriters();
    for (const dumped of databases) {
        const { database, restore } = dumped;
        const empty = await contentsOf(live, dumped, await server(live, dumped));
        if (Object.keys(empty).some(name => name.includes("proof_ledger"))) {
            faults.push(`${nodeId(database)} still has what its volume had`);
        }
        tell(`${nodeId(restore)} runs`);
        const began = Date.now();
        await runNow(live, restore);
        const contents = await contentsOf(live, dumped, await server(live, dumped));
        faults.push(...differences(before.get(dumped) ?? {}, contents).map(text => `${nodeId(database)} ${text}`));
        measured.push(`${restore.name} ${seconds(began)}, ${Object.keys(contents).length} tables, sequences and indexes with ${
            rowsIn(contents)} rows the same, ${seconds(lost)} after the loss`);
        await clear(live, dumped, await server(live, dumped));
    }
    return { faults, measured };
}

/** What is dumped comes back after a volume is lost. */
export const backup: Point = {
    number: 6, name: "backup",
    promise: "the CronJob's own run, an empty volume and the restore Job leave every table, row and sequence as they were; the restore test succeeds",
    async prove(live, tell) {
        const databases = dumpedDatabases(live);
        if (databases.length === 0) {
            return { state: "absent", summary: `has no dumps of PostgreSQL in ${live.form}` };
        }
        const writers = await writersOf(live, databases);
        const stopWriters = (): Promise<void> => scale(live, writers, () => 0);
        tell(`nothing writes meanwhile: ${writers.map(nodeId).join(", ")}`);
        const { faults, measured } = await dumpAndRestore(live, databases, stopWriters, tell)
            .finally(() => scale(live, writers, index => writers[index]?.replicas ?? 1));
        for (const { restoreTest } of databases) {
            if (restoreTest) {
                tell(`${nodeId(restoreTest)} runs`);
                const began = Date.now();
                await runNow(live, restoreTest).then(
                    () => void measured.push(`${restoreTest.name} ${seconds(began)}`),
                    (error: Error) => void faults.push(error.message));
            }
        }
        tell("the application comes back");
        const pods = await eventually(() => live.pods(), found => notReady(live, found).length === 0);
        return outcomeOf([...faults, ...notReady(live, pods)], measured.join("; "));
    },
};
