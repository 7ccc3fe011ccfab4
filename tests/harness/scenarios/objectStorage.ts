import { objectStorageTelemetry } from "../../../components/data/minio/telemetry";
import { objectStorageCapacityTelemetry } from "../../../components/data/minio/capacityTelemetry";
import type { ScenarioTable, World } from "./table";
import { grows, named, stays } from "./table";

const minio = named('job="minio",instance="10.0.0.1:9000"');
const gauge = (name: string, value: number): World => ({ [minio(name)]: stays(value) });
const requests = (all: number, failed: number): World =>
    ({ [minio("minio_s3_requests_total", 'api="putobject"')]: grows(all), [minio("minio_s3_requests_errors_total", 'api="putobject"')]: grows(failed) });
const capacity = (free: string): World =>
    ({ [minio("minio_cluster_capacity_usable_free_bytes")]: free, [minio("minio_cluster_capacity_usable_total_bytes")]: "1000x1000" });

/** Alerts of MinIO. */
export const objectStorage: ScenarioTable = {
    telemetry: [objectStorageTelemetry({ job: "minio" }), objectStorageCapacityTelemetry({ job: "minio" })],
    scenarios: {
        MinioDown: { fires: { "it does not answer": gauge("up", 0), "it is gone": {} }, at: ["1m", "3m"], silent: { "it answers": gauge("up", 1) } },
        S3ErrorRate: { fires: { "one in ten fails": requests(100, 10) }, at: ["9m", "13m"], silent: { "one in fifty does": requests(100, 2), "nobody asks": requests(0, 0) } },
        S3AccessDenied: {
            fires: { "one a second": { [minio("minio_s3_requests_rejected_auth_total")]: grows(60) } },
            at: ["9m", "18m"],
            silent: { "one a minute": { [minio("minio_s3_requests_rejected_auth_total")]: grows(1) } },
        },
        S3ClockSkew: {
            fires: { "one a minute": { [minio("minio_s3_requests_rejected_timestamp_total")]: grows(1) } },
            at: ["9m", "13m"],
            silent: { "none": { [minio("minio_s3_requests_rejected_timestamp_total")]: stays(4) } },
        },
        S3RequestsWaiting: { fires: { "twenty wait": gauge("minio_s3_requests_waiting_total", 20) }, at: ["4m", "6m"], silent: { "five wait": gauge("minio_s3_requests_waiting_total", 5) } },
        MinioDriveOffline: {
            fires: { "one is": gauge("minio_cluster_drive_offline_total", 1) }, at: ["1m", "3m"], silent: { "none is": gauge("minio_cluster_drive_offline_total", 0) },
        },
        MinioUnhealthy: { fires: { "it says so": gauge("minio_cluster_health_status", 0) }, at: ["1m", "3m"], silent: { "it is well": gauge("minio_cluster_health_status", 1) } },
        MinioFileDescriptors: {
            fires: { "90 of 100": { ...gauge("minio_node_file_descriptor_open_total", 90), ...gauge("minio_node_file_descriptor_limit_total", 100) } },
            at: ["9m", "11m"],
            silent: { "half of them": { ...gauge("minio_node_file_descriptor_open_total", 50), ...gauge("minio_node_file_descriptor_limit_total", 100) } },
        },
        MinioDiskFull: { fires: { "90 % are used": capacity("100x60") }, at: ["4m", "6m"], silent: { "85 % are": capacity("150x60") } },
        MinioDiskFullSoon: {
            fires: { "a thousandth goes each minute": capacity("450-0.2x1000") },
            at: ["50m", "3h"],
            silent: { "it stays at 60 %": capacity("400x1000"), "it fills and has most left": capacity("900-0.2x1000") },
        },
    },
};
