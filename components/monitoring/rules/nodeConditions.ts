import { lostNodeAlerts } from "../alerting/alertmanagerConfiguration";
import { MetricSource } from "../../kit/metricSource";
import type { AlertRule, Telemetry } from "../../kit/telemetry";

/** Arguments of {@link nodeConditionTelemetry}. */
export interface NodeConditionTelemetryArgs {
    /** Scrape job of node-exporter. */
    readonly job: string;
}

/** The nodes as the cluster sees them: whether they answer, are ready, are short of something, and take pods. */
export function nodeConditionTelemetry({ job }: NodeConditionTelemetryArgs): Telemetry {
    const state = new MetricSource("kube-state-metrics");
    const exporter = new MetricSource(job, { job });
    const kubelet = new MetricSource("kubernetes-cadvisor", { job: "kubernetes-cadvisor" });
    const is = (condition: string | RegExp): string => state.of("kube_node_status_condition", { condition, status: "true" });
    const alerts: AlertRule[] = [{
        name: lostNodeAlerts.unreachable,
        expr: `max by (node) (${exporter.of("up")}) == 0 and on (node) max by (node) (${kubelet.of("up")}) == 0`,
        for: "3m",
        severity: "critical",
        summary: "Node {{ $labels.node }} does not answer",
        description: "For three minutes neither the kubelet nor node-exporter of the node has answered: the machine or its network is gone, and all that ran there.",
    }, {
        name: lostNodeAlerts.notReady,
        expr: `${is("Ready")} == 0`,
        for: "5m",
        severity: "critical",
        summary: "Node {{ $labels.node }} is not ready",
        description: "For five minutes the cluster has not relied on the node: its pods get no traffic, and are made anew elsewhere where that is possible.",
    }, {
        name: "NodeNetworkUnavailable",
        expr: `${is("NetworkUnavailable")} == 1`,
        for: "5m",
        severity: "critical",
        summary: "Node {{ $labels.node }} has no network for pods",
        description: "For five minutes the network plugin has not been set up on the node: its pods reach nobody.",
    }, {
        name: "NodeUnderPressure",
        expr: `${is(/(Memory|Disk|PID)Pressure/)} == 1`,
        for: "2m",
        severity: "warning",
        summary: "Node {{ $labels.node }} reports {{ $labels.condition }}",
        description: "For two minutes the kubelet has taken no new pods and has evicted some, because the node is short of memory, disk or process numbers.",
    }, {
        name: "NodeCordoned",
        expr: `${state.of("kube_node_spec_unschedulable")} == 1`,
        for: "12h",
        severity: "info",
        summary: "Node {{ $labels.node }} has taken no new pods for half a day",
        description: "Somebody has cordoned or drained the node and not given it back: the others carry its share.",
    }];
    return {
        name: "Node conditions",
        board: "system",
        alerts,
        panels: [],
        details: [{
            title: "Nodes that are ready", kind: "stat", unit: "none",
            queries: [{ expr: `sum(${is("Ready")})`, legend: "ready" }],
        }, {
            title: "Nodes under pressure", kind: "timeseries", unit: "none",
            queries: [{ expr: `sum by (condition) (${is(/(Memory|Disk|PID)Pressure/)})`, legend: "{{condition}}" }],
        }],
        metrics: [state, exporter, kubelet].map(source => source.required),
    };
}
