import { demandPassword, execRedis, innerPassword } from "./server";

/** Where one server listens. */
export interface Address {
    readonly host: string;
    readonly port: number;
}

/** Servers and sentinels that belong together, each list in the order of the pods' ordinals. */
export interface SentinelGroup {
    readonly servers: readonly Address[];
    readonly sentinels: readonly Address[];
}

/** Name under which the sentinels watch the group. */
export const groupName = "redis";

/** Milliseconds of silence after which a sentinel takes the primary for dead. */
const downAfterMilliseconds = 5_000;

/** Milliseconds after which a failover that got stuck is tried again. */
const failoverTimeoutMilliseconds = 30_000;

/** Seconds that one question to a sentinel or server may take. */
const answerSeconds = 2;

const listOf = (addresses: readonly Address[]): string => addresses.map(({ host, port }) => `${host}:${port}`).join(" ");

/**
 * Shell lines that know the group and the pod's own place in it, and ask who is primary. Reads HOSTNAME, which the
 * container runtime sets to the pod's name. Names and ports pass through unquoted: none contains a space.
 */
function preamble({ servers, sentinels }: SentinelGroup, self: "servers" | "sentinels"): string {
    return `\
set -u
# While a new password is rolled out, the others may know the previous one only.
[ -z "\${PREVIOUS_PASSWORD:-}" ] || export REDISCLI_AUTH="$PREVIOUS_PASSWORD"
servers="${listOf(servers)}"
sentinels="${listOf(sentinels)}"
self=$(echo $${self} | cut -d' ' -f$(( \${HOSTNAME##*-} + 1 )))
ask() {
    address=$1
    shift
    timeout ${answerSeconds} redis-cli -h "\${address%:*}" -p "\${address##*:}" "$@" 2>&1
}
primary() {
    for sentinel in $sentinels; do
        answer=$(ask "$sentinel" SENTINEL GET-MASTER-ADDR-BY-NAME ${groupName} | tr '\\n' ':')
        case " $servers " in *" \${answer%:} "*) echo "\${answer%:}"; return ;; esac
    done
    return 1
}
`;
}

/**
 * Start script of a server. It joins as a replica of the primary that the sentinels name; when none answers, as at
 * the very first start, the first server is the primary. A primary that restarts has lost its memory and its
 * replicas have not, so it hands over before it starts and joins as a replica.
 */
export function serverScript(group: SentinelGroup): string {
    const handOverSeconds = 10;
    return `${preamble(group, "servers")}\
hand_over() {
    for sentinel in $sentinels; do
        ask "$sentinel" SENTINEL FAILOVER ${groupName} | grep -q OK && break
    done
    deadline=$(( $(date +%s) + ${handOverSeconds} ))
    while [ "$leader" = "$self" ] && [ "$(date +%s)" -lt "$deadline" ]; do
        sleep 1
        leader=$(primary) || leader=$self
    done
}
if leader=$(primary); then
    if [ "$leader" = "$self" ]; then
        hand_over
    fi
else
    leader=\${servers%% *}
fi
if [ "$leader" = "$self" ]; then
    echo "starting as primary $self"
else
    echo "starting as replica $self of $leader"
    set -- --replicaof "\${leader%:*} \${leader##*:}" "$@"
fi
${execRedis('--port "${self##*:}" --replica-announce-ip "${self%:*}" --replica-announce-port "${self##*:}"')}`;
}

/**
 * Flags of every server. A primary that has lost all its replicas refuses writes, so that one cut off from the rest
 * takes none that would be lost. The replicas' buffers are small, as they come on top of the memory for data.
 */
export const serverFlags: readonly string[] = [
    "--min-replicas-to-write", "1",
    "--min-replicas-max-lag", "10",
    "--client-output-buffer-limit", "replica 32mb 16mb 60",
    // Replicas and sentinels come from other pods; who may come is the NetworkPolicy's business.
    "--protected-mode", "no",
];

/** Exits 0 for a primary, and for a replica that has the primary's data. */
export const isInSync = "redis-cli ping | grep -q PONG && redis-cli info replication | grep -q -e role:master -e master_link_status:up";

/** Exits 0 once this sentinel knows enough others to agree on a failover. */
export const hasQuorum = (port: number): string => `redis-cli -p ${port} sentinel ckquorum ${groupName} | grep -q ^OK`;

/**
 * Start script of a sentinel. It watches the primary that the other sentinels name, at the very first start the
 * first server, once that answers. The configuration, which Sentinel itself rewrites, survives a restart of the
 * container but not of the pod; an id made from the pod's name keeps the others from counting it twice.
 *
 * @param folder writable folder for the configuration
 */
export function sentinelScript(group: SentinelGroup, folder: string): string {
    const quorum = Math.floor(group.sentinels.length / 2) + 1;
    return `${preamble(group, "sentinels")}\
umask 077
file=${folder}/sentinel-\${HOSTNAME##*-}.conf
if [ ! -s "$file" ]; then
    leader=$(primary) || leader=\${servers%% *}
    until ask "$leader" PING | grep -q PONG; do
        echo "waiting for $leader"
        sleep 1
        leader=$(primary) || leader=\${servers%% *}
    done
    cat > "$file.new" <<CONFIGURATION
port \${self##*:}
dir ${folder}
protected-mode no
sentinel resolve-hostnames yes
sentinel announce-hostnames yes
sentinel announce-ip \${self%:*}
sentinel announce-port \${self##*:}
sentinel myid $(printf %s "$self" | sha1sum | cut -c1-40)
sentinel monitor ${groupName} \${leader%:*} \${leader##*:} ${quorum}
sentinel down-after-milliseconds ${groupName} ${downAfterMilliseconds}
sentinel failover-timeout ${groupName} ${failoverTimeoutMilliseconds}
sentinel parallel-syncs ${groupName} 1
\${REDIS_PASSWORD:+sentinel auth-pass ${groupName} $REDIS_PASSWORD}
\${REDIS_PASSWORD:+sentinel sentinel-pass ${innerPassword}}
${demandPassword}
CONFIGURATION
    mv "$file.new" "$file"
fi
exec redis-server "$file" --sentinel "$@"
`;
}
