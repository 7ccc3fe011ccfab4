import { MetricSource } from "../../kit/metricSource";
import { perSecond } from "../../kit/promql";
import type { Telemetry } from "../../kit/telemetry";

/** Arguments of {@link objectStorageCapacityTelemetry}. */
export interface ObjectStorageCapacityTelemetryArgs {
    /** Scrape job of MinIO's cluster metrics. */
    readonly job: string;
    /** Share of the disk that is too much. @default 0.85 */
    readonly maximumRatio?: number;
}

/** Room for objects, and the load, as MinIO's own metrics show them. */
export function objectStorageCapacityTelemetry({ job, maximumRatio = 0.85 }: ObjectStorageCapacityTelemetryArgs): Telemetry {
    const source = new MetricSource(job, { job });
    const free = source.of("minio_cluster_capacity_usable_free_bytes");
    const full = `1 - ${free} / ${source.of("minio_cluster_capacity_usable_total_bytes")}`;
    const requests = perSecond(source.of("minio_s3_requests_total"), ["api"]);
    return {
        name: "Object storage capacity",
        board: "minio",
        alerts: [{
            name: "MinioDiskFull",
            expr: `${full} > ${maximumRatio}`,
            for: "5m",
            severity: "warning",
            summary: "MinIO's disk is {{ $value | humanizePercentage }} full",
            description: `More than ${maximumRatio * 100} % of the disk are in use; MinIO refuses uploads before it is full.`,
        }, {
            name: "MinioDiskFullSoon",
            expr: `predict_linear(${free}[6h], 4 * 86400) < 0 and ${full} > 0.5`,
            for: "1h",
            severity: "warning",
            summary: "MinIO's disk will be full within four days",
            description: "At the pace of the last six hours the room for objects ends within four days.",
        }],
        panels: [{
            title: "Disk of MinIO",
            kind: "timeseries",
            unit: "percentunit",
            queries: [{ expr: full, legend: "used" }],
            thresholds: [{ value: maximumRatio, color: "red" }],
        }, {
            title: "S3 requests per second",
            kind: "timeseries",
            unit: "reqps",
            queries: [{ expr: requests, legend: "{{api}}" }],
        }],
        metrics: [source.required],
    };
}
