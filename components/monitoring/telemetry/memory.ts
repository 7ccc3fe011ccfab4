import { series } from "../promql";
import type { Telemetry } from "../telemetry";

/** Arguments of {@link memoryTelemetry}. */
export interface MemoryTelemetryArgs {
    readonly namespace: string;
    /** Containers that are meant. */
    readonly containers: readonly string[];
    /** Share of the limit that is too much. @default 0.9 */
    readonly maximumRatio?: number;
}

const workingSet = "container_memory_working_set_bytes";
const limits = "kube_pod_container_resource_limits";

/** How near containers are to the limit at which the kernel ends them. */
export function memoryTelemetry({ namespace, containers, maximumRatio = 0.9 }: MemoryTelemetryArgs): Telemetry {
    const container = new RegExp(containers.join("|"));
    const perContainer = (selector: string): string => `max by (pod, container) (${selector})`;
    const ratio = `${perContainer(series(workingSet, { namespace, container }))} / `
        + perContainer(series(limits, { namespace, container, resource: "memory" }));
    return {
        name: "Memory",
        alerts: [{
            name: "MemoryNearLimit",
            expr: `${ratio} > ${maximumRatio}`,
            for: "10m",
            severity: "warning",
            summary: "{{ $labels.container }} in {{ $labels.pod }} uses {{ $value | humanizePercentage }} of its memory limit",
            description: `For ten minutes more than ${maximumRatio * 100} % of the limit have been in use; beyond it the kernel ends the container.`,
        }],
        panels: [{
            title: "Memory in relation to the limit",
            kind: "timeseries",
            unit: "percentunit",
            queries: [{ expr: ratio, legend: "{{pod}}" }],
            thresholds: [{ value: maximumRatio, color: "red" }],
        }],
        metrics: [{ from: "kubernetes-cadvisor", names: [workingSet] }, { from: "kube-state-metrics", names: [limits] }],
    };
}
