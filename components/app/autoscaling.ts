import type * as k8s from "@pulumi/kubernetes";
import type { ObjectMeta } from "../kit/scope";

/** How a HorizontalPodAutoscaler scales one Deployment. */
export interface Autoscaling {
    /** Fewest pods. */
    readonly minimum: number;
    /** Most pods. */
    readonly maximum: number;
    /** Mean CPU use to aim at, in percent of the request. */
    readonly cpuPercent: number;
    /** Mean memory use to aim at, in percent of the request. @default memory is not looked at */
    readonly memoryPercent?: number;
    /** How fast pods are added and removed. @default the controller's own rules */
    readonly behavior?: k8s.types.input.autoscaling.v2.HorizontalPodAutoscalerBehavior;
}

/** An autoscaler of the Deployment of that name. */
export function autoscalerArgs(
    meta: ObjectMeta, deployment: string, autoscaling: Autoscaling,
): k8s.autoscaling.v2.HorizontalPodAutoscalerArgs {
    const utilization = (name: string, averageUtilization: number): k8s.types.input.autoscaling.v2.MetricSpec =>
        ({ type: "Resource", resource: { name, target: { type: "Utilization", averageUtilization } } });
    return {
        metadata: meta,
        spec: {
            scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: deployment },
            minReplicas: autoscaling.minimum,
            maxReplicas: autoscaling.maximum,
            metrics: [
                utilization("cpu", autoscaling.cpuPercent),
                ...(autoscaling.memoryPercent === undefined ? [] : [utilization("memory", autoscaling.memoryPercent)]),
            ],
            ...(autoscaling.behavior && { behavior: autoscaling.behavior }),
        },
    };
}
