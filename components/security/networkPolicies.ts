import type * as k8s from "@pulumi/kubernetes";
import { nodeNetwork } from "../kit/externals";
import type { DependencyGraph, Edge, GraphNode, WorkloadNode } from "../kit/graph";
import { nodeId } from "../kit/graph";

type Peer = k8s.types.input.networking.v1.NetworkPolicyPeer;
type PolicyPort = k8s.types.input.networking.v1.NetworkPolicyPort;

/** A NetworkPolicy in plain values. */
export interface NetworkPolicyArgs {
    readonly metadata: { readonly name: string; readonly namespace: string };
    readonly spec: k8s.types.input.networking.v1.NetworkPolicySpec;
}

function peersOf(node: GraphNode, namespace: string): Peer[] {
    if (node.type === "external") {
        return [...node.peers];
    }
    if (node.inNodeNetwork) {
        return [...nodeNetwork];
    }
    return [{
        ...(node.namespace !== namespace && { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": node.namespace } } }),
        podSelector: { matchLabels: { ...node.selector } },
    }];
}

function portsOf(edges: readonly Edge[]): PolicyPort[] {
    const ports = new Map(edges.flatMap(edge => edge.ports).map(({ number, protocol = "TCP" }) =>
        [`${protocol}/${number}`, { port: number, protocol }]));
    return [...ports.values()];
}

/**
 * One rule per neighbour: its peers, and the ports of all edges to or from it; in an order that does not depend on which
 * platform is constructed first.
 */
function rules(edges: readonly Edge[], neighbour: (edge: Edge) => GraphNode, namespace: string): { peers: Peer[]; ports: PolicyPort[] }[] {
    const byNeighbour = new Map<string, Edge[]>();
    for (const edge of edges) {
        const id = nodeId(neighbour(edge));
        byNeighbour.set(id, [...(byNeighbour.get(id) ?? []), edge]);
    }
    return [...byNeighbour].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => {
        const [first] = group as [Edge, ...Edge[]];
        return { peers: peersOf(neighbour(first), namespace), ports: portsOf(group) };
    });
}

/** A policy that lets nothing in or out of a namespace's pods but what another policy allows. */
export function defaultDenyPolicy(namespace: string, name = "default-deny"): NetworkPolicyArgs {
    return { metadata: { name, namespace }, spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] } };
}

/** The policy of one workload: exactly the graph's edges from and to it. */
export function workloadPolicy(graph: Pick<DependencyGraph, "edges">, workload: WorkloadNode): NetworkPolicyArgs {
    const id = nodeId(workload);
    const incoming = rules(graph.edges.filter(edge => nodeId(edge.to) === id), edge => edge.from, workload.namespace);
    const outgoing = rules(graph.edges.filter(edge => nodeId(edge.from) === id), edge => edge.to, workload.namespace);
    return {
        metadata: { name: workload.networkPolicyName ?? workload.name, namespace: workload.namespace },
        spec: {
            podSelector: { matchLabels: { ...workload.selector } },
            policyTypes: ["Ingress", "Egress"],
            ingress: incoming.map(({ peers, ports }) => ({ ...(peers.length > 0 && { from: peers }), ports })),
            egress: outgoing.map(({ peers, ports }) => ({ ...(peers.length > 0 && { to: peers }), ports })),
        },
    };
}
