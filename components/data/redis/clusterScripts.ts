import { execRedis } from "./server";

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
    /** Seconds until the script gives up waiting for the nodes. @default 240 */
    readonly timeoutSeconds?: number;
}

const listOf = (nodes: readonly ClusterNode[]): string => nodes.map(({ host, port, busPort }) => `${host}:${port}@${busPort}`).join(" ");

/**
 * Start script of a node. Its list of the cluster's nodes survives in `nodes.conf`, but pods come back with other
 * addresses: those are looked up again by the names that the file also holds.
 *
 * @param folder folder of the volume that holds nodes.conf
 */
export function clusterNodeScript(nodes: readonly ClusterNode[], folder: string): string {
    return `\
set -u
nodes="${listOf(nodes)}"
self=$(echo $nodes | cut -d' ' -f$(( \${HOSTNAME##*-} + 1 )))
endpoint=\${self%@*}
host=\${endpoint%:*}
file=${folder}/nodes.conf
if [ -s "$file" ]; then
    for node in $nodes; do
        name=\${node%:*}
        address=$(getent hosts "$name" | cut -d' ' -f1)
        [ -z "$address" ] || sed -i "s/ [^ ]*:\${node##*:},$name\\([ ,]\\)/ $address:\${node##*:},$name\\1/" "$file"
    done
fi
${execRedis('--port "${endpoint##*:}" --cluster-port "${self##*@}" --cluster-announce-hostname "$host"')}`;
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
 * It ends when every node sees the whole cluster, so that a client may enter anywhere.
 *
 * `redis-cli --cluster` takes addresses only, so each node is asked which one it was reached at.
 */
export function formClusterScript({ nodes, replicasPerMaster, timeoutSeconds = 240 }: FormClusterOptions): string {
    return `\
set -u
endpoints="${nodes.map(({ host, port }) => `${host}:${port}`).join(" ")}"
deadline=$(( $(date +%s) + ${timeoutSeconds} ))
ask() {
    endpoint=$1
    shift
    timeout 5 redis-cli -h "\${endpoint%:*}" -p "\${endpoint##*:}" "$@" 2>&1 | tr -d '\\r'
}
expired() {
    [ "$(date +%s)" -lt "$deadline" ] && return 1
    echo "$1 after ${timeoutSeconds} s" >&2
}
all=""
formed=""
strangers=""
for endpoint in $endpoints; do
    until [ "$(ask "$endpoint" PING)" = PONG ]; do
        expired "$endpoint does not answer" && exit 1
        sleep 1
    done
    address=$(ask "$endpoint" CLIENT INFO | sed 's/.* laddr=\\([^ ]*\\).*/\\1/')
    info=$(ask "$endpoint" CLUSTER INFO)
    all="$all $address"
    case "$info" in
        *cluster_slots_assigned:16384*) formed=$address ;;
        *cluster_known_nodes:1[!0-9]*) strangers="$strangers $address" ;;
    esac
done
if [ -z "$formed" ]; then
    for address in $all; do
        ask "$address" CLUSTER RESET HARD
    done
    redis-cli --cluster create $all --cluster-replicas ${replicasPerMaster} --cluster-yes || exit 1
else
    echo "the cluster exists"
    for address in $strangers; do
        redis-cli --cluster add-node "$address" "$formed" --cluster-slave || exit 1
    done
fi
for address in $all; do
    until ask "$address" CLUSTER INFO | grep -q cluster_state:ok; do
        expired "the cluster is not healthy for $address" && exit 1
        sleep 1
    done
done
echo "the cluster is healthy"
`;
}
