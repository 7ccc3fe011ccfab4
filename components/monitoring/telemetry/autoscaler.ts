import { series } from "../promql";
import type { Telemetry } from "../telemetry";

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

const hpa = "kube_horizontalpodautoscaler";
const current = `${hpa}_status_current_replicas`;
const desired = `${hpa}_status_desired_replicas`;
const minimum = `${hpa}_spec_min_replicas`;
const maximum = `${hpa}_spec_max_replicas`;
const replicas = "kube_deployment_status_replicas";

/** How many pods an autoscaled Deployment has, wants and may have. */
export function autoscalerTelemetry({ namespace, app, autoscaler, scraped, maximumMinutes = 10 }: AutoscalerTelemetryArgs): Telemetry {
    const of = (metric: string): string => series(metric, { namespace, horizontalpodautoscaler: autoscaler });
    const counted = `sum(${series(replicas, { namespace, deployment: app })})`;
    return {
        name: `Autoscaling of ${app}`,
        alerts: [{
            name: "HpaMaxedOut",
            expr: `${of(current)} >= ${of(maximum)}`,
            for: `${maximumMinutes}m`,
            severity: "warning",
            summary: `${app} runs at its maximum of {{ $value }} pods`,
            description: `For ${maximumMinutes} minutes the autoscaler of ${app} has had no pod left to add; more load makes every request slower.`,
        }],
        panels: [{
            title: `Replicas of Deployment ${app}`,
            kind: "timeseries",
            unit: "none",
            queries: [{ expr: scraped ? `${counted} or count(${series("up", { namespace, app })})` : counted, legend: "pods" }],
        }, {
            title: `Autoscaler of ${app}`,
            kind: "timeseries",
            unit: "none",
            queries: [
                { expr: of(current), legend: "current" },
                { expr: of(desired), legend: "desired" },
                { expr: of(minimum), legend: "minimum" },
                { expr: of(maximum), legend: "maximum" },
            ],
        }],
        metrics: [
            { from: "kube-state-metrics", names: [current, desired, minimum, maximum, replicas] },
            ...(scraped ? [{ from: app, names: ["up"] }] : []),
        ],
    };
}
