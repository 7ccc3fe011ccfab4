import process from "node:process";
import type { Live, LivePod } from "../../harness/live/live";
import type { Store } from "./stores";

/** Something that happens to one server of a store. */
export interface Disaster {
    readonly name: string;
    /** Lets it happen. */
    strike(live: Live, store: Store, victim: LivePod): Promise<void>;
    /** What people do afterwards; a store of several servers must answer again before. @default nothing */
    mend?(live: Live, victim: LivePod): Promise<void>;
}

const nodeOf = ({ object }: LivePod): string => object.spec.nodeName;

/** The drain comes last: several servers that share two nodes afterwards have to stay there, and are no longer promised to outlive one. */
export const disasters: readonly Disaster[] = [
    {
        name: "kill -9",
        async strike(_live: Live, { container }: Store, { processes }: LivePod): Promise<void> {
            process.kill((processes[container["name"]] ?? [])[0] as number, "SIGKILL");
        },
    },
    {
        name: "pod deleted",
        strike: async (live, _, { namespace, name }) =>
            void await live.cluster.mustKubectl("delete", "pod", name, "--namespace", namespace, "--wait=false"),
    },
    {
        name: "node lost",
        strike: async (live, _, victim) => void await live.cluster.command("node", "kill", nodeOf(victim)),
        mend: async (live, victim) => void await live.cluster.command("node", "start", nodeOf(victim)),
    },
    {
        name: "node drained",
        strike: async (live, _, victim) => void await live.cluster.mustKubectl("drain", nodeOf(victim), "--ignore-daemonsets",
            "--delete-emptydir-data", "--timeout=240s"),
        mend: async (live, victim) => void await live.cluster.mustKubectl("uncordon", nodeOf(victim)),
    },
];
