import { escapePattern, series } from "../../kit/promql";
import type { Panel, Telemetry } from "../../kit/telemetry";

/** Arguments of {@link loadTestTelemetry}. */
export interface LoadTestTelemetryArgs {
    readonly namespace: string;
    /** Name of the Deployment that is put under load. */
    readonly app: string;
    /** Its container that does the work. */
    readonly container: string;
    /** Counter of answered requests; null when it measures none. */
    readonly requests: string | null;
    /** Why pods are added faster than removed, in one sentence. */
    readonly scaling: string;
}

const deployment = "kube_deployment_status_replicas";
const cpuSeconds = "container_cpu_usage_seconds_total";

const overRange = (fn: "min" | "max" | "avg", expr: string): string => `${fn}_over_time((${expr})[$__range:15s])`;

/** Answers about a load test: choose a time range around it. */
export function loadTestTelemetry({ namespace, app, container, requests, scaling }: LoadTestTelemetryArgs): Telemetry {
    const replicas = `sum(${series(deployment, { namespace, deployment: app })})`;
    const fewest = `min_over_time(${replicas}[$__range:15s] @ end())`;
    const most = `max_over_time(${replicas}[$__range:15s] @ end())`;
    const atPeak = `${replicas} == ${most} > ${fewest}`;
    const scaledOut = `${replicas} > ${fewest}`;
    const timeOf = (fn: "min" | "max", condition: string): string => overRange(fn, `time() + 0 * (${condition})`);
    const cpu = `avg(sum by (pod) (rate(${series(cpuSeconds, { namespace, pod: new RegExp(`${escapePattern(app)}-.+`), container })}[1m])))`;
    const answer = (title: string, unit: Panel["unit"], expr: string, description: string): Panel =>
        ({ title, kind: "stat", unit, queries: [{ expr, legend: app }], description });
    return {
        name: "Load test",
        alerts: [],
        panels: [
            answer("From the fewest pods to the peak", "s", `${timeOf("min", atPeak)} - ${timeOf("min", scaledOut)}`,
                "Time from the first additional pod until the greatest number within the chosen time range was reached."),
            answer("From the peak back", "s", `${timeOf("max", scaledOut)} - ${timeOf("max", atPeak)}`, scaling),
            answer("Mean CPU per pod under load", "short", overRange("avg", `${cpu} and ${scaledOut}`),
                "Cores that a pod used on average while there were more than the fewest pods."),
            ...(requests === null ? [] : [
                answer("Requests per second at the peak", "reqps",
                    overRange("avg", `sum(rate(${series(requests, { namespace, app })}[1m])) and (${atPeak})`),
                    "Answered requests of all pods together, on average while their number was greatest."),
            ]),
        ],
        metrics: [
            { from: "kube-state-metrics", names: [deployment] },
            { from: "kubernetes-cadvisor", names: [cpuSeconds] },
            ...(requests === null ? [] : [{ from: app, names: [requests] }]),
        ],
    };
}
