import { nodeId } from "../../components/kit/graph";
import { watchdogAlert } from "../../components/monitoring/alerting/alertmanagerConfiguration";
import { mustRun } from "../harness/command";
import type { LivePod } from "../harness/live/live";
import { eventually } from "../harness/realCluster";
import type { Point } from "./outcome";
import { outcomeOf } from "./outcome";

// Prints what is answered at an address of the namespace that it runs in.
const ask = "fetch(process.argv[1]).then(answer => answer.text()).then(text => process.stdout.write(text))";

/** A target as a Prometheus shows it. */
export interface Target {
    readonly health: string;
    readonly scrapePool: string;
    readonly scrapeUrl: string;
    readonly lastError: string;
}

interface Alert {
    readonly state: string;
    readonly labels: Readonly<Record<string, string>>;
}

/** An answer of a Prometheus' own API, asked from inside its pod. */
export async function api<Data>(pod: LivePod, path: string): Promise<Data> {
    const [process_] = Object.values(pod.processes)[0] ?? [];
    const { stdout } = await mustRun("nsenter", [`--net=/proc/${process_}/ns/net`, process.execPath, "-e", ask, `http://127.0.0.1:9090/api/v1/${path}`]);
    return JSON.parse(stdout).data;
}

/** Every Prometheus scrapes what it should, and no alert fires on a healthy platform. */
export const monitoring: Point = {
    number: 8, name: "monitoring",
    promise: "every target of each Prometheus is up, and no alert fires",
    async prove(live, tell) {
        const servers = (await live.pods()).filter(({ object, isRunning, workload }) => isRunning && workload !== undefined
            && object.spec.containers.some(({ image }: { image: string }) => image.includes("prom/prometheus")));
        if (servers.length === 0) {
            return { state: "absent", summary: "has no Prometheus of its own in dev" };
        }
        const faults: string[] = [];
        const namespaces = (await live.cluster.list("namespaces")).map(({ metadata }) => metadata.name as string);
        const absent = new Set<string>();
        // What the cluster's owner would have installed in a namespace of its own, such as cert-manager.
        const isOfAbsent = ({ scrapeUrl }: Target): boolean => {
            const namespace = /^[^.]+\.([^.]+)\.svc/.exec(new URL(scrapeUrl).hostname)?.[1];
            const isAbsent = namespace !== undefined && !namespaces.includes(namespace);
            if (isAbsent) {
                absent.add(namespace);
            }
            return isAbsent;
        };
        let count = 0, rules = 0;
        for (const pod of servers) {
            const name = pod.workload ? nodeId(pod.workload) : pod.name;
            tell(`targets of ${name}`);
            const read = async (): Promise<readonly Target[]> =>
                (await api<{ activeTargets: readonly Target[] }>(pod, "targets?state=active")).activeTargets.filter(target => !isOfAbsent(target));
            const targets = await eventually(read, found => found.length > 0 && found.every(({ health }) => health === "up"));
            const { alerts } = await api<{ alerts: readonly Alert[] }>(pod, "alerts");
            const { groups } = await api<{ groups: readonly { rules: readonly unknown[] }[] }>(pod, "rules?type=alert");
            count += targets.length;
            rules += groups.flatMap(group => group.rules).length;
            faults.push(
                ...targets.filter(({ health }) => health !== "up").map(({ scrapePool, scrapeUrl, health, lastError }) =>
                    `${name}: target ${scrapePool} ${scrapeUrl} is ${health}: ${lastError}`),
                ...alerts.filter(({ state, labels }) => state === "firing" && labels["alertname"] !== watchdogAlert).map(({ labels }) => `${name}: ${JSON.stringify(labels)} fires`),
            );
        }
        return outcomeOf(faults, `${count} targets up, ${rules} alerts, none firing but the one that always does${
            absent.size > 0 ? `; not installed here, and not asked: ${[...absent].join(", ")}` : ""} (not shown: panels with data, delivery, logs, traces)`);
    },
};
