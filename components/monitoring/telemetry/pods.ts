import { series } from "../promql";
import type { Telemetry } from "../telemetry";

/** Arguments of {@link podTelemetry}. */
export interface PodTelemetryArgs {
    /** Namespaces whose pods and autoscalers are meant. */
    readonly namespaces: readonly string[];
}

const restarts = "kube_pod_container_status_restarts_total";
const waiting = "kube_pod_container_status_waiting_reason";
const desired = "kube_horizontalpodautoscaler_status_desired_replicas";

/** Pods that do not stay up, and autoscalers that move. */
export function podTelemetry({ namespaces }: PodTelemetryArgs): Telemetry {
    const namespace = new RegExp(namespaces.join("|"));
    const of = (metric: string, labels: Record<string, string> = {}): string => series(metric, { namespace, ...labels });
    return {
        name: "Pods",
        alerts: [{
            name: "PodCrashLooping",
            expr: `max_over_time(${of(waiting, { reason: "CrashLoopBackOff" })}[5m]) >= 1`,
            for: "5m",
            severity: "critical",
            summary: "{{ $labels.container }} of pod {{ $labels.pod }} starts and ends again and again",
            description: "For ten minutes the container has not stayed up; it may never have started since its last change.",
        }],
        panels: [{
            title: "Pod Restarts",
            kind: "timeseries",
            unit: "none",
            queries: [{ expr: `sum by (namespace, pod) (increase(${of(restarts)}[$__range]))`, legend: "{{namespace}}/{{pod}}" }],
        }, {
            title: "HPA Scaling Events",
            kind: "timeseries",
            unit: "none",
            queries: [
                { expr: `changes(${of(desired)}[$__rate_interval])`, legend: "{{horizontalpodautoscaler}} events" },
                { expr: of(desired), legend: "{{horizontalpodautoscaler}} pods" },
            ],
        }],
        metrics: [{ from: "kube-state-metrics", names: [restarts, waiting, desired] }],
    };
}
