import { series } from "../promql";
import type { Telemetry } from "../telemetry";

/** Arguments of {@link objectStorageCapacityTelemetry}. */
export interface ObjectStorageCapacityTelemetryArgs {
    /** Scrape job of MinIO's cluster metrics. */
    readonly job: string;
    /** Share of the disk that is too much. @default 0.85 */
    readonly maximumRatio?: number;
}

const free = "minio_cluster_capacity_usable_free_bytes";
const total = "minio_cluster_capacity_usable_total_bytes";
const requests = "minio_s3_requests_total";

/** Room for objects, and the load, as MinIO's own metrics show them. */
export function objectStorageCapacityTelemetry({ job, maximumRatio = 0.85 }: ObjectStorageCapacityTelemetryArgs): Telemetry {
    const full = `1 - ${series(free, { job })} / ${series(total, { job })}`;
    return {
        name: "Object storage capacity",
        alerts: [{
            name: "MinioDiskFull",
            expr: `${full} > ${maximumRatio}`,
            for: "5m",
            severity: "warning",
            summary: "MinIO's disk is {{ $value | humanizePercentage }} full",
            description: `More than ${maximumRatio * 100} % of the disk are in use; MinIO refuses uploads before it is full.`,
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
            queries: [{ expr: `sum by (api) (rate(${series(requests, { job })}[$__rate_interval]))`, legend: "{{api}}" }],
        }],
        metrics: [{ from: job, names: [free, total, requests] }],
    };
}
