import type { ExternalNode } from "../../kit/graph";
import type { ContainerResources } from "../../kit/resources";

/** What a Cluster of the CloudNativePG operator is made from. */
export interface ClusterOptions {
    readonly image: string;
    readonly instances: number;
    /** Secret of type kubernetes.io/basic-auth with the owner's credentials. */
    readonly secretName: string;
    readonly database: string;
    /** Role that owns the database. */
    readonly user: string;
    readonly storage: string;
    readonly storageClass: string | null;
    readonly resources: ContainerResources;
    /** @default the server's own 100 */
    readonly maximumConnections?: number;
    /** Labels of everything that the operator creates. */
    readonly podLabels: Readonly<Record<string, string>>;
}

/** Labels of all pods of a Cluster, those that prepare volumes included. */
export function podSelector(cluster: string): Record<string, string> {
    return { "cnpg.io/cluster": cluster };
}

/** Labels of the pod that is primary at the moment. */
export function primarySelector(cluster: string): Record<string, string> {
    return { ...podSelector(cluster), "cnpg.io/instanceRole": "primary" };
}

/** The operator's pods. */
export function operatorNode(namespace: string): ExternalNode {
    return {
        type: "external",
        name: "cloudnative-pg",
        peers: [{
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
            podSelector: { matchLabels: { "app.kubernetes.io/name": "cloudnative-pg" } },
        }],
    };
}

/**
 * Specification of a Cluster.
 * @see https://cloudnative-pg.io/documentation/current/cloudnative-pg.v1/#clusterspec
 */
export function clusterSpec(options: ClusterOptions): Record<string, unknown> {
    const { image, instances, secretName, database, user, storage, storageClass, resources, maximumConnections, podLabels } = options;
    return {
        instances,
        imageName: image,
        // The last standby's failure makes commits wait for none instead of waiting for ever.
        postgresql: {
            ...(maximumConnections !== undefined && { parameters: { max_connections: String(maximumConnections) } }),
            synchronous: { method: "any", number: 1, dataDurability: "preferred" },
        },
        bootstrap: { initdb: { database, owner: user, secret: { name: secretName }, encoding: "UTF8" } },
        enableSuperuserAccess: false,
        storage: { size: storage, ...(storageClass !== null && { storageClass }) },
        resources: { requests: { ...resources.requests }, limits: { ...resources.limits } },
        affinity: { enablePodAntiAffinity: true, topologyKey: "kubernetes.io/hostname", podAntiAffinityType: "preferred" },
        primaryUpdateStrategy: "unsupervised",
        primaryUpdateMethod: "switchover",
        // There is a budget of ours; with two of them over one pod, no eviction would ever be allowed.
        enablePDB: false,
        inheritedMetadata: { labels: { ...podLabels } },
    };
}
