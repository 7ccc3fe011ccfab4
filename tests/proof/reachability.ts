import { join } from "node:path";
import type { DependencyGraph } from "../../components/kit/graph";
import { nodeId } from "../../components/kit/graph";
import type { KubernetesObject } from "../harness/cluster";
import { mustRun } from "../harness/command";
import type { End } from "../harness/live/connections";
import { isDeclared } from "../harness/live/connections";
import type { Live, LivePod } from "../harness/live/live";
import type { Point } from "./outcome";
import { outcomeOf } from "./outcome";
import { Outside, outsideAddress } from "../harness/live/outside";
import { listeningPorts } from "../harness/live/processes";
import { withHeldPods } from "../harness/live/heldPods";

/** Somewhere from where connections are opened. */
interface Source {
    readonly end: End;
    /** A process in its network namespace. */
    readonly process: number;
    /** Address that its packets carry, where its namespace has several. */
    readonly address?: string;
}

/** An address and port, and who answers there. */
interface Destination {
    /** `ADDRESS:PORT`, and `/UDP` behind it. */
    readonly at: string;
    readonly name: string;
    readonly port: number;
    readonly protocol: "TCP" | "UDP";
    readonly isService: boolean;
    /** All ends behind a Service, one else. */
    readonly ends: readonly End[];
}

const probe = join(__dirname, "../harness/live/probe.mjs");

function endOf({ name, namespace, labels, address, workload }: LivePod): End {
    return { name: `${namespace}/${name}`, namespace, labels, address, workload };
}

const firstProcess = (pod: LivePod): number | undefined => Object.values(pod.processes)[0]?.[0];

/** A name and port for people. */
const show = (name: string, port: number, protocol: string): string => `${name}:${port}${protocol === "TCP" ? "" : `/${protocol}`}`;

function destination(end: End, port: number, protocol: "TCP" | "UDP" = "TCP"): Destination {
    return { at: `${end.address}:${port}${protocol === "UDP" ? "/UDP" : ""}`, name: show(end.name, port, protocol), port, protocol, isService: false, ends: [end] };
}

/** Every port that a pod, a node, the API server or the server outside listens at. */
async function listening(
    live: Live, pods: readonly LivePod[], nodes: readonly KubernetesObject[], outsidePorts: readonly number[],
): Promise<Destination[]> {
    const ofPods = await Promise.all(pods.map(async pod =>
        (await listeningPorts(firstProcess(pod) as number)).map(port => destination(endOf(pod), port))));
    const ofNodes = await Promise.all(nodes.map(async ({ metadata, status }) => {
        const { address } = status.addresses.find(({ type }: KubernetesObject) => type === "InternalIP");
        const ports = await listeningPorts(await live.cluster.pidOf(metadata.name));
        return ports.map(port => destination({ name: metadata.name, address }, port));
    }));
    const outside = outsidePorts.map(port => destination({ name: "outside", address: outsideAddress }, port));
    const names = pods.filter(({ labels }) => labels["k8s-app"] === "kube-dns").map(pod => destination(endOf(pod), 53, "UDP"));
    return [...ofPods.flat(), ...ofNodes.flat(), ...outside, ...names];
}

/** Every port of a Service with an address of its own, and what answers behind it. */
async function services(live: Live, pods: readonly LivePod[]): Promise<Destination[]> {
    const objects = await live.cluster.list("services,endpointslices");
    const slices = objects.filter(({ kind }) => kind === "EndpointSlice");
    return objects.filter(({ kind, spec }) => kind === "Service" && spec.clusterIP !== "None").flatMap(({ metadata, spec }) => {
        const own = slices.filter(slice => slice.metadata.namespace === metadata.namespace
            && slice.metadata.labels["kubernetes.io/service-name"] === metadata.name);
        return (spec.ports as KubernetesObject[]).map(({ name = "", port, protocol }): Destination => ({
            at: `${spec.clusterIP}:${port}${protocol === "UDP" ? "/UDP" : ""}`, protocol, isService: true,
            name: show(`Service ${metadata.namespace}/${metadata.name}`, port, protocol),
            // What policies judge is the port behind the Service.
            port: own.flatMap(slice => slice.ports).find(candidate => (candidate.name ?? "") === name && candidate.protocol === protocol)?.port ?? port,
            ends: own.flatMap(slice => slice.endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false)
                .flatMap(({ addresses }) => addresses as string[])
                .map(address => {
                    const pod = pods.find(candidate => candidate.address === address && !candidate.inNodeNetwork);
                    return pod ? endOf(pod) : { name: address, address };
                }),
        }));
    });
}

/** What came of connections to each destination, opened in a source's network namespace. */
async function answers({ process: pid, address }: Source, destinations: readonly Destination[]): Promise<Record<string, string>> {
    const tcp = destinations.filter(({ protocol }) => protocol === "TCP").map(({ at }) => at);
    const names = destinations.filter(({ protocol }) => protocol === "UDP").map(({ at }) => at.split(":")[0]);
    const { stdout } = await mustRun("nsenter", [`--net=/proc/${pid}/ns/net`, process.execPath, probe],
        { input: JSON.stringify({ tcp, names, from: address }) });
    return JSON.parse(stdout);
}

