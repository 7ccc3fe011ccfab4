/** One world: series in promtool's notation with a value a step; `0+1x60` counts up by one each step. */
type World = Readonly<Record<string, string>>;

/** How one alert is made to fire and to stay silent. */
export interface AlertScenario {
    /** Time between two values. @default "1m" */
    readonly step?: string;
    readonly fires: readonly World[];
    /** Last moment at which it must not fire yet, and one at which it must. */
    readonly pendingAt: string;
    readonly firingAt: string;
    readonly silent: readonly World[];
}

const backend = 'job="gauzian-backend",pod="backend-1"';
const requests = (status: number): string => `gauzian_requests_total{${backend},status="${status}"}`;
const bucket = (le: string): string => `gauzian_request_duration_seconds_bucket{${backend},le="${le}"}`;
const gauge = (name: string): string => `${name}{${backend}}`;
const here = 'namespace="gauzian-v2"';
const node = 'job="node-exporter",node="a"';
const files = `{${node},device="/dev/sda1",fstype="ext4",mountpoint="/"}`;
const hpa = (what: string): string => `kube_horizontalpodautoscaler_${what}_replicas{${here},horizontalpodautoscaler="backend-hpa"}`;
const volume = (what: string): string => `kubelet_volume_stats_${what}_bytes{${here},persistentvolumeclaim="minio-pvc"}`;
const monitoringVolume = (what: string): string =>
    `kubelet_volume_stats_${what}_bytes{namespace="monitoring",persistentvolumeclaim="prometheus-pvc"}`;
const postgres = `${here},app="postgres"`;
const redis = `${here},app="redis"`;
const cron = `{${here},cronjob="postgres-backup"}`;
const restoreCron = `{${here},cronjob="postgres-restore-test"}`;
const job = `${here},job_name="postgres-backup-1"`;
const jobFailed = `kube_job_failed{${job},condition="true"}`;
const jobStarted = `kube_job_status_start_time{${job}}`;
const succeeded = `kube_cronjob_status_last_successful_time${cron}`;
const restored = `kube_cronjob_status_last_successful_time${restoreCron}`;
const ready = `kube_deployment_status_replicas_ready{${here},deployment="backend"}`;
const minio = 'job="gauzian-minio",instance="a"';
const waiting = `kube_pod_container_status_waiting_reason{${here},pod="backend-1",container="backend",reason="CrashLoopBackOff"}`;
const day = 86_400;

