import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Dependency } from "../kit/connection";
import { connectionOf } from "../kit/connection";
import { nameService } from "../kit/externals";
import type { WorkloadNode } from "../kit/graph";
import { recommendedLabels, selectorLabels } from "../kit/labels";
import type { Container, Pod } from "../kit/pod";
import type { Probe } from "../kit/probes";
import type { ObjectMeta, PriorityTier, Scope } from "../kit/scope";
import { ScopedComponent } from "./scopedComponent";
import type { Telemetry } from "../kit/telemetry";

/** What everything that runs pods has in common. */
export interface PodComponentArgs {
    /** Role within the platform, a label: `database`, `cache`, `application`… */
    readonly component: string;
    /** The container that does the work; the connections' variables are its own. */
    readonly container: Container;
    readonly sidecars?: readonly Container[];
    readonly initContainers?: readonly Container[];
    /** What it needs: its variables, its NetworkPolicies and its start order follow. @default nothing */
    readonly connectsTo?: readonly Dependency[];
    readonly runAs: Pod["runAs"];
    /** @default 30 */
    readonly terminationGraceSeconds?: number;
    /** Mounts a token of the ServiceAccount; for workloads that talk to the API server. @default false */
    readonly automountToken?: boolean;
    /** Secrets with credentials for the image's registry. @default none */
    readonly imagePullSecrets?: readonly string[];
    /** Further labels of the workload, its pods and its Service. */
    readonly labels?: Readonly<Record<string, string>>;
    /** Alerts and panels it brings along, for whoever monitors the namespace. @default none */
    readonly telemetry?: readonly Telemetry[];
    /** Taints of nodes that it runs on all the same. @default none */
    readonly tolerations?: Pod["tolerations"];
    /** Namespaces of the node that its pods share; needs a privileged namespace. @default none */
    readonly hostNamespaces?: Pod["hostNamespaces"];
    /** @default name of the workload */
    readonly serviceAccountName?: string;
    /** @default name of the workload */
    readonly networkPolicyName?: string;
    /** Further resources that must exist before the pods start. */
    readonly after?: readonly pulumi.Resource[];
    /** PriorityClass of its pods. @default that of the scope for what it does: data, application or batch */
    readonly priorityClassName?: string;
    /** Workload on whose node its pods run, to share a volume that one node has at a time. @default any node */
    readonly beside?: Pick<WorkloadNode, "selector">;
}

/** A workload's kind and size, known before it is constructed. */
export interface Place extends Pick<WorkloadNode, "kind" | "storage" | "metricsPort"> {
    /** Pods at their greatest number, roll-out included. */
    readonly maximumPods: number;
}

/** Ports that the probes of a container ask; commands run inside it. */
function probePorts({ probes = {}, ports = {} }: Container): number[] {
    return Object.values(probes as Readonly<Record<string, Probe>>).flatMap(({ httpGet, tcpSocket }) => {
        const port = ((httpGet ?? tcpSocket) as { port: string | number } | undefined)?.port;
        const number = typeof port === "string" ? ports[port] : port;
        return number === undefined ? [] : [number];
    });
}

/** Base of everything that runs pods: its labels, its ServiceAccount and its place in the dependency graph. */
export abstract class PodComponent<Args extends PodComponentArgs> extends ScopedComponent {
    /** Its place in the dependency graph. */
    readonly node: WorkloadNode;
    /** Its ServiceAccount, which nothing else uses. */
    readonly serviceAccount: k8s.core.v1.ServiceAccount;
    protected readonly meta: ObjectMeta;

