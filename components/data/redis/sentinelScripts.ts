import type { ShellScript } from "../../kit/textFile";
import { withSourced } from "../../kit/textFile";
import replicatedServer from "./replicatedServer.sh";
import sentinel from "./sentinel.sh";
import sentinelGroup from "./sentinelGroup.sh";
import { serverScript } from "./server";

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

const listOf = (addresses: readonly Address[]): string => addresses.map(({ host, port }) => `${host}:${port}`).join(" ");

/** What both scripts know of the group; HOSTNAME, which the container runtime sets to the pod's name, tells the own place in it. */
const variables = ({ servers, sentinels }: SentinelGroup): Record<string, string> =>
    ({ GROUP: groupName, SERVERS: listOf(servers), SENTINELS: listOf(sentinels) });

/**
 * Start script of a server. It joins as a replica of the primary that the sentinels name; when none answers, as at
 * the very first start, the first server is the primary. A primary that restarts has lost its memory and its
 * replicas have not, so it hands over before it starts and joins as a replica.
 */
export function replicatedServerScript(group: SentinelGroup): ShellScript {
    return {
        text: withSourced(replicatedServer, { "./sentinelGroup.sh": sentinelGroup, "./server.sh": serverScript }),
        environment: variables(group),
    };
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
export function sentinelScript(group: SentinelGroup, folder: string): ShellScript {
    const quorum = Math.floor(group.sentinels.length / 2) + 1;
    return {
        text: withSourced(sentinel, { "./sentinelGroup.sh": sentinelGroup }),
        environment: { ...variables(group), QUORUM: String(quorum), SENTINEL_FOLDER: folder },
    };
}
