import { parseQuantity } from "../../kit/quantity";
import { escapePattern, series } from "../../kit/promql";
import type { Panel, Telemetry } from "../../kit/telemetry";

/** Arguments of {@link containerTelemetry}. */
export interface ContainerTelemetryArgs {
    readonly namespace: string;
    /** Name of the workload whose pods are meant. */
    readonly app: string;
    /** Container that does the work. */
    readonly container: string;
    /** What the panels call the pods, such as `backend pods`. */
    readonly title: string;
    /** What the container requests. */
    readonly requests: { readonly cpu: string; readonly memory: string };
    /** Utilization that the autoscaler aims at, in percent of the request; drawn as a line. @default no line */
    readonly targets?: { readonly cpuPercent?: number; readonly memoryPercent?: number };
}

const cpuSeconds = "container_cpu_usage_seconds_total";
const workingSet = "container_memory_working_set_bytes";

/** CPU and memory of a workload's pods as the kubelets measure them, absolute and in percent of the request. */
export function containerTelemetry({ namespace, app, container, title, requests, targets }: ContainerTelemetryArgs): Telemetry {
    const pods = { namespace, pod: new RegExp(`${escapePattern(app)}-.+`), container };
    const cpu = `rate(${series(cpuSeconds, pods)}[$__rate_interval])`;
    const memory = series(workingSet, pods);
    const usage = (resource: string, unit: Panel["unit"], selector: string): Panel => ({
        title: `${resource} usage of ${title}`,
        kind: "timeseries",
        unit,
        queries: [{ expr: `sum by (pod) (${selector})`, legend: "{{pod}}" }],
    });
    const utilization = (resource: string, selector: string, request: string, target?: number): Panel => ({
        title: `${resource} of ${title} in percent of the request`,
        kind: "timeseries",
        unit: "percent",
        queries: [{ expr: `100 * avg(sum by (pod) (${selector})) / ${parseQuantity(request)}`, legend: `average of ${request}` }],
        ...(target !== undefined && { thresholds: [{ value: target, color: "orange" }] }),
    });
    return {
        name: `Resources of ${title}`,
        alerts: [],
        panels: [
            usage("CPU", "short", cpu),
            usage("Memory", "bytes", memory),
            utilization("CPU", cpu, requests.cpu, targets?.cpuPercent),
            utilization("Memory", memory, requests.memory, targets?.memoryPercent),
        ],
        metrics: [{ from: "kubernetes-cadvisor", names: [cpuSeconds, workingSet] }],
    };
}
