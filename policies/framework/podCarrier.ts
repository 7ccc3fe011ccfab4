import { withApiDefaults } from "./apiDefaults";
import { isProperties, UNKNOWN } from "./field";
import type { Keys } from "./field";
import type { KubernetesObject } from "./kubernetesObject";
import { remembered } from "./remembered";
import type { PodSource } from "./pod";

/** A workload's kind decides which rules make sense for its pods. */
export interface CarriedPod extends PodSource {
    readonly object: KubernetesObject;
    /** Whether the pod ends by itself, as in a Job. */
    readonly runsToCompletion: boolean;
}

/** Path from a carrier of each kind to its pod; what is not listed is looked for in `spec.template`. */
const templatePaths: Readonly<Record<string, readonly string[]>> = {
    "/Pod": [],
    "/PodTemplate": ["template"],
    "/ReplicationController": ["spec", "template"],
    "apps/Deployment": ["spec", "template"],
    "apps/StatefulSet": ["spec", "template"],
    "apps/DaemonSet": ["spec", "template"],
    "apps/ReplicaSet": ["spec", "template"],
    "extensions/Deployment": ["spec", "template"],
    "extensions/DaemonSet": ["spec", "template"],
    "extensions/ReplicaSet": ["spec", "template"],
    "batch/Job": ["spec", "template"],
    "batch/CronJob": ["spec", "jobTemplate", "spec", "template"],
};

/**
 * The pod that an object carries: its own, or that of its template. Custom resources carry one when `spec.template.spec`
 * has containers; undefined when there is none. Every policy asks for it.
 */
export const carriedPod: (object: KubernetesObject) => CarriedPod | undefined = remembered(findPod);

function findPod(object: KubernetesObject): CarriedPod | undefined {
    const known = templatePaths[`${object.group}/${object.kind}`];
    const keys = known ?? ["spec", "template"];
    let holder: unknown = object.properties;
    const at: (string | number)[] = [...object.keys];
    for (const key of keys) {
        holder = isProperties(holder) ? holder[key] : holder;
        at.push(key);
        if (holder === UNKNOWN) {
            return known && pod(object, UNKNOWN, at);
        }
    }
    if (!isProperties(holder)) {
        return undefined;
    }
    const spec = holder["spec"];
    const isPod = known ? spec !== undefined : isProperties(spec) && spec["containers"] !== undefined;
    return isPod ? pod(object, holder, at) : undefined;
}

function pod(object: KubernetesObject, holder: unknown, at: Keys): CarriedPod {
    const below = isProperties(holder) ? holder : undefined;
    const spec = below ? below["spec"] : UNKNOWN;
    return {
        object,
        metadata: below ? below["metadata"] : UNKNOWN,
        metadataKeys: below ? [...at, "metadata"] : at,
        spec: isProperties(spec) && !object.patch ? withApiDefaults(spec) : spec,
        specKeys: below ? [...at, "spec"] : at,
        partial: object.patch,
        runsToCompletion: object.group === "batch",
    };
}
