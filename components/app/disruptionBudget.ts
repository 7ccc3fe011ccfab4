import type * as k8s from "@pulumi/kubernetes";
import type { ObjectMeta } from "../kit/scope";

/** Lets one pod at a time be evicted: a minimum of available pods would block a drain whenever one is already down. */
export function disruptionBudgetArgs(meta: ObjectMeta, selector: Readonly<Record<string, string>>): k8s.policy.v1.PodDisruptionBudgetArgs {
    return {
        metadata: meta,
        spec: { maxUnavailable: 1, selector: { matchLabels: { ...selector } }, unhealthyPodEvictionPolicy: "AlwaysAllow" },
    };
}
