import { absentOrZero, series } from "../../kit/promql";
import type { Telemetry } from "../../kit/telemetry";

/** Arguments of {@link availabilityTelemetry}. */
export interface AvailabilityTelemetryArgs {
    readonly namespace: string;
    /** Deployment without which users are served nothing. */
    readonly deployment: string;
    /** Name of the alert, such as `GatewayDown`, and of its page in docs/runbooks. */
    readonly alert: string;
    /** Further Deployments to show. */
    readonly others: readonly string[];
}

const ready = "kube_deployment_status_replicas_ready";

/** Ready pods of some Deployments, and an alert when the most important one has none. */
export function availabilityTelemetry({ namespace, deployment, alert, others }: AvailabilityTelemetryArgs): Telemetry {
    const of = (name: string | RegExp): string => series(ready, { namespace, deployment: name });
    return {
        name: "Availability",
        alerts: [{
            name: alert,
            expr: absentOrZero(of(deployment)),
            for: "2m",
            severity: "critical",
            summary: `${deployment} has no ready pod`,
            description: `For two minutes no pod of ${deployment} in ${namespace} has been ready: clients get no answer.`,
        }],
        panels: [{
            title: "Ready pods",
            kind: "timeseries",
            unit: "none",
            queries: [{ expr: of(new RegExp([deployment, ...others].join("|"))), legend: "{{deployment}}" }],
        }],
        metrics: [{ from: "kube-state-metrics", names: [ready] }],
    };
}
