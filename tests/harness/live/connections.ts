import type { DependencyGraph, GraphNode, WorkloadNode } from "../../../components/kit/graph";
import { nodeId } from "../../../components/kit/graph";
import type { Endpoint, Target } from "../reachability";
import { isPeer } from "../reachability";

/** One end of a connection. */
export interface End extends Endpoint {
    /** The workload whose pod it is. */
    readonly workload?: WorkloadNode | undefined;
}

type Graph = Pick<DependencyGraph, "edges">;

/** Whether a node of the graph means an end. Addresses of nodes are no pods': the graph knows them by their ports alone. */
function means(node: GraphNode, end: End, guarded: WorkloadNode): boolean {
    if (node.type === "workload") {
        return node.inNodeNetwork === true ? end.namespace === undefined
            : end.workload !== undefined && nodeId(node) === nodeId(end.workload);
    }
    return node.peers.length === 0 || node.peers.some(peer => isPeer(peer, end, guarded.namespace));
}

/** Whether the graph has an edge from or to a guarded workload whose other end is this one. */
function hasEdge({ edges }: Graph, direction: "from" | "to", guarded: WorkloadNode, other: End, { port, protocol = "TCP" }: Target): boolean {
    const opposite = direction === "from" ? "to" : "from";
    return edges.some(edge => nodeId(edge[direction]) === nodeId(guarded) && means(edge[opposite], other, guarded)
        && edge.ports.some(open => open.number === port && (open.protocol ?? "TCP") === protocol));
}

/** Whether the graph lets one end open a connection to a port of another: it must on the side of each workload that takes part. */
export function isDeclared(graph: Graph, from: End, to: End, target: Target): boolean {
    return (from.workload === undefined || hasEdge(graph, "from", from.workload, to, target))
        && (to.workload === undefined || hasEdge(graph, "to", to.workload, from, target));
}
