import { MetricSource } from "../../kit/metricSource";
import type { AlertRule, Telemetry } from "../../kit/telemetry";

/** Arguments of {@link storageTelemetry}. */
export interface StorageTelemetryArgs {
    readonly namespace: string;
    /** Share of a volume that is too much. @default 0.85 */
    readonly maximumRatio?: number;
}

/** How full the namespace's volumes are, as the kubelets that mount them see it, and claims that get none. */
export function storageTelemetry({ namespace, maximumRatio = 0.85 }: StorageTelemetryArgs): Telemetry {
    const kubelet = new MetricSource("kubernetes-kubelet", { namespace });
    const state = new MetricSource("kube-state-metrics", { namespace });
    const stat = (name: string): string => kubelet.of(`kubelet_volume_stats_${name}`);
    const full = `${stat("used_bytes")} / ${stat("capacity_bytes")}`;
    const inodes = `${stat("inodes_used")} / (${stat("inodes")} > 0)`;
    const phase = (phases: string): string => state.of("kube_persistentvolumeclaim_status_phase", { phase: phases });
    const claimAlerts: AlertRule[] = [{
        name: "PvcPending",
        expr: `${phase("Pending")} == 1`,
        for: "15m",
        severity: "warning",
        summary: "Claim {{ $labels.persistentvolumeclaim }} gets no volume",
        description: "For a quarter of an hour no volume has been made for the claim; its pod cannot start.",
    }, {
        name: "PvcLost",
        expr: `${phase("Lost")} == 1`,
        for: "1m",
        severity: "critical",
        summary: "The volume of claim {{ $labels.persistentvolumeclaim }} is gone",
        description: "The volume that the claim was bound to does not exist any more: its data must come from a backup.",
    }];
    const alerts = [...usageAlerts(full, stat("available_bytes"), maximumRatio), inodeAlert(inodes), ...claimAlerts];
    return {
        name: "Storage",
        board: "system",
        labels: { namespace },
        alerts,
        panels: [{
            title: "Volumes",
            kind: "timeseries",
            unit: "percentunit",
            queries: [{ expr: full, legend: "{{persistentvolumeclaim}}" }],
            thresholds: [{ value: maximumRatio, color: "red" }],
        }],
        details: [{
            title: "Inodes of the volumes",
            kind: "timeseries",
            unit: "percentunit",
            queries: [{ expr: inodes, legend: "{{persistentvolumeclaim}}" }],
        }],
        metrics: [kubelet.required, state.required],
    };
}

/** The same for several namespaces, which the names of their rule groups tell apart. */
export function storageOf(namespaces: readonly string[]): Telemetry[] {
    return namespaces.map(namespace => ({ ...storageTelemetry({ namespace }), name: `Storage of ${namespace}` }));
}

function usageAlerts(full: string, available: string, maximumRatio: number): AlertRule[] {
    return [{
        name: "PvcAlmostFull",
        expr: `${full} > ${maximumRatio}`,
        for: "5m",
        severity: "warning",
        summary: "Volume {{ $labels.persistentvolumeclaim }} is {{ $value | humanizePercentage }} full",
        description: `More than ${maximumRatio * 100} % of the volume are in use; when it is full, its workload stops writing.`,
    }, {
        name: "PvcFull",
        expr: `${full} > 0.95`,
        for: "1m",
        severity: "critical",
        summary: "Volume {{ $labels.persistentvolumeclaim }} is {{ $value | humanizePercentage }} full",
        description: "Its workload is about to stop writing: a database goes down, a queue refuses messages.",
    }, {
        name: "PvcFullSoon",
        expr: `predict_linear(${available}[6h], 4 * 86400) < 0 and ${full} > 0.5`,
        for: "1h",
        severity: "warning",
        summary: "Volume {{ $labels.persistentvolumeclaim }} will be full within four days",
        description: "At the pace of the last six hours its room ends within four days.",
    }];
}

function inodeAlert(inodes: string): AlertRule {
    return {
        name: "PvcInodesLow",
        expr: `${inodes} > 0.9`,
        for: "15m",
        severity: "warning",
        summary: "Volume {{ $labels.persistentvolumeclaim }} uses {{ $value | humanizePercentage }} of its inodes",
        description: "For a quarter of an hour hardly a new file could be made, whatever room there is.",
    };
}
