import { BlockList } from "node:net";
import type * as k8s from "@pulumi/kubernetes";
import type { Recording } from "./mocks";
import type { RenderedPods } from "./pods";

type Labels = Readonly<Record<string, string>>;
type LabelSelector = k8s.types.input.meta.v1.LabelSelector;
type Peer = k8s.types.input.networking.v1.NetworkPolicyPeer;
type PolicyPort = k8s.types.input.networking.v1.NetworkPolicyPort;

/** A NetworkPolicy in plain values. */
export interface Policy {
    readonly metadata: { readonly namespace: string };
    readonly spec: k8s.types.input.networking.v1.NetworkPolicySpec;
}

/** Where traffic comes from or goes to: a pod, or an address outside the cluster. */
export interface Endpoint {
    /** Name for messages. */
    readonly name: string;
    /** Namespace of a pod; left out for an address outside the cluster. */
    readonly namespace?: string;
    readonly labels?: Labels;
    /** Labels of the namespace besides the name that Kubernetes gives it. @default none */
    readonly namespaceLabels?: Labels;
    /** Pods have one too, and a block of addresses that covers it lets them through. @default "10.42.0.1" */
    readonly address?: string;
}

/** A port that a connection is opened to. */
export interface Target {
    readonly port: number;
    /** @default "TCP" */
    readonly protocol?: "TCP" | "UDP" | "SCTP";
}

function selects(selector: LabelSelector, labels: Labels): boolean {
    const expressions = (selector.matchExpressions ?? []) as { key: string; operator: string; values?: string[] }[];
    return Object.entries((selector.matchLabels ?? {}) as Labels).every(([key, value]) => labels[key] === value)
        && expressions.every(({ key, operator, values = [] }) => {
            const value = labels[key];
            switch (operator) {
                case "In": return value !== undefined && values.includes(value);
                case "NotIn": return value === undefined || !values.includes(value);
                case "Exists": return value !== undefined;
                case "DoesNotExist": return value === undefined;
                default: throw new Error(`"${operator}" is no operator of a label selector`);
            }
        });
}

function inBlock(cidr: string, address: string): boolean {
    const [network = "", prefix] = cidr.split("/");
    const family = network.includes(":") ? "ipv6" : "ipv4";
    const block = new BlockList();
    block.addSubnet(network, Number(prefix), family);
    return block.check(address, family);
}

/** Whether a peer of a policy in a namespace means an endpoint. */
export function isPeer(peer: Peer, endpoint: Endpoint, namespace: string): boolean {
    const { ipBlock, namespaceSelector, podSelector } = peer as { ipBlock?: { cidr: string; except?: string[] } }
        & { namespaceSelector?: LabelSelector; podSelector?: LabelSelector };
    if (ipBlock) {
        const address = endpoint.address ?? "10.42.0.1";
        return inBlock(ipBlock.cidr, address) && !(ipBlock.except ?? []).some(cidr => inBlock(cidr, address));
    }
    if (endpoint.namespace === undefined) {
        return false;
    }
    const namespaceLabels = { ...endpoint.namespaceLabels, "kubernetes.io/metadata.name": endpoint.namespace };
    const inNamespace = namespaceSelector ? selects(namespaceSelector, namespaceLabels) : endpoint.namespace === namespace;
    return inNamespace && (!podSelector || selects(podSelector, endpoint.labels ?? {}));
}

function isPort(allowed: PolicyPort, { port, protocol = "TCP" }: Target): boolean {
    const first = allowed.port as number | string | undefined;
    if (typeof first === "string") {
        throw new Error(`port "${first}" is a name, which this evaluator does not resolve`);
    }
    const last = (allowed.endPort as number | undefined) ?? first;
    return (allowed.protocol ?? "TCP") === protocol && (first === undefined || (port >= first && port <= (last as number)));
}

function allows(policies: readonly Policy[], direction: "Ingress" | "Egress", self: Endpoint, other: Endpoint, target: Target): boolean {
    const selected = policies.filter(({ metadata, spec }) => {
        const types = (spec.policyTypes ?? ["Ingress", ...(spec.egress ? ["Egress"] : [])]) as string[];
        return metadata.namespace === self.namespace && types.includes(direction)
            && selects((spec.podSelector ?? {}) as LabelSelector, self.labels ?? {});
    });
    return selected.length === 0 || selected.some(({ metadata, spec }) => {
        const rules = ((direction === "Ingress" ? spec.ingress : spec.egress) ?? []) as { from?: Peer[]; to?: Peer[]; ports?: PolicyPort[] }[];
        return rules.some(rule => {
            const peers = (direction === "Ingress" ? rule.from : rule.to) ?? [];
            const ports = rule.ports ?? [];
            return (peers.length === 0 || peers.some(peer => isPeer(peer, other, metadata.namespace)))
                && (ports.length === 0 || ports.some(port => isPort(port, target)));
        });
    });
}

/**
 * Whether NetworkPolicies let a connection through, on the side that opens it and on the side that receives it.
 * Nothing outside the cluster is selected by a policy.
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function isReachable(policies: readonly Policy[], from: Endpoint, to: Endpoint, target: Target): boolean {
    return allows(policies, "Egress", from, to, target) && allows(policies, "Ingress", to, from, target);
}

/** Every connection that policies let through among some endpoints and ports, as `from -> to:80/TCP`, sorted. */
export function reachableConnections(policies: readonly Policy[], endpoints: readonly Endpoint[], targets: readonly Target[]): string[] {
    return endpoints.flatMap(from => endpoints.filter(to => to !== from).flatMap(to => targets
        .filter(target => isReachable(policies, from, to, target))
        .map(({ port, protocol = "TCP" }) => `${from.name} -> ${to.name}:${port}/${protocol}`))).sort();
}

/** Rendered pods as an endpoint, with an address of the cluster's pods. */
export function endpointOf({ name, namespace, template }: RenderedPods): Endpoint {
    return { name, namespace, labels: template.metadata.labels, address: "10.42.0.7" };
}

/** Every connection to or from some pods that the recorded NetworkPolicies let through, but for what others do among themselves. */
export function openConnections(
    recording: Recording, own: readonly Endpoint[], others: readonly Endpoint[], targets: readonly Target[],
): string[] {
    const policies = recording.ofKind("NetworkPolicy").map(({ inputs }) => inputs as Policy);
    return reachableConnections(policies, [...own, ...others], targets)
        .filter(connection => own.some(({ name }) => connection.startsWith(`${name} -> `) || connection.includes(` -> ${name}:`)));
}

/** Connections over TCP, as {@link reachableConnections} names them. */
export function tcp(from: string, to: string, ...ports: number[]): string[] {
    return ports.map(port => `${from} -> ${to}:${port}/TCP`);
}

/** Questions of some endpoints to the one named `dns`. */
export function dnsFrom(...names: string[]): string[] {
    return names.flatMap(name => [`${name} -> dns:53/TCP`, `${name} -> dns:53/UDP`]);
}
