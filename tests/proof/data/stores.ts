import { Buffer } from "node:buffer";
import type { WorkloadNode } from "../../../components/kit/graph";
import type { KubernetesObject } from "../../harness/cluster";
import { rowOf } from "../../harness/imageTable";
import type { Live, LivePod } from "../../harness/live/live";
import { podsOf } from "../../harness/pods";
import type { Kind } from "./kinds";
import { kinds } from "./kinds";

/** A store that runs. */
export interface Store {
    readonly kind: Kind;
    readonly workload: WorkloadNode;
    readonly pods: readonly LivePod[];
    /** The container of the server. */
    readonly container: KubernetesObject;
    /** Variables of that container, read from their Secrets. */
    readonly variables: Readonly<Record<string, string>>;
    /** Command and arguments of that container, as one text. */
    readonly arguments_: string;
    /** Name that its clients use, within its namespace. */
    readonly host: string;
    /**
     * What its form promises: with a volume everything that was acknowledged is there afterwards, with several servers without one all
     * but what the first of them had no time to hand on, and else nothing.
     */
    readonly keeps: "everything" | "copies" | "nothing";
    /** A Secret that has all of some keys and belongs to the store's users, read. */
    readonly secretWith: (...keys: string[]) => Promise<Readonly<Record<string, string>> | undefined>;
}

type Values = Readonly<Record<string, string>>;

function decoded({ data = {} }: KubernetesObject): Values {
    return Object.fromEntries(Object.entries(data as Values).map(([key, value]) => [key, Buffer.from(value, "base64").toString("utf8")]));
}

/** Environment of a container, with the values of Secrets. */
function environmentOf({ env = [], envFrom = [] }: KubernetesObject, secrets: readonly KubernetesObject[]): Values {
    const whole = (envFrom as KubernetesObject[]).map(({ secretRef }) => secrets.find(({ metadata }) => metadata.name === secretRef?.name));
    const single = Object.fromEntries((env as KubernetesObject[]).flatMap(({ name, value, valueFrom }) => {
        const reference = valueFrom?.secretKeyRef;
        const secret = secrets.find(({ metadata }) => metadata.name === reference?.name);
        const text = value ?? (secret && reference ? decoded(secret)[reference.key] : undefined);
        return text === undefined ? [] : [[name, text]];
    }));
    return { ...Object.assign({}, ...whole.map(secret => (secret ? decoded(secret) : {}))), ...single };
}

/** The Service by which clients reach a port of a workload: its proxy's, or of its own the one with an address. */
function hostOf(live: Live, workload: WorkloadNode, port: number): string | undefined {
    const { recording, graph } = live.program;
    const proxies = podsOf(recording).filter(({ template }) => template.spec.containers.some(({ image }) => rowOf(image)?.program === "HAProxy"));
    const { namespace, selector } = graph.workloads.find(({ name, namespace: place }) => proxies.some(proxy =>
        proxy.name === name && proxy.namespace === place) && graph.edges.some(({ from, to }) => from.type === "workload" && from.name === name
        && from.namespace === place && to === workload)) ?? workload;
    const services = recording.ofKind("Service").map(({ inputs }) => inputs).filter(({ metadata, spec }) =>
        metadata.namespace === namespace && spec.selector && Object.entries(spec.selector).every(([key, value]) => selector[key] === value)
        && spec.ports.some((offered: { port: number }) => offered.port === port));
    return (services.find(({ spec }) => spec.clusterIP !== "None") ?? services[0])?.metadata.name;
}

/** Stores of a platform, found by what stands in the images of its pods. */
export async function storesOf(live: Live): Promise<Store[]> {
    const pods = (await live.pods()).filter(({ workload, isHeld }) => !isHeld && ["Deployment", "StatefulSet"].includes(workload?.kind ?? ""));
    const stores: Store[] = [];
    for (const workload of live.program.graph.workloads) {
        const own = pods.filter(pod => pod.workload === workload);
        const containers = (own[0]?.object.spec.containers ?? []) as KubernetesObject[];
        for (const container of containers) {
            const kind = kinds.find(({ program, port }) => rowOf(container["image"])?.program === program
                && (container["ports"] ?? []).some(({ containerPort }: { containerPort: number }) => containerPort === port));
            const host = kind && hostOf(live, workload, kind.port);
            if (!kind || host === undefined) {
                continue;
            }
            const secrets = await live.cluster.list("secrets", workload.namespace);
            stores.push({
                kind, workload, pods: own, container, host, variables: environmentOf(container, secrets),
                arguments_: [...container["command"] ?? [], ...container["args"] ?? []].join(" "),
                keeps: Object.keys(workload.storage ?? {}).length > 0 ? "everything" : own.length > 1 ? "copies" : "nothing",
                secretWith: async (...keys) => (await live.cluster.list("secrets")).map(decoded).find(values => keys.every(key => key in values)),
            });
        }
    }
    return stores;
}
