import type * as k8s from "@pulumi/kubernetes";
import type { Capacity, WorkloadNode } from "../kit/graph";
import { formatBytes, parseQuantity } from "../kit/quantity";
import type { ContainerResources, ResourceAmounts } from "../kit/resources";
import { sumAmounts } from "../kit/resources";

/** Room above the computed sum, as a factor: one more debug pod must not block a roll-out. */
const headRoom = 1.1;

/** The most of each resource. */
function largest(all: readonly ResourceAmounts[]): ResourceAmounts {
    const most = (resource: keyof ResourceAmounts): string =>
        all.map(each => each[resource]).reduce((a, b) => (parseQuantity(b) > parseQuantity(a) ? b : a));
    return { cpu: most("cpu"), memory: most("memory"), "ephemeral-storage": most("ephemeral-storage") };
}

/**
 * What Kubernetes counts for a pod: its containers together, or the largest init container where that is more
 * (https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers).
 */
function podAmounts({ containers, initContainers = [] }: Capacity, side: keyof ContainerResources): ResourceAmounts {
    const together = sumAmounts(containers.map(container => ({ amounts: container[side], times: 1 })));
    return largest([together, ...initContainers.map(container => container[side])]);
}

/**
 * Volumes that a namespace may hold beside the declared ones: a store that changes its form, or the number of its nodes, has those of
 * before beside the new ones for a while. Most have one node or three.
 */
const changingClaims = 3;

/** Pods and volumes that a namespace may hold: the sum over its workloads at their greatest number, and head room. */
export function quotaOf(workloads: readonly WorkloadNode[]): Record<string, string> {
    const sum = (side: keyof ContainerResources): ResourceAmounts => {
        const total = sumAmounts(workloads.map(({ capacity }) => ({ amounts: podAmounts(capacity, side), times: capacity.maximumPods })));
        // Last, as only whole numbers have the same sum in any order.
        return sumAmounts([{ amounts: total, times: headRoom }]);
    };
    const requests = sum("requests");
    const limits = sum("limits");
    const pods = workloads.reduce((total, { capacity }) => total + capacity.maximumPods, 0);
    const claims = workloads.flatMap(workload => Object.values(workload.storage ?? {}));
    const sizes = claims.map(parseQuantity);
    const beside = claims.length === 0 ? 0 : changingClaims;
    const storage = sizes.reduce((total, size) => total + size, beside * Math.max(0, ...sizes));
    return {
        "requests.cpu": requests.cpu,
        "requests.memory": requests.memory,
        "requests.ephemeral-storage": requests["ephemeral-storage"],
        "limits.cpu": limits.cpu,
        "limits.memory": limits.memory,
        "limits.ephemeral-storage": limits["ephemeral-storage"],
        pods: String(Math.ceil(pods * headRoom)),
        persistentvolumeclaims: String(claims.length + beside),
        "requests.storage": formatBytes(storage),
    };
}

/** What a container gets that asks for nothing, such as one that is added for debugging. */
const unspecified: ResourceAmounts = { cpu: "100m", memory: "64Mi", "ephemeral-storage": "64Mi" };

/** Bounds of one container: nobody may ask for more than the largest that the program declares. */
export function containerLimits(workloads: readonly WorkloadNode[]): k8s.types.input.core.v1.LimitRangeItem {
    const declared = workloads.flatMap(({ capacity: { containers, initContainers = [] } }) => [...containers, ...initContainers]);
    const max = largest([unspecified, ...declared.map(({ limits }) => limits)]);
    return {
        type: "Container",
        // The API refuses a default above the maximum, so where all containers are small the default is the maximum.
        max: { ...max },
        default: { ...unspecified },
    };
}
