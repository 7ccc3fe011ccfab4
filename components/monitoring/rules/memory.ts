import { MetricSource } from "../../kit/metricSource";
import { oneOf } from "../../kit/promql";
import type { Telemetry } from "../../kit/telemetry";

/** Arguments of {@link memoryTelemetry}. */
export interface MemoryTelemetryArgs {
    readonly namespaces: readonly string[];
    /** Containers that are meant. @default all */
    readonly containers?: readonly string[];
    /** Share of the limit that is too much. @default 0.9 */
    readonly maximumRatio?: number;
}

/** How near containers are to the limit at which the kernel ends them. */
export function memoryTelemetry({ namespaces, containers, maximumRatio = 0.9 }: MemoryTelemetryArgs): Telemetry {
    const labels = { namespace: oneOf(namespaces), container: containers ? oneOf(containers) : /.+/ };
    const [cadvisor, state] = [new MetricSource("kubernetes-cadvisor", labels), new MetricSource("kube-state-metrics", labels)];
    const perContainer = (selector: string): string => `max by (namespace, pod, container) (${selector})`;
    const ratio = `${perContainer(cadvisor.of("container_memory_working_set_bytes"))} / `
        + perContainer(state.of("kube_pod_container_resource_limits", { resource: "memory" }));
    return {
        name: "Memory",
        board: "system",
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
            queries: [{ expr: ratio, legend: "{{pod}}/{{container}}" }],
            thresholds: [{ value: maximumRatio, color: "red" }],
        }],
        metrics: [cadvisor.required, state.required],
    };
}
