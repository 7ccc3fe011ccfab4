import type * as k8s from "@pulumi/kubernetes";
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
