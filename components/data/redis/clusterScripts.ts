import type { ShellScript } from "../../kit/textFile";
import { withSourced } from "../../kit/textFile";
import clusterNode from "./clusterNode.sh";
import formCluster from "./formCluster.sh";
import { serverScript } from "./server";

/** A node of the cluster: where clients reach it, and where the other nodes do. */
export interface ClusterNode {
    readonly host: string;
    readonly port: number;
    readonly busPort: number;
}

/** What the script that forms the cluster depends on. */
export interface FormClusterOptions {
    readonly nodes: readonly ClusterNode[];
    readonly replicasPerMaster: number;
}

/**
 * Start script of a node. Its list of the cluster's nodes survives in `nodes.conf`, but pods come back with other
 * addresses: those are looked up again by the names that the file also holds. Reads HOSTNAME, which the container runtime
 * sets to the pod's name.
 *
 * @param nodes in the order of the pods' ordinals
 * @param folder folder of the volume that holds nodes.conf
 */
export function clusterNodeScript(nodes: readonly ClusterNode[], folder: string): ShellScript {
    return {
        text: withSourced(clusterNode, { "./server.sh": serverScript }),
        environment: {
            NODES: nodes.map(({ host, port, busPort }) => `${host}:${port}@${busPort}`).join(" "),
            DATA_FOLDER: folder,
        },
    };
}

/** Flags of every node. */
export const clusterFlags: readonly string[] = [
    "--cluster-enabled", "yes",
    "--cluster-config-file", "nodes.conf",
    "--cluster-node-timeout", "5000",
    // Redirections name hosts, so that clients keep working when a pod's address changes.
    "--cluster-preferred-endpoint-type", "hostname",
    // The other nodes come from other pods; who may come is the NetworkPolicy's business.
    "--protected-mode", "no",
];

/**
 * Script of the Job that forms the cluster. It is safe to repeat: a formed cluster is left as it is and takes up the
 * nodes that it does not know yet as replicas; one whose creation was interrupted holds no data and is started over.
 * It ends when every node sees the whole cluster, so that a client may enter anywhere, and gives up waiting after
 * TIMEOUT_SECONDS, 240 where that is unset.
 *
 * `redis-cli --cluster` takes addresses only, so each node is asked which one it was reached at.
 */
export function formClusterScript({ nodes, replicasPerMaster }: FormClusterOptions): ShellScript {
    return {
        text: formCluster,
        environment: {
            ENDPOINTS: nodes.map(({ host, port }) => `${host}:${port}`).join(" "),
            REPLICAS_PER_MASTER: String(replicasPerMaster),
        },
    };
}
