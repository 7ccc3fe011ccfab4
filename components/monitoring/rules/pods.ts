import { MetricSource } from "../../kit/metricSource";
import { oneOf } from "../../kit/promql";
import type { AlertRule, Panel, Telemetry } from "../../kit/telemetry";

/** Arguments of {@link podTelemetry}. */
export interface PodTelemetryArgs {
    /** Namespaces whose pods and autoscalers are meant. */
    readonly namespaces: readonly string[];
}

type Of = (metric: string, labels?: Record<string, string | RegExp>) => string;

const restarts = "kube_pod_container_status_restarts_total";
const waiting = "kube_pod_container_status_waiting_reason";
const phase = "kube_pod_status_phase";

/** Pods that do not start, do not stay up or do not leave, and autoscalers that move. */
export function podTelemetry({ namespaces }: PodTelemetryArgs): Telemetry {
    const source = new MetricSource("kube-state-metrics", { namespace: oneOf(namespaces) });
    const of: Of = (metric, labels) => source.of(metric, labels);
    const alerts = [...crashAlerts(of), ...startAlerts(of), ...lifeAlerts(of)];
    const panels = overviewPanels(of);
    const details = detailPanels(of);
    return { name: "Pods", board: "system", alerts, panels, details, metrics: [source.required] };
}

function crashAlerts(of: Of): AlertRule[] {
    const killed = of("kube_pod_container_status_last_terminated_reason", { reason: "OOMKilled" });
    return [{
        name: "PodCrashLooping",
        expr: `max by (namespace, pod, container) (max_over_time(${of(waiting, { reason: "CrashLoopBackOff" })}[5m])) >= 1 `
            + `or max by (namespace, pod, container) (increase(${of(restarts)}[15m])) > 3`,
        for: "5m",
        severity: "critical",
        summary: "{{ $labels.container }} of pod {{ $labels.pod }} starts and ends again and again",
        description: "For ten minutes the container has not stayed up; it may never have started since its last change.",
    }, {
        name: "InitContainerFailing",
        expr: `max_over_time(${of("kube_pod_init_container_status_waiting_reason", { reason: "CrashLoopBackOff" })}[5m]) >= 1`,
        for: "5m",
        severity: "critical",
        summary: "Pod {{ $labels.pod }} does not get past {{ $labels.container }}",
        description: "For ten minutes a container that must end before the pod starts has failed: what it waits for or prepares is not there.",
    }, {
        name: "ContainerOutOfMemory",
        expr: `${killed} == 1 and on (namespace, pod, container) increase(${of(restarts)}[10m]) > 0`,
        for: "0m",
        severity: "warning",
        summary: "{{ $labels.container }} of pod {{ $labels.pod }} was ended at its memory limit",
        description: "In the last ten minutes the kernel ended the container, because it wanted more memory than its limit.",
    }];
}

function startAlerts(of: Of): AlertRule[] {
    return [{
        name: "ImagePullFailing",
        expr: `max_over_time(${of(waiting, { reason: /ErrImagePull|ImagePullBackOff|InvalidImageName/ })}[5m]) >= 1`,
        for: "5m",
        severity: "critical",
        summary: "The image of {{ $labels.container }} of pod {{ $labels.pod }} cannot be pulled",
        description: "For ten minutes the node has not got the image: its name is wrong, the registry refuses, or is gone.",
    }, {
        name: "ContainerCannotStart",
        expr: `max_over_time(${of(waiting, { reason: /CreateContainerConfigError|CreateContainerError|RunContainerError/ })}[5m]) >= 1`,
        for: "5m",
        severity: "critical",
        summary: "{{ $labels.container }} of pod {{ $labels.pod }} cannot be started: {{ $labels.reason }}",
        description: "For ten minutes the kubelet has failed to make the container: mostly a Secret, a ConfigMap or a key is missing.",
    }, {
        name: "PodUnschedulable",
        expr: `${of("kube_pod_status_unschedulable")} == 1`,
        for: "5m",
        severity: "warning",
        summary: "No node takes pod {{ $labels.pod }}",
        description: "For five minutes no node has had the processors, memory, volume or place apart from others that the pod demands.",
    }, {
        name: "PodPending",
        expr: `${of(phase, { phase: /Pending|Unknown/ })} == 1`,
        for: "15m",
        severity: "warning",
        summary: "Pod {{ $labels.pod }} is {{ $labels.phase }}",
        description: "For a quarter of an hour the pod has not started: no node, no volume, no image or an init container that waits.",
    }];
}

function lifeAlerts(of: Of): AlertRule[] {
    return [{
        name: "PodNotReady",
        expr: `${of("kube_pod_status_ready", { condition: "false" })} == 1 and on (namespace, pod) ${of(phase, { phase: "Running" })} == 1`,
        for: "15m",
        severity: "warning",
        summary: "Pod {{ $labels.pod }} runs and is not ready",
        description: "For a quarter of an hour the pod's readiness probe has failed: it gets no requests.",
    }, {
        name: "PodEvicted",
        expr: `${of("kube_pod_status_reason", { reason: "Evicted" })} == 1`,
        for: "0m",
        severity: "info",
        summary: "Pod {{ $labels.pod }} was evicted",
        description: "The node ran short of memory or disk and ended the pod, or the pod wrote more than its limit of ephemeral storage.",
    }, {
        name: "PodStuckTerminating",
        expr: `time() - ${of("kube_pod_deletion_timestamp")} > 900`,
        for: "5m",
        severity: "warning",
        summary: "Pod {{ $labels.pod }} has been ending for {{ $value | humanizeDuration }}",
        description: "The pod should be gone and is not: its node does not answer, or a volume cannot be unmounted. A StatefulSet waits for it.",
    }];
}

function overviewPanels(of: Of): Panel[] {
    const desired = of("kube_horizontalpodautoscaler_status_desired_replicas");
    return [{
        title: "Pod Restarts",
        kind: "timeseries",
        unit: "none",
        queries: [{ expr: `sum by (namespace, pod) (increase(${of(restarts)}[$__range]))`, legend: "{{namespace}}/{{pod}}" }],
    }, {
        title: "HPA Scaling Events",
        kind: "timeseries",
        unit: "none",
        queries: [
            { expr: `changes(${desired}[$__rate_interval])`, legend: "{{horizontalpodautoscaler}} events" },
            { expr: desired, legend: "{{horizontalpodautoscaler}} pods" },
        ],
    }];
}

function detailPanels(of: Of): Panel[] {
    return [{
        title: "Pods by phase",
        kind: "timeseries",
        unit: "none",
        queries: [{ expr: `sum by (phase) (${of(phase)})`, legend: "{{phase}}" }],
    }, {
        title: "Containers that wait",
        kind: "timeseries",
        unit: "none",
        queries: [{ expr: `sum by (reason) (${of(waiting)})`, legend: "{{reason}}" }],
    }];
}
