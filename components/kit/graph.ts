import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Telemetry } from "./telemetry";
import type { ContainerResources } from "./resources";

/** A TCP or UDP port that an edge opens. */
export interface Port {
    readonly number: number;
    /** @default "TCP" */
    readonly protocol?: "TCP" | "UDP";
}

/** Pods of one workload at their greatest number, roll-out included: what quotas are computed from. */
export interface Capacity {
    readonly containers: readonly ContainerResources[];
    /** Of the containers that end before the others start. @default none */
    readonly initContainers?: readonly ContainerResources[];
    readonly maximumPods: number;
}

/** A workload of the program. */
export interface WorkloadNode {
    readonly type: "workload";
    readonly platform: string;
    readonly namespace: string;
    readonly name: string;
    readonly kind: "Deployment" | "StatefulSet" | "DaemonSet" | "Job" | "CronJob";
    /** Name of its NetworkPolicy. @default its own name */
    readonly networkPolicyName?: string;
    /** Whether its pods have the addresses of their nodes, which policies cannot tell from others. @default false */
    readonly inNodeNetwork?: boolean;
    /** Labels that select its pods, and only these. */
    readonly selector: Readonly<Record<string, string>>;
    readonly capacity: Capacity;
    /** Number of the port that serves metrics, when it serves any. */
    readonly metricsPort?: number;
    /** Numbers of the ports that the node's own probes ask. */
    readonly probePorts?: readonly number[];
    /** Alerts and dashboard panels it brings along. */
    readonly telemetry?: readonly Telemetry[];
    /** Claims for storage by name, as Kubernetes quantities. */
    readonly storage?: Readonly<Record<string, string>>;
}

/** Something outside the program that workloads talk to, or that talks to them. */
export interface ExternalNode {
    readonly type: "external";
    readonly name: string;
    /** How NetworkPolicies name it; where empty, by its ports alone. */
    readonly peers: readonly k8s.types.input.networking.v1.NetworkPolicyPeer[];
}

/** A node of the dependency graph. */
export type GraphNode = WorkloadNode | ExternalNode;

/** A namespace of the program. */
export interface NamespaceNode {
    readonly name: string;
    readonly platform: string;
    /** The Namespace, for its objects to wait for. */
    readonly resource: pulumi.Resource;
    /** Several platforms may place things in it. @default false */
    readonly shared?: boolean;
    /** Name of the NetworkPolicy that lets nothing in or out. @default "default-deny" */
    readonly defaultDenyName?: string;
}

/** One allowed direction of traffic. */
export interface Edge {
    readonly from: GraphNode;
    readonly to: GraphNode;
    readonly ports: readonly Port[];
}

/** A name that is unique in the graph: `namespace/name` for workloads. */
export function nodeId(node: GraphNode): string {
    return node.type === "workload" ? `${node.namespace}/${node.name}` : node.name;
}

/**
 * Everything the program runs and who talks to whom. Components add themselves while they are constructed. Whoever derives
 * something from what was added says so, and closes what it read: what came later would be missing there without a word.
 */
export class DependencyGraph {
    /** Platforms and namespaces whose monitoring has read what it watches, as `platform/namespace`. */
    private readonly watched = new Set<string>();
    private finishedBy: string | undefined;
    private readonly byId = new Map<string, WorkloadNode>();
    private readonly namespaceList = new Map<string, NamespaceNode>();
    /** What guards a whole namespace or the pods of one workload, by the name of the one or the id of the other. */
    private readonly guards = new Map<string, pulumi.Resource[]>();
    private readonly edgeList: Edge[] = [];

    /** Workloads in the order they were declared. */
    get workloads(): readonly WorkloadNode[] {
        return [...this.byId.values()];
    }

    /** Edges in the order they were declared. */
    get edges(): readonly Edge[] {
        return this.edgeList;
    }

    /** Namespaces in the order they were declared. */
    get namespaces(): readonly NamespaceNode[] {
        return [...this.namespaceList.values()];
    }

    /**
     * Workloads of some namespaces, for a platform that watches them: from now on it can add nothing there that wants to be
     * watched. In a namespace that several platforms share, the others have watchers of their own.
     */
    watchedBy(platform: string, namespaces: readonly string[]): readonly WorkloadNode[] {
        namespaces.forEach(namespace => this.watched.add(`${platform}/${namespace}`));
        return this.workloads.filter(({ namespace }) => namespaces.includes(namespace));
    }

    /**
     * The whole graph, for one that derives something from all of it: from now on nothing can be added.
     * @param reader who asks, for the message about what comes too late
     */
    finished(reader: string): Pick<DependencyGraph, "workloads" | "edges" | "namespaces"> {
        this.finishedBy ??= reader;
        return this;
    }

    private refuseLate(what: string, reader: string | undefined): void {
        if (reader !== undefined) {
            throw new Error(`${what} comes too late: ${reader} has read the graph and would miss it; create it before ${reader}`);
        }
    }

    /** What must exist before any object of a namespace: the Namespace, unless the program does not have it. */
    originOf(namespace: string): readonly pulumi.Resource[] {
        const node = this.namespaceList.get(namespace);
        return node ? [node.resource] : [];
    }

    /** Adds what must stand before the first pod of a namespace, or before the pods of one workload of it. */
    addGuard(guarded: NamespaceNode | WorkloadNode, resource: pulumi.Resource): void {
        const key = "type" in guarded ? nodeId(guarded) : guarded.name;
        this.guards.set(key, [...(this.guards.get(key) ?? []), resource]);
    }

    /**
     * What must stand before a workload's pods, or before what else a namespace's quota counts: NetworkPolicies, quota and limits.
     * They follow from the whole graph and are known when the program has been composed, in which nothing waits; that is why
     * this is a promise.
     */
    async guardsOf(guarded: WorkloadNode | Pick<NamespaceNode, "name">): Promise<readonly pulumi.Resource[]> {
        await Promise.resolve();
        const keys = "type" in guarded ? [guarded.namespace, nodeId(guarded)] : [guarded.name];
        return keys.flatMap(key => this.guards.get(key) ?? []);
    }

    /**
     * Adds a namespace.
     * @throws Error when the program already has a namespace of that name, or the graph has been read
     */
    addNamespace(namespace: NamespaceNode): void {
        this.refuseLate(`namespace ${namespace.name}`, this.finishedBy);
        if (this.namespaceList.has(namespace.name)) {
            throw new Error(`two namespaces are called ${namespace.name}; give one of them another name`);
        }
        this.namespaceList.set(namespace.name, namespace);
    }

    /**
     * Adds a workload.
     * @throws Error when the namespace already has a workload of that name, or somebody has read the graph who would miss it
     */
    addWorkload(workload: WorkloadNode): void {
        const id = nodeId(workload);
        const { telemetry = [], metricsPort, platform, namespace } = workload;
        const isMissed = (telemetry.length > 0 || metricsPort !== undefined) && this.watched.has(`${platform}/${namespace}`);
        this.refuseLate(`workload ${id}`, this.finishedBy ?? (isMissed ? `the monitoring of ${platform}` : undefined));
        if (this.byId.has(id)) {
            throw new Error(`two workloads are called ${id}; give one of them another name`);
        }
        this.byId.set(id, workload);
    }

    /**
     * Allows traffic from one node to a port of another.
     * @throws Error when the graph has been read
     */
    addEdge(from: GraphNode, to: GraphNode, ...ports: readonly Port[]): void {
        this.refuseLate(`the way from ${nodeId(from)} to ${nodeId(to)}`, this.finishedBy);
        this.edgeList.push({ from, to, ports });
    }
}
