import { rowOf } from "../imageTable";
import type { RenderedPods } from "../pods";
import { podsOf } from "../pods";
import type { Live, Tell } from "./live";
import { heldLabel } from "./live";

/** Whether contract-app stands in an image. */
export function isContract(image: string): boolean {
    return rowOf(image)?.program === "contract-app";
}

/** A pod as a Job or CronJob would make it, that waits instead of doing its work. */
function held({ name, namespace, template: { metadata, spec } }: RenderedPods): object {
    const podName = `held-${name}`.toLowerCase().replaceAll(/[^a-z0-9-]/g, "-").slice(0, 63);
    return {
        apiVersion: "v1", kind: "Pod", metadata: { name: podName, namespace, labels: { ...metadata.labels, [heldLabel]: podName } },
        spec: {
            ...spec, restartPolicy: "Never", terminationGracePeriodSeconds: 0, initContainers: undefined,
            // Contract-app listens until it is told to end; all other images have a sleep.
            containers: spec.containers.map(container =>
                ({ ...container, ...(isContract(container.image) ? { command: ["/usr/local/bin/contract-app"], args: [] } : { command: ["sleep"], args: ["86400"] }) })),
        },
    };
}

/** Lets pods of all Jobs and CronJobs, which end or have not begun, stand beside the others while something is looked at. */
export async function withHeldPods<Result>(live: Live, tell: Tell, look: () => Promise<Result>): Promise<Result> {
    const pods = podsOf(live.program.recording).filter(({ kind }) => kind === "Job" || kind === "CronJob").map(held);
    if (pods.length === 0) {
        return look();
    }
    tell(`holding ${pods.length} pods of Jobs`);
    try {
        await live.cluster.apply(...pods);
        await live.cluster.mustKubectl("wait", "pods", "--all-namespaces", `--selector=${heldLabel}`, "--for=jsonpath={.status.phase}=Running", "--timeout=300s");
        return await look();
    } finally {
        await live.cluster.kubectl("delete", "pods", "--all-namespaces", `--selector=${heldLabel}`, "--now", "--wait=true");
    }
}
