import { MetricSource } from "../../kit/metricSource";
import { absentOrZero, rate, share } from "../../kit/promql";
import type { Telemetry } from "../../kit/telemetry";

/** Arguments of {@link objectStorageTelemetry}. */
export interface ObjectStorageTelemetryArgs {
    /** Scrape job of MinIO's cluster metrics. */
    readonly job: string;
    /** Share of requests with an error that is too much. @default 0.05 */
    readonly maximumErrorRatio?: number;
}

/** MinIO as its own metrics show it: whether it answers, and how. */
export function objectStorageTelemetry({ job, maximumErrorRatio = 0.05 }: ObjectStorageTelemetryArgs): Telemetry {
    const source = new MetricSource(job, { job });
    const growth = (metric: string, range: string): string => rate(source.of(metric), range);
    const alerts: Telemetry["alerts"] = [{
        name: "MinioDown",
        expr: absentOrZero(`sum(${source.of("up")})`),
        for: "2m",
        severity: "critical",
        summary: "MinIO does not answer",
        description: "For two minutes MinIO has not answered: no file can be uploaded or downloaded.",
    }, {
        name: "S3ErrorRate",
        expr: `${share(growth("minio_s3_requests_errors_total", "5m"), growth("minio_s3_requests_total", "5m"))} > ${maximumErrorRatio}`,
        for: "10m",
        severity: "warning",
        summary: "MinIO fails {{ $value | humanizePercentage }} of its requests",
        description: `For ten minutes more than ${maximumErrorRatio * 100} % of the S3 requests have ended with an error.`,
    }, {
        name: "S3AccessDenied",
        expr: `${growth("minio_s3_requests_rejected_auth_total", "10m")} > 0.5`,
        for: "10m",
        severity: "warning",
        summary: "MinIO turns away {{ $value | humanize }} requests a second",
        description: "For ten minutes requests have come with a wrong signature: a service has old keys, or someone tries keys.",
    }, {
        name: "S3ClockSkew",
        expr: `${growth("minio_s3_requests_rejected_timestamp_total", "10m")} > 0`,
        for: "10m",
        severity: "warning",
        summary: "MinIO rejects requests whose time is wrong",
        description: "For ten minutes requests have been signed with a time that is more than fifteen minutes off: a node's clock runs wrong.",
    }, {
        name: "S3RequestsWaiting",
        expr: `sum(${source.of("minio_s3_requests_waiting_total")}) > 10`,
        for: "5m",
        severity: "warning",
        summary: "{{ $value }} requests wait for MinIO",
        description: "For five minutes requests have waited for a free worker: the disk is too slow for what is asked.",
    }, {
        name: "MinioDriveOffline",
        expr: `max(${source.of("minio_cluster_drive_offline_total")}) > 0`,
        for: "2m",
        severity: "critical",
        summary: "{{ $value }} drives of MinIO are offline",
        description: "For two minutes MinIO has not reached its drive: objects on it cannot be read.",
    }, {
        name: "MinioUnhealthy",
        expr: `min(${source.of("minio_cluster_health_status")}) == 0`,
        for: "2m",
        severity: "critical",
        summary: "MinIO cannot write",
        description: "For two minutes too few drives have been there for a write: uploads fail, downloads may still work.",
    }, {
        name: "MinioFileDescriptors",
        expr: `${source.of("minio_node_file_descriptor_open_total")} / ${source.of("minio_node_file_descriptor_limit_total")} > 0.8`,
        for: "10m",
        severity: "warning",
        summary: "MinIO has {{ $value | humanizePercentage }} of its file descriptors open",
        description: "For ten minutes open files and connections have been close to the limit; beyond it requests fail.",
    }];
    return { name: "Object storage", board: "minio", alerts, panels: [], details: details(source), metrics: [source.required] };
}

function details(source: MetricSource): Telemetry["panels"] {
    const perSecond = (metric: string, by: string[]): string => rate(source.of(metric), "$__rate_interval", by);
    return [{
        title: "Errors per second",
        kind: "timeseries",
        unit: "reqps",
        queries: [{ expr: perSecond("minio_s3_requests_errors_total", ["api"]), legend: "{{api}}" }],
    }, {
        title: "Traffic",
        kind: "timeseries",
        unit: "bytes",
        queries: [
            { expr: perSecond("minio_s3_traffic_received_bytes", []), legend: "received" },
            { expr: perSecond("minio_s3_traffic_sent_bytes", []), legend: "sent" },
        ],
    }, {
        title: "Requests in work and waiting",
        kind: "timeseries",
        unit: "none",
        queries: [
            { expr: `sum(${source.of("minio_s3_requests_inflight_total")})`, legend: "in work" },
            { expr: `sum(${source.of("minio_s3_requests_waiting_total")})`, legend: "waiting" },
        ],
    }, {
        title: "Drives online",
        kind: "stat",
        unit: "none",
        queries: [{ expr: `min(${source.of("minio_cluster_drive_online_total")})`, legend: "drives" }],
    }];
}