    /** @throws Error when the namespace already has a workload of that name */
    protected constructor(
        type: string, name: string, scope: Scope, protected readonly args: Args,
        { maximumPods, ...place }: Place, opts?: pulumi.ComponentResourceOptions,
    ) {
        super(type, name, scope, opts);
        const labels = recommendedLabels({
            platform: scope.platform, name, component: args.component, image: args.container.image,
            ...(args.labels && { extra: args.labels }),
        });
        this.meta = { name, namespace: scope.namespace, labels };
        const containers = [args.container, ...(args.sidecars ?? [])];
        this.node = {
            type: "workload",
            platform: scope.platform,
            namespace: scope.namespace,
            name,
            selector: selectorLabels(scope.platform, name),
            capacity: {
                containers: containers.map(({ resources }) => resources),
                ...(args.initContainers && { initContainers: args.initContainers.map(({ resources }) => resources) }),
                maximumPods,
            },
            probePorts: [...new Set(containers.flatMap(probePorts))],
            ...(args.telemetry && { telemetry: args.telemetry }),
            ...(args.hostNamespaces?.includes("network") && { inNodeNetwork: true }),
            ...(args.networkPolicyName && { networkPolicyName: args.networkPolicyName }),
            ...place,
        };
        this.joinGraph();
        const serviceAccount = args.serviceAccountName ?? name;
        this.serviceAccount = new k8s.core.v1.ServiceAccount(this.childName(serviceAccount), {
            metadata: { ...this.meta, name: serviceAccount },
            automountServiceAccountToken: false,
            ...(args.imagePullSecrets?.length && { imagePullSecrets: args.imagePullSecrets.map(secret => ({ name: secret })) }),
        }, this.childOptions());
    }

    /** The pod around its main container. */
    protected podAround(main: Container): Pod {
        const { args } = this;
        const priorityClassName = args.priorityClassName ?? this.scope.priorities?.[priorityTier(this.node)];
        return {
            labels: this.meta.labels,
            serviceAccountName: args.serviceAccountName ?? this.objectName,
            runAs: args.runAs,
            containers: [main, ...(args.sidecars ?? [])],
            ...(args.initContainers && { initContainers: args.initContainers }),
            ...(args.automountToken && { automountToken: true }),
            ...(args.imagePullSecrets && { imagePullSecrets: args.imagePullSecrets }),
            ...(priorityClassName && { priorityClassName }),
            ...(args.tolerations && { tolerations: args.tolerations }),
            ...(args.hostNamespaces && { hostNamespaces: args.hostNamespaces }),
            ...(args.terminationGraceSeconds && { terminationGraceSeconds: args.terminationGraceSeconds }),
            ...(args.beside && { affinity: onNodeOf(args.beside) }),
        };
    }

    /** What must be there before the pods start: its ServiceAccount, the connections' providers, and what the arguments add. */
    protected startsAfter(): pulumi.Resource[] {
        const providers = (this.args.connectsTo ?? []).map(connectionOf).flatMap(({ target }) => target.ready);
        return [this.serviceAccount, ...providers, ...(this.args.after ?? [])];
    }

    private joinGraph(): void {
        const { graph, environment } = this.scope;
        graph.addWorkload(this.node);
        const connections = (this.args.connectsTo ?? []).map(connectionOf);
        connections.forEach(({ target }) => graph.addEdge(this.node, target.node, ...target.ports));
        if (connections.length > 0 || this.scope.dnsForEveryPod) {
            graph.addEdge(this.node, ...nameService(environment));
        }
    }
}

function onNodeOf({ selector }: Pick<WorkloadNode, "selector">): Pod["affinity"] {
    const term = { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: { ...selector } } };
    return { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
}

function priorityTier({ kind, storage = {} }: WorkloadNode): PriorityTier {
    if (kind === "Job" || kind === "CronJob") {
        return "batch";
    }
    return Object.keys(storage).length > 0 ? "data" : "application";
}

/**
 * Number of a named container port.
 * @throws Error when no container has a port of that name
 */
export function namedPort(containers: readonly Container[], portName: string): number {
    const ports: Record<string, number> = Object.assign({}, ...containers.map(({ ports }) => ports));
    const number = ports[portName];
    if (number === undefined) {
        throw new Error(`there is no container port called "${portName}"; there is ${Object.keys(ports).join(", ") || "none at all"}`);
    }
    return number;
}
