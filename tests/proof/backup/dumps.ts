import type { WorkloadNode } from "../../../components/kit/graph";
import { rowOf } from "../../harness/imageTable";
import type { Live, LivePod } from "../../harness/live/live";
import { podsOf } from "../../harness/pods";

/** A database with the CronJobs that save it and bring it back, as the program's graph ties them together. */
export interface Dumped {
    readonly database: WorkloadNode;
    /** Name of the server's container. */
    readonly container: string;
    readonly backup: WorkloadNode;
    readonly restore: WorkloadNode;
    /** CronJob that restores the newest dump into a server of its own. */
    readonly restoreTest: WorkloadNode | undefined;
    /** Claim of the database's own volume. */
    readonly claim: string;
}

/** Claims that the pods of a workload mount. */
function claimsOf(live: Live, { kind, namespace, name }: WorkloadNode): string[] {
    return podsOf(live.program.recording).filter(pods => pods.kind === kind && pods.namespace === namespace && pods.name === name)
        .flatMap(({ template }) => template.spec.volumes ?? []).flatMap(({ persistentVolumeClaim }) =>
            (persistentVolumeClaim ? [persistentVolumeClaim.claimName] : []));
}

/** Every PostgreSQL server with a CronJob that dumps it and a suspended one that restores the dump. */
export function dumpedDatabases(live: Live): Dumped[] {
    const { recording, graph } = live.program;
    const cronJobs = graph.workloads.filter(({ kind }) => kind === "CronJob");
    const isSuspended = ({ namespace, name }: WorkloadNode): boolean => recording.ofKind("CronJob").some(({ inputs: { metadata, spec } }) =>
        metadata.name === name && metadata.namespace === namespace && spec.suspend === true);
    return podsOf(recording).flatMap(({ kind, namespace, name, template }): Dumped[] => {
        const container = template.spec.containers.find(({ image }) => rowOf(image)?.program === "PostgreSQL");
        const database = graph.workloads.find(workload =>
            workload.kind === kind && workload.namespace === namespace && workload.name === name);
        const [claim] = database ? claimsOf(live, database) : [];
        if (kind !== "StatefulSet" || !container || !database || claim === undefined) {
            return [];
        }
        const users = cronJobs.filter(job => graph.edges.some(({ from, to }) => from === job && to === database));
        const backup = users.find(job => !isSuspended(job));
        const restore = users.find(isSuspended);
        if (!backup || !restore) {
            return [];
        }
        const [dumps] = claimsOf(live, backup);
        const restoreTest = cronJobs.find(job => !users.includes(job) && job.namespace === namespace
            && claimsOf(live, job).some(other => other === dumps) && !graph.edges.some(({ from }) => from === job));
        return [{ database, container: container.name, backup, restore, restoreTest, claim }];
    });
}

/** The pod in which a database's server runs. */
export async function serverOf(live: Live, { database }: Dumped): Promise<LivePod | undefined> {
    return (await live.pods()).find(({ workload, object }) => workload === database
        && (object.status.conditions ?? []).some(({ type, status }: { type: string; status: string }) => type === "Ready" && status === "True"));
}
