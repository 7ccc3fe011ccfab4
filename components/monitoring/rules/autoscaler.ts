import { MetricSource } from "../../kit/metricSource";
import type { Telemetry } from "../../kit/telemetry";

/** Arguments of {@link autoscalerTelemetry}. */
export interface AutoscalerTelemetryArgs {
    readonly namespace: string;
    /** Name of the Deployment and of its `app` label. */
    readonly app: string;
    /** Name of the HorizontalPodAutoscaler. */
    readonly autoscaler: string;
    /** Whether the pods themselves are scraped; then these are counted while kube-state-metrics is gone. */
    readonly scraped: boolean;
    /** Minutes at the maximum that are too many. @default 10 */
    readonly maximumMinutes?: number;
}

/** How many pods an autoscaled Deployment has, wants and may have. */
export function autoscalerTelemetry({ namespace, app, autoscaler, scraped, maximumMinutes = 10 }: AutoscalerTelemetryArgs): Telemetry {
    const state = new MetricSource("kube-state-metrics", { namespace });
    const pods = new MetricSource(app, { namespace, app });
    const of = (name: string, labels: Record<string, string> = {}): string =>
        state.of(`kube_horizontalpodautoscaler_${name}`, { horizontalpodautoscaler: autoscaler, ...labels });
    const [current, desired] = [of("status_current_replicas"), of("status_desired_replicas")];
    const [minimum, maximum] = [of("spec_min_replicas"), of("spec_max_replicas")];
    const counted = `sum(${state.of("kube_deployment_status_replicas", { deployment: app })})`;
    return {
        name: `Autoscaling of ${app}`,
        labels: { namespace, app },
        alerts: [{
            name: "HpaMaxedOut",
            expr: `${current} >= ${maximum}`,
            for: `${maximumMinutes}m`,
            severity: "warning",
            summary: `${app} runs at its maximum of {{ $value }} pods`,
            description: `For ${maximumMinutes} minutes the autoscaler of ${app} has had no pod left to add; more load makes every request slower.`,
        }, {
            name: "HpaCannotScale",
            expr: `${of("status_condition", { condition: "ScalingActive", status: "false" })} == 1`,
            for: "15m",
            severity: "warning",
            summary: `The autoscaler of ${app} gets no measurements`,
            description: `For a quarter of an hour the autoscaler of ${app} has not known the pods' use: it neither adds nor removes any.`,
        }, {
            name: "HpaNotFollowed",
            expr: `${current} != ${desired} and changes(${current}[15m]) == 0 and ${current} < ${maximum}`,
            for: "15m",
            severity: "warning",
            summary: `${app} keeps {{ $value }} pods, whatever its autoscaler wants`,
            description: "For a quarter of an hour the number of pods has not followed: no node takes them, or the quota is used up.",
        }],
        panels: [{
            title: `Replicas of Deployment ${app}`,
            kind: "timeseries",
            unit: "none",
            queries: [{ expr: scraped ? `${counted} or count(${pods.of("up")})` : counted, legend: "pods" }],
        }, {
            title: `Autoscaler of ${app}`,
            kind: "timeseries",
            unit: "none",
            queries: [
                { expr: current, legend: "current" },
                { expr: desired, legend: "desired" },
                { expr: minimum, legend: "minimum" },
                { expr: maximum, legend: "maximum" },
            ],
        }],
        metrics: [state.required, ...(scraped ? [pods.required] : [])],
    };
}
