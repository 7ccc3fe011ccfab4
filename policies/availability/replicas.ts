import type { Field } from "../framework/field";
import { namespaceOf, nameOf } from "../framework/kubernetesObject";
import type { Subject } from "../framework/subject";

/** Whether two objects are of the same cluster and namespace. */
export function areNeighbours(one: Subject, other: Subject): boolean {
    return one.object.provider === other.object.provider && namespaceOf(one.object) === namespaceOf(other.object);
}

/** Whether an object scales others: a HorizontalPodAutoscaler or KEDA's ScaledObject. */
export function isAutoscaler({ object }: Subject): boolean {
    return (object.kind === "HorizontalPodAutoscaler" && object.group === "autoscaling")
        || (object.kind === "ScaledObject" && object.group === "keda.sh");
}

/** Whether an autoscaler's scaleTargetRef names a workload. */
export function scales(autoscaler: Subject, workload: Subject): boolean {
    const target = autoscaler.at("spec", "scaleTargetRef");
    const kind = target.at("kind").text() || "Deployment";
    const name = target.at("name").text();
    return areNeighbours(autoscaler, workload) && kind === workload.object.kind && name !== "" && name === nameOf(workload.object);
}

/** Pods that a workload has at least: what its autoscaler or its replicas say; undefined while unknown. */
export function leastReplicas(workload: Subject, autoscalers: readonly Subject[]): number | undefined {
    const autoscaler = autoscalers.find(candidate => scales(candidate, workload));
    const field: Field = autoscaler
        ? autoscaler.at("spec", autoscaler.object.kind === "ScaledObject" ? "minReplicaCount" : "minReplicas")
        : workload.at("spec", "replicas");
    const value = field.value() ?? (field.isUnknown ? undefined : 1);
    return typeof value === "number" ? value : undefined;
}