/** Every alert of GAUZIAN in prod. */
export const alertScenarios: Readonly<Record<string, AlertScenario>> = {
    HighErrorRate: {
        fires: [{ [requests(500)]: "0+10x60", [requests(200)]: "0+90x60" }],
        pendingAt: "4m", firingAt: "8m",
        // Many labels on both sides: the shares of single series would always be 1.
        silent: [{ [requests(500)]: "0+4x60", [requests(200)]: "0+96x60" }, { [requests(404)]: "0+50x60", [requests(200)]: "0+50x60" }],
    },
    HighLatency: {
        fires: [{ [bucket("2")]: "0x60", [bucket("5")]: "0+10x60", [bucket("+Inf")]: "0+10x60" }],
        pendingAt: "4m", firingAt: "8m",
        silent: [{ [bucket("2")]: "0+10x60", [bucket("5")]: "0+10x60", [bucket("+Inf")]: "0+10x60" }],
    },
    DatabasePoolExhausted: {
        fires: [{ [gauge("gauzian_db_pool_active")]: "15x60", [gauge("gauzian_db_pool_max")]: "15x60" }],
        pendingAt: "4m", firingAt: "6m",
        silent: [{ [gauge("gauzian_db_pool_active")]: "13x60", [gauge("gauzian_db_pool_max")]: "15x60" }],
    },
    BackendDown: {
        fires: [{ [ready]: "0x60" }, {}],
        pendingAt: "1m", firingAt: "3m",
        silent: [{ [ready]: "1x60" }],
    },
    HpaMaxedOut: {
        fires: [{ [hpa("status_current")]: "10x60", [hpa("spec_max")]: "10x60" }],
        pendingAt: "14m", firingAt: "16m",
        silent: [{ [hpa("status_current")]: "9x60", [hpa("spec_max")]: "10x60" }],
    },
    PodCrashLooping: {
        fires: [{ [waiting]: "1x60" }],
        pendingAt: "4m", firingAt: "6m",
        silent: [{ [waiting]: "0x60" }],
    },
    DiskSpaceLow: {
        fires: [{ [`node_filesystem_size_bytes${files}`]: "100x60", [`node_filesystem_avail_bytes${files}`]: "10x60" }],
        pendingAt: "4m", firingAt: "6m",
        silent: [{ [`node_filesystem_size_bytes${files}`]: "100x60", [`node_filesystem_avail_bytes${files}`]: "20x60" }],
    },
    NodeMemoryHigh: {
        fires: [{ [`node_memory_MemTotal_bytes{${node}}`]: "100x60", [`node_memory_MemAvailable_bytes{${node}}`]: "5x60" }],
        pendingAt: "9m", firingAt: "11m",
        silent: [{ [`node_memory_MemTotal_bytes{${node}}`]: "100x60", [`node_memory_MemAvailable_bytes{${node}}`]: "15x60" }],
    },
    PostgresDown: {
        fires: [{ [`pg_up{${postgres}}`]: "0x60" }, {}],
        pendingAt: "1m", firingAt: "3m",
        silent: [{ [`pg_up{${postgres}}`]: "1x60" }],
    },
    PostgresConnections: {
        fires: [{ [`pg_stat_database_numbackends{${postgres},datname="gauzian_db"}`]: "170x60", [`pg_settings_max_connections{${postgres}}`]: "200x60" }],
        pendingAt: "4m", firingAt: "6m",
        silent: [{ [`pg_stat_database_numbackends{${postgres},datname="gauzian_db"}`]: "150x60", [`pg_settings_max_connections{${postgres}}`]: "200x60" }],
    },
    RedisDown: {
        fires: [{ [`redis_up{${redis}}`]: "0x60" }, {}],
        pendingAt: "4m", firingAt: "6m",
        silent: [{ [`redis_up{${redis}}`]: "1x60" }],
    },
    RedisMemory: {
        fires: [{ [`redis_memory_used_bytes{${redis}}`]: "95x60", [`redis_memory_max_bytes{${redis}}`]: "100x60" }],
        pendingAt: "9m", firingAt: "11m",
        silent: [{ [`redis_memory_used_bytes{${redis}}`]: "80x60", [`redis_memory_max_bytes{${redis}}`]: "100x60" }],
    },
    MinioDown: {
        fires: [{ [`up{${minio}}`]: "0x60" }, {}],
        pendingAt: "1m", firingAt: "3m",
        silent: [{ [`up{${minio}}`]: "1x60" }],
    },
    S3ErrorRate: {
        fires: [{ [`minio_s3_requests_errors_total{${minio},api="putobject"}`]: "0+10x60", [`minio_s3_requests_total{${minio},api="putobject"}`]: "0+100x60" }],
        pendingAt: "9m", firingAt: "13m",
        silent: [{ [`minio_s3_requests_errors_total{${minio},api="putobject"}`]: "0+4x60", [`minio_s3_requests_total{${minio},api="putobject"}`]: "0+100x60" }],
    },
    BackupFailed: {
        fires: [{ [jobFailed]: "1x60", [jobStarted]: "100x60" }, { [jobFailed]: "1x60", [jobStarted]: "100x60", [succeeded]: "50x60" }],
        pendingAt: "4m", firingAt: "6m",
        // The failed Job of an earlier night stays for a while.
        silent: [{ [jobFailed]: "0x60", [jobStarted]: "100x60" }, { [jobFailed]: "1x60", [jobStarted]: "100x60", [succeeded]: "200x60" }],
    },
    BackupMissing: {
        step: "5m",
        fires: [
            { [succeeded]: "0x400", [`kube_cronjob_created${cron}`]: "0x400" },
            { [`kube_cronjob_created${cron}`]: "0x400" },
        ],
        pendingAt: "26h", firingAt: "26h15m",
        silent: [{ [succeeded]: "0x200 60000x200", [`kube_cronjob_created${cron}`]: "0x400" }],
    },
    RestoreTestMissing: {
        step: "5m",
        fires: [
            { [restored]: `${-34 * day}x400`, [`kube_cronjob_created${restoreCron}`]: `${-60 * day}x400` },
            { [`kube_cronjob_created${restoreCron}`]: `${-34 * day}x400` },
        ],
        pendingAt: "24h", firingAt: "24h15m",
        silent: [{ [restored]: `${-34 * day}x200 ${day / 2}x200`, [`kube_cronjob_created${restoreCron}`]: `${-60 * day}x400` }],
    },
    PvcAlmostFull: {
        fires: [
            { [volume("used")]: "90x60", [volume("capacity")]: "100x60" },
            { [monitoringVolume("used")]: "90x60", [monitoringVolume("capacity")]: "100x60" },
        ],
        pendingAt: "4m", firingAt: "6m",
        silent: [{ [volume("used")]: "80x60", [volume("capacity")]: "100x60" }],
    },
    CertificateExpiring: {
        fires: [{ 'traefik_tls_certs_not_after{job="traefik",cn="gauzian.pupin.fr"}': `${13 * day}x120` }],
        pendingAt: "59m", firingAt: "61m",
        silent: [{ 'traefik_tls_certs_not_after{job="traefik",cn="gauzian.pupin.fr"}': `${15 * day}x120` }],
    },
    TargetDown: {
        fires: [{ 'up{job="a",instance="b"}': "0x60" }],
        pendingAt: "4m", firingAt: "6m",
        silent: [{ 'up{job="a",instance="b"}': "1x60" }],
    },
};
