import { MetricSource } from "../../kit/metricSource";
import { oneOf, share } from "../../kit/promql";
import type { Telemetry } from "../../kit/telemetry";

/** Arguments of {@link saturationTelemetry}. */
export interface SaturationTelemetryArgs {
    readonly namespaces: readonly string[];
}

const containers = { container: /.+/ };

/** Which containers want more processor time than their limit gives them, and what the platform uses as a whole. */
export function saturationTelemetry({ namespaces }: SaturationTelemetryArgs): Telemetry {
    const cadvisor = new MetricSource("kubernetes-cadvisor", { namespace: oneOf(namespaces) });
    const growth = (metric: string): string => `sum by (namespace, pod, container) (increase(${cadvisor.of(metric, containers)}[5m]))`;
    const throttled = share(growth("container_cpu_cfs_throttled_periods_total"), growth("container_cpu_cfs_periods_total"));
    const cpu = "namespace_container:container_cpu_usage:rate5m";
    const memory = "namespace_container:container_memory_working_set_bytes:sum";
    const by = "sum by (namespace, container)";
    return {
        name: "Saturation",
        board: "system",
        recordings: [
            { record: cpu, expr: `${by} (rate(${cadvisor.of("container_cpu_usage_seconds_total", containers)}[5m]))` },
            { record: memory, expr: `${by} (${cadvisor.of("container_memory_working_set_bytes", containers)})` },
        ],
        alerts: [{
            name: "CpuThrottlingHigh",
            expr: `${throttled} > 0.5`,
            for: "15m",
            severity: "info",
            summary: "{{ $labels.container }} of pod {{ $labels.pod }} is held back in {{ $value | humanizePercentage }} of its time slices",
            description: "For a quarter of an hour the container has wanted more processor time than its limit: its answers get slow.",
        }, {
            name: "CpuThrottlingSevere",
            expr: `${throttled} > 0.9`,
            for: "30m",
            severity: "warning",
            summary: "{{ $labels.container }} of pod {{ $labels.pod }} is held back in {{ $value | humanizePercentage }} of its time slices",
            description: "For half an hour the container has stood still most of the time: probes may fail, and it would be restarted.",
        }],
        panels: [],
        details: [{
            title: "Processors by container", kind: "timeseries", unit: "short",
            queries: [{ expr: `topk(10, ${cpu})`, legend: "{{namespace}}/{{container}}" }],
        }, {
            title: "Memory by container", kind: "timeseries", unit: "bytes",
            queries: [{ expr: `topk(10, ${memory})`, legend: "{{namespace}}/{{container}}" }],
        }, {
            title: "Time slices in which containers are held back", kind: "timeseries", unit: "percentunit",
            queries: [{ expr: `topk(10, ${throttled})`, legend: "{{pod}}/{{container}}" }],
        }],
        metrics: [cadvisor.required],
    };
}
