import { series } from "../promql";
import type { Telemetry } from "../telemetry";

/** Arguments of {@link storageTelemetry}. */
export interface StorageTelemetryArgs {
    readonly namespace: string;
    /** Share of a volume that is too much. @default 0.85 */
    readonly maximumRatio?: number;
}

const used = "kubelet_volume_stats_used_bytes";
const capacity = "kubelet_volume_stats_capacity_bytes";

/** How full the namespace's volumes are, as the kubelets that mount them see it. */
export function storageTelemetry({ namespace, maximumRatio = 0.85 }: StorageTelemetryArgs): Telemetry {
    const full = `${series(used, { namespace })} / ${series(capacity, { namespace })}`;
    return {
        name: "Storage",
        alerts: [{
            name: "PvcAlmostFull",
            expr: `${full} > ${maximumRatio}`,
            for: "5m",
            severity: "warning",
            summary: "Volume {{ $labels.persistentvolumeclaim }} is {{ $value | humanizePercentage }} full",
            description: `More than ${maximumRatio * 100} % of the volume are in use; when it is full, its workload stops writing.`,
        }],
        panels: [{
            title: "Volumes",
            kind: "timeseries",
            unit: "percentunit",
            queries: [{ expr: full, legend: "{{persistentvolumeclaim}}" }],
            thresholds: [{ value: maximumRatio, color: "red" }],
        }],
        metrics: [{ from: "kubernetes-kubelet", names: [used, capacity] }],
    };
}