/** Whether the graph lets an end reach a destination. */
const isOpen = (graph: Pick<DependencyGraph, "edges">, from: End, { ends, port, protocol }: Destination): boolean =>
    ends.some(end => isDeclared(graph, from, end, { port, protocol }));

/** Connections that are not as declared; those that are not yet are asked for again, as rules and names spread in a moment. */
async function differences(live: Live, source: Source, destinations: readonly Destination[]): Promise<string[]> {
    const isRight = (candidate: Destination, answer: string | undefined): boolean =>
        isOpen(live.program.graph, source.end, candidate) === (answer === "open");
    let wrong = destinations;
    let found: Record<string, string> = {};
    for (let attempt = 0; attempt < 15 && wrong.length > 0; attempt += 1) {
        await new Promise(resolve => setTimeout(resolve, attempt === 0 ? 0 : 1000));
        found = await answers(source, wrong);
        wrong = wrong.filter(candidate => !isRight(candidate, found[candidate.at]));
    }
    return wrong.map(({ at, name }) => found[at] === "open"
        ? `${source.end.name} reaches ${name}, and no edge says so`
        : `${source.end.name} should reach ${name}: ${found[at]}`);
}

/** Edges to a port at which no pod of the workload listens: they open what is not there. */
function unheard(live: Live, destinations: readonly Destination[]): string[] {
    const workloads = new Set(destinations.flatMap(({ ends }) => ends.flatMap(({ workload }) => (workload ? [nodeId(workload)] : []))));
    return live.program.graph.edges.flatMap(({ from, to, ports }) => ports
        .filter(({ number }) => workloads.has(nodeId(to)) && !destinations.some(({ port, ends }) =>
            port === number && ends.some(({ workload }) => workload && nodeId(workload) === nodeId(to))))
        .map(({ number }) => `the edge ${nodeId(from)} -> ${nodeId(to)}:${number} opens a port at which nobody listens`));
}

async function proveFrom(live: Live, tell: (text: string) => void): Promise<{ faults: string[]; summary: string }> {
    const [all, nodes] = await Promise.all([live.pods(), live.cluster.list("nodes")]);
    const pods = all.filter(pod => pod.isRunning && !pod.inNodeNetwork && firstProcess(pod) !== undefined);
    const { graph } = live.program;
    const named = graph.edges.filter(({ to }) => to.type === "external").flatMap(({ ports }) => ports.map(({ number }) => number));
    const outsidePorts = [...new Set([80, ...named])];
    const outside = await Outside.start(live.cluster, nodes.map(({ metadata }) => metadata.name), outsidePorts);
    try {
        const heard = await listening(live, pods, nodes, outsidePorts);
        const destinations = [...heard, ...(await services(live, pods)).filter(({ ends }) => ends.length > 0)];
        const sources: Source[] = [
            ...pods.map(pod => ({ end: endOf(pod), process: firstProcess(pod) as number })),
            { end: { name: "outside", address: outsideAddress }, process: await outside.process(), address: outsideAddress },
        ];
        const faults = unheard(live, heard);
        let asked = 0, open = 0, done = 0;
        const askFrom = async (source: Source): Promise<void> => {
            // What a pod says to itself no policy sees; outside, pods are reached by their own addresses or not at all.
            const others = destinations.filter(({ ends, isService }) => ends.every(end => end.name !== source.end.name
                && (source.address === undefined || (end.namespace !== undefined && !isService))));
            asked += others.length;
            open += others.filter(other => isOpen(graph, source.end, other)).length;
            faults.push(...await differences(live, source, others));
            done += 1;
            tell(`connections from ${source.end.name} (${done} of ${sources.length})`);
        };
        const waiting = [...sources];
        const worker = async (): Promise<void> => {
            for (let source = waiting.shift(); source; source = waiting.shift()) {
                await askFrom(source);
            }
        };
        await Promise.all([worker(), worker(), worker(), worker()]);
        const unjudged = all.filter(pod => pod.isRunning && pod.inNodeNetwork && pod.workload).length;
        return {
            faults, summary: `${asked} connections from ${sources.length} places, ${open} of them declared and open, the others closed${
                unjudged > 0 ? `; not from ${unjudged} pods in their node's network, which policies do not bind` : ""}`,
        };
    } finally {
        await outside.stop();
    }
}

/** Every pod reaches what the graph says, and nothing else. */
export const reachability: Point = {
    number: 2, name: "reachability",
    promise: "from each pod exactly those ports of pods, Services, nodes, API server and an outside address are open that the graph has an edge to",
    prove: (live, tell) => withHeldPods(live, tell, async () => {
        const { faults, summary } = await proveFrom(live, tell);
        return outcomeOf(faults, summary);
    }),
};
