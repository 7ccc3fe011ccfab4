import type * as pulumi from "@pulumi/pulumi";
import type { Connectable } from "./connection";
import type { ExternalNode, GraphNode, Port, WorkloadNode } from "./graph";

/** Something that is reached without learning anything of it, as an entry of `connectsTo`. */
export function reach(node: GraphNode, ports: readonly Port[], ready: readonly pulumi.Resource[] = []): Connectable {
    return { node, ports, properties: {}, variables: {}, ready };
}

/** Something outside the cluster, by its addresses: policies do not know names there. */
export function outside(name: string, blocks: readonly string[], port: number): Connectable {
    return reach({ type: "external", name, peers: blocks.map(block => ({ ipBlock: { cidr: block } })) }, [{ number: port }]);
}

/** The port where a workload serves metrics; nothing for a workload that serves none. */
export function metricsOf(workload: WorkloadNode): Connectable[] {
    return workload.metricsPort === undefined ? [] : [reach(workload, [{ number: workload.metricsPort }])];
}

/** Where a Service of the cluster answers. */
export interface ServiceAddress {
    readonly name: string;
    readonly namespace: string;
    readonly port: number;
}

/**
 * Reads the address of a Service, such as `alertmanager.monitoring.svc:9093`.
 * @throws Error when the address names no namespace or no port
 */
export function parseServiceAddress(address: string): ServiceAddress {
    const match = /^([a-z0-9-]{1,63})\.([a-z0-9-]{1,63})\.svc(?:\.[a-z0-9.-]+)?:(\d{1,5})$/.exec(address);
    const [, name = "", namespace = "", port = ""] = match ?? [];
    if (!match || Number(port) < 1 || Number(port) > 65_535) {
        throw new Error(`"${address}" is not the address of a shared Service; write it as name.namespace.svc:port, such as alertmanager.monitoring.svc:9093`);
    }
    return { name, namespace, port: Number(port) };
}

/**
 * A Service of another namespace that this program does not deploy.
 * @param address such as `alertmanager.monitoring.svc:9093`
 * @throws Error when the address names no namespace or no port
 */
export function sharedService(address: string): Connectable {
    const { name, namespace, port } = parseServiceAddress(address);
    const node: ExternalNode = {
        type: "external",
        name: `${namespace}/${name}`,
        peers: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } }],
    };
    return reach(node, [{ number: port }]);
}
