import type * as k8s from "@pulumi/kubernetes";
import type { ObjectMeta } from "../kit/scope";

/**
 * Lets one pod at a time be evicted, or as many as leave a minimum: that blocks a drain whenever no pod is above the minimum.
 * @param minimumAvailable pods that stay. @default all but one, however many there are
 */
export function disruptionBudgetArgs(
    meta: ObjectMeta, selector: Readonly<Record<string, string>>, minimumAvailable?: number,
): k8s.policy.v1.PodDisruptionBudgetArgs {
    return {
        metadata: meta,
        spec: {
            ...(minimumAvailable === undefined ? { maxUnavailable: 1 } : { minAvailable: minimumAvailable }),
            selector: { matchLabels: { ...selector } },
            unhealthyPodEvictionPolicy: "AlwaysAllow",
        },
    };
}
