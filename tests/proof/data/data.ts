import { nodeId } from "../../../components/kit/graph";
import type { KubernetesObject } from "../../harness/cluster";
import type { Live, LivePod, Tell } from "../../harness/live/live";
import { Seat } from "../../harness/live/seat";
import { Writer } from "../../harness/live/writer";
import { eventually } from "../../harness/realCluster";
import type { Point } from "../outcome";
import { outcomeOf } from "../outcome";
import { notReady } from "../ready";
import type { Disaster } from "./disasters";
import { disasters } from "./disasters";
import type { Store } from "./stores";
import { storesOf } from "./stores";

/** Writes that must be acknowledged in a row before a store counts as answering. */
const enough = 20;

/** Copies are made after the answer: what the last of these milliseconds brought may be gone with the server that had it alone. */
const handedOnWithin = 1000;

const hasCondition = ({ status: { conditions = [] } }: KubernetesObject, name: string): boolean =>
    conditions.some(({ type, status }: KubernetesObject) => type === name && status === "True");

const isReady = ({ object }: LivePod): boolean => hasCondition(object, "Ready");

const ofStore = async (live: Live, { workload }: Store): Promise<LivePod[]> =>
    (await live.pods()).filter(pod => !pod.isHeld && pod.workload && nodeId(pod.workload) === nodeId(workload));

/** Whether a store has all its pods, and the server that was hit runs anew. */
async function isWhole(live: Live, store: Store, victim: LivePod): Promise<boolean> {
    const idOf = ({ object }: LivePod): string => (object.status.containerStatuses ?? [])
        .find(({ name }: KubernetesObject) => name === store.container["name"])?.containerID ?? "";
    const pods = await ofStore(live, store);
    return pods.length === store.pods.length && pods.every(pod => isReady(pod) && idOf(pod) !== idOf(victim));
}

async function answers(writer: Writer, since: number): Promise<boolean> {
    return await eventually(async () => writer.acknowledgedSince(since), count => count >= enough) >= enough;
}

/** Lets one thing happen to a store while it is written to. @returns seconds without service, or what is wrong */
async function suffer(
    live: Live, store: Store, { name, strike, mend }: Disaster, tell: Tell,
): Promise<{ faults: string[]; measured: string }> {
    const where = `${nodeId(store.workload)}, ${name}`;
    const pods = await ofStore(live, store);
    const leading = await Promise.all(pods.map(pod => (pods.length > 1 ? store.kind.leads?.(live, store, pod) : false)));
    let victim = pods[Math.max(0, leading.indexOf(true))];
    if (!victim) {
        return { faults: [`${nodeId(store.workload)} has no pod`], measured: "" };
    }
    const nodes = (await live.cluster.list("nodes")).filter(object => hasCondition(object, "Ready"))
        .map(({ metadata }) => metadata.name as string);
    const hit = victim.object.spec.nodeName;
    const other = nodes.find(node => node !== hit) as string;
    const user = victim.object.spec.securityContext?.runAsUser ?? store.container["securityContext"]?.runAsUser ?? 65534;
    const seat = await Seat.take(live, store.workload.namespace, other, store.container["image"], user);
    const writer = await Writer.start(seat, { host: store.host, port: store.kind.port, ...await store.kind.target(store) });
    const faults: string[] = [];
    try {
        tell(`${where}: writing`);
        if (!await answers(writer, 0)) {
            return { faults: [`${where}: nothing is acknowledged before: ${writer.refusal}`], measured: "" };
        }
        const leader = pods.find(({ name: pod }) => writer.leader === pod);
        victim = leader && leader.object.spec.nodeName !== other ? leader : victim;
        const began = Date.now();
        tell(`${where}: ${victim.name}`);
        await strike(live, store, victim);
        const struck = Date.now();
        if (mend && store.pods.length > 1 && !await answers(writer, struck)) {
            faults.push(`${where}: the others do not take over: ${writer.refusal}`);
        }
        await mend?.(live, victim);
        if (!await eventually(() => isWhole(live, store, victim), whole => whole)) {
            faults.push(`${where}: ${nodeId(store.workload)} does not become whole again`);
        }
        if (!await answers(writer, Date.now())) {
            faults.push(`${where}: nothing is acknowledged afterwards: ${writer.refusal}`);
        }
        const gap = writer.longestGapSince(began);
        tell(`${where}: reading back`);
        const { acknowledged, held } = await writer.finish();
        const lost = [...acknowledged].filter(([n]) => !held.has(n)).map(([, at]) => at);
        const span = Math.max(...lost) - Math.min(...lost);
        if (lost.length > 0 && (store.keeps === "everything" || (store.keeps === "copies" && span > handedOnWithin))) {
            faults.push(`${where}: ${lost.length} of ${acknowledged.size} acknowledged writes are lost, of ${(span / 1000).toFixed(1)} s`);
        }
        const loss = lost.length > 0 || store.keeps === "nothing" ? ` and ${lost.length} of ${acknowledged.size} lost` : "";
        return { faults, measured: `${name} ${gap.toFixed(1)} s${loss}` };
    } finally {
        writer.kill();
        await seat.leave();
    }
}

/** Stores that differ in more than their names: what holds for one of them holds for those that are declared alike. */
function different(stores: readonly Store[]): { store: Store; alike: number }[] {
    const formOf = ({ kind, container, pods, arguments_, keeps }: Store): string =>
        JSON.stringify([kind.program, container["image"], pods.length, arguments_.replaceAll(/\d+/g, ""), keeps]);
    const forms = new Map<string, Store[]>();
    for (const store of stores) {
        forms.set(formOf(store), [...forms.get(formOf(store)) ?? [], store]);
    }
    return [...forms.values()].map(([store, ...others]) => ({ store: store as Store, alike: others.length }));
}

/** What was acknowledged outlives processes, pods and nodes. */
export const data: Point = {
    number: 5, name: "data",
    promise: "what a store has acknowledged is there after its process is killed, its pod deleted, its node drained and its node lost: with "
        + "volumes everything, in copies on several servers all but the last second; seconds without service are measured",
    async prove(live, tell) {
        const stores = different(await storesOf(live));
        if (stores.length === 0) {
            return { state: "absent", summary: "has no store" };
        }
        const faults: string[] = [], measured: string[] = [];
        for (const { store, alike } of stores) {
            const times: string[] = [];
            for (const disaster of disasters) {
                const result = await suffer(live, store, disaster, tell)
                    .catch((error: Error) => ({ faults: [`${nodeId(store.workload)}, ${disaster.name}: ${error.message}`], measured: "" }));
                faults.push(...result.faults);
                times.push(result.measured);
            }
            const others = alike > 0 ? ` (${alike} declared alike)` : "";
            measured.push(`${store.workload.name}${others} ${times.filter(text => text !== "").join(", ")}`);
        }
        const pods = await eventually(() => live.pods(), found => notReady(live, found).length === 0);
        return outcomeOf([...faults, ...notReady(live, pods)], `without service: ${measured.join("; ")}`);
    },
};
