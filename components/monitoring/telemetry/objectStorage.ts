import { absentOrZero, series } from "../promql";
import type { Telemetry } from "../telemetry";

/** Arguments of {@link objectStorageTelemetry}. */
export interface ObjectStorageTelemetryArgs {
    /** Scrape job of MinIO's cluster metrics. */
    readonly job: string;
    /** Share of requests with an error that is too much. @default 0.05 */
    readonly maximumErrorRatio?: number;
}

const up = "up";
const requests = "minio_s3_requests_total";
const errors = "minio_s3_requests_errors_total";

/** MinIO as its own metrics show it. */
export function objectStorageTelemetry({ job, maximumErrorRatio = 0.05 }: ObjectStorageTelemetryArgs): Telemetry {
    const rate = (metric: string, range: string): string => `sum(rate(${series(metric, { job })}[${range}]))`;
    return {
        name: "Object storage",
        alerts: [{
            name: "MinioDown",
            expr: absentOrZero(`sum(${series(up, { job })})`),
            for: "2m",
            severity: "critical",
            summary: "MinIO does not answer",
            description: "For two minutes MinIO has not answered: no file can be uploaded or downloaded.",
        }, {
            name: "S3ErrorRate",
            expr: `${rate(errors, "5m")} / ${rate(requests, "5m")} > ${maximumErrorRatio}`,
            for: "10m",
            severity: "warning",
            summary: "MinIO fails {{ $value | humanizePercentage }} of its requests",
            description: `For ten minutes more than ${maximumErrorRatio * 100} % of the S3 requests have ended with an error.`,
        }],
        panels: [],
        metrics: [{ from: job, names: [up, requests, errors] }],
    };
}
