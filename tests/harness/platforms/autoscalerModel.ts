import type { Inputs } from "../mocks";

/** Seconds between two looks of the controller, its default. */
const syncSeconds = 15;

/** Deviation from the target that changes nothing, the controller's default. */
const tolerance = 0.1;

/** CPU of one pod in millicores. */
export interface PodCpu {
    readonly request: number;
    readonly limit: number;
}

/** How an autoscaler follows a load that begins at once and stays. */
export interface Course {
    readonly peak: number;
    /** Seconds from the beginning of the load to the last new pod; 0 where none is added. */
    readonly seconds: number;
    /** Mean use of the request at the end, in percent. */
    readonly percent: number;
}

/**
 * The controller's own algorithm for CPU, under a load of some millicores in all: the pods that are wanted are the CPU in use
 * by the target, as pods that are not ready yet count as idle; of those the policies allow some each period.
 * Every look finds measurements of that moment, and a new pod is ready before the next: real ones take longer.
 * @see https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#algorithm-details
 */
export function courseOf({ minReplicas, maxReplicas, metrics, behavior }: Inputs, { request, limit }: PodCpu, load: number): Course {
    const target = request * metrics[0].resource.target.averageUtilization / 100;
    let [pods, seconds] = [minReplicas as number, 0];
    for (let time = syncSeconds; ; time += syncSeconds) {
        const used = Math.min(load, pods * limit);
        const wanted = Math.abs(used / pods / target - 1) <= tolerance ? pods : Math.ceil(used / target);
        const next = Math.min(wanted, maxReplicas, allowed(pods, behavior.scaleUp.policies));
        if (next <= pods) {
            return { peak: pods, seconds, percent: Math.round(used / pods / request * 100) };
        }
        [pods, seconds] = [next, time];
    }
}

/** The most pods that may be there after one period, by the policy that allows most. */
function allowed(pods: number, policies: readonly { type: string; value: number; periodSeconds: number }[]): number {
    return Math.max(...policies.map(({ type, value, periodSeconds }) => {
        if (periodSeconds !== syncSeconds) {
            throw new Error(`a period of ${periodSeconds} s is not that of the looks; this model knows only ${syncSeconds} s`);
        }
        return type === "Percent" ? Math.ceil(pods * (1 + value / 100)) : pods + value;
    }));
}
