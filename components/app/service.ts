import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Port, WorkloadNode } from "../kit/graph";
import type { Container } from "../kit/pod";
import type { ObjectMeta } from "../kit/scope";

/** The Service of a workload. */
export interface WorkloadService {
    /** Name of the container port it leads to. */
    readonly port: string;
    /** Port number that clients use. */
    readonly number: number;
    /** Further ports, by name of the container port. @default none */
    readonly further?: Readonly<Record<string, number>>;
    /** @default "ClusterIP" */
    readonly type?: "ClusterIP" | "NodePort" | "LoadBalancer";
    /** Leads to the pods' own addresses instead of one of its own; a StatefulSet then has no further Service. @default false */
    readonly headless?: boolean;
    /** Sends all connections of one client to one pod. @default false */
    readonly sessionAffinity?: boolean;
    /** Port of every node that leads to it, for type NodePort. @default the cluster chooses one */
    readonly nodePort?: number;
    /** Annotations for what reads them from the Service, such as an ingress controller. @default none */
    readonly annotations?: Readonly<Record<string, string>>;
    /** Blocks of addresses that may use the load balancer. @default all */
    readonly sourceRanges?: readonly string[];
}

/** Pods behind a Service, as routes lead to them. */
export interface Served {
    /** Name of the Service. */
    readonly objectName: string;
    readonly node: WorkloadNode;
    /** What must be there before it answers. */
    readonly ready: readonly pulumi.Resource[];
    /**
     * Where a named port is reached. @default the Service's first port
     * @throws Error when the Service has no such port
     */
    endpoint(portName?: string): Endpoint;
}

/** A port at its Service, and the one that its pods listen on. */
export interface Endpoint {
    readonly servicePort: number;
    readonly port: Port;
}

/**
 * Where a named port is reached, given the ports of the Service and of the pods by the same names.
 * @throws Error when the Service has no such port
 */
export function endpointOf(
    service: string, ports: { readonly ofService: Readonly<Record<string, number>>; readonly ofPods: Readonly<Record<string, number>> },
    portName = Object.keys(ports.ofService)[0],
): Endpoint {
    const { [portName ?? ""]: servicePort } = ports.ofService;
    const { [portName ?? ""]: number } = ports.ofPods;
    if (servicePort === undefined || number === undefined) {
        throw new Error(`Service ${service} has no port called "${portName}"; it has ${Object.keys(ports.ofService).join(", ") || "none"}`);
    }
    return { servicePort, port: { number } };
}

/**
 * Its workload is awaited already; waiting for the Service too would cost ten more seconds each time:
 * pulumi-kubernetes lets every change of its endpoints settle for that long (provider/pkg/await/service.go).
 */
const doNotAwait = { "pulumi.com/skipAwait": "true" };

function nodePortOf({ port, nodePort }: WorkloadService, name: string): { nodePort?: number } {
    return nodePort !== undefined && name === port ? { nodePort } : {};
}

/** A Service in front of a workload's pods. */
export function serviceArgs(
    meta: ObjectMeta, selector: Readonly<Record<string, string>>, service: WorkloadService,
): k8s.core.v1.ServiceArgs {
    return {
        metadata: { ...meta, annotations: { ...doNotAwait, ...service.annotations } },
        spec: {
            type: service.type ?? "ClusterIP",
            ...(service.headless && { clusterIP: "None" }),
            ...(service.sessionAffinity && { sessionAffinity: "ClientIP" }),
            selector: { ...selector },
            ports: Object.entries({ [service.port]: service.number, ...service.further })
                .map(([name, port]) => ({ name, port, targetPort: name, protocol: "TCP", ...nodePortOf(service, name) })),
            ...(service.sourceRanges?.length && { loadBalancerSourceRanges: [...service.sourceRanges] }),
        },
    };
}

/** The Service that gives each pod of a StatefulSet a name of its own, before it is ready. */
export function headlessServiceArgs(
    meta: ObjectMeta, selector: Readonly<Record<string, string>>, container: Container,
): k8s.core.v1.ServiceArgs {
    return {
        metadata: { ...meta, name: `${meta.name}-headless`, annotations: doNotAwait },
        spec: {
            clusterIP: "None",
            publishNotReadyAddresses: true,
            selector: { ...selector },
            ports: Object.entries(container.ports ?? {}).map(([name, port]) => ({ name, port, targetPort: name, protocol: "TCP" })),
        },
    };
}
