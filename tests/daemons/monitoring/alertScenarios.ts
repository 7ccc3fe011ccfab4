/** Time series over a test, in promtool's notation: `0+1x60` counts up by one each 15 s. */
export type Series = Readonly<Record<string, string>>;

/** How one alert is made to fire and to stay silent. */
export interface AlertScenario {
    /** Worlds in which it must fire, and the labels it then has besides its severity. */
    readonly fires: readonly { readonly when: string; readonly series: Series; readonly labels?: Readonly<Record<string, string>> }[];
    /** Last moment at which it must not fire yet, and a moment at which it must. */
    readonly pendingAt: string;
    readonly firingAt: string;
    /** Its summary with everything filled in. */
    readonly summary: string;
    /** Worlds in which it must not fire. */
    readonly silent: readonly { readonly when: string; readonly series: Series }[];
}

const here = 'namespace="taskflow"';
const ready = `kube_deployment_status_replicas_ready{${here},deployment="backend-api"}`;
const scraped = `up{${here},app="backend-api",pod="backend-api-1"}`;
const requests = (status: number): string => `taskflow_http_requests_total{${here},app="backend-api",status="${status}"}`;
const bucket = (le: string): string => `taskflow_http_request_duration_seconds_bucket{${here},app="backend-api",le="${le}"}`;
const hpa = (what: string): string => `kube_horizontalpodautoscaler_${what}_replicas{${here},horizontalpodautoscaler="backend-api-hpa"}`;
const postgres = `${here},app="postgres"`;
const redis = `${here},app="redis"`;
const volume = (what: string): string => `kubelet_volume_stats_${what}_bytes{${here},persistentvolumeclaim="postgres-pvc"}`;
const namespace = "taskflow";

/** Every alert of TaskFlow. */
export const alertScenarios: Readonly<Record<string, AlertScenario>> = {
    BackendDown: {
        fires: [
            { when: "no pod is ready", series: { [ready]: "0x60" } },
            { when: "nothing is known of it", series: {} },
            { when: "kube-state-metrics is gone and no pod answers", series: { [scraped]: "0x60" } },
        ],
        pendingAt: "1m45s",
        firingAt: "2m",
        summary: "No pod of backend-api is ready",
        silent: [
            { when: "one pod is ready", series: { [ready]: "1x60" } },
            { when: "kube-state-metrics is gone and a pod answers", series: { [scraped]: "1x60" } },
            { when: "it recovers within two minutes", series: { [ready]: "0x6 1x54" } },
        ],
    },
    HighErrorRate: {
        fires: [{ when: "one request in ten fails", series: { [requests(500)]: "0+1x60", [requests(200)]: "0+9x60" } }],
        pendingAt: "5m",
        firingAt: "6m",
        summary: "backend-api fails 10% of its requests",
        silent: [
            { when: "one in 25 fails", series: { [requests(500)]: "0+1x60", [requests(200)]: "0+24x60" } },
            { when: "clients are to blame", series: { [requests(404)]: "0+9x60", [requests(200)]: "0+1x60" } },
            { when: "nobody calls", series: { [requests(500)]: "5x60", [requests(200)]: "5x60" } },
        ],
    },
    HighLatency: {
        fires: [{ when: "requests take up to 2.5 s", series: { [bucket("1")]: "0x60", [bucket("2.5")]: "0+10x60", [bucket("+Inf")]: "0+10x60" } }],
        pendingAt: "5m",
        firingAt: "6m",
        summary: "backend-api takes 2.425s for one request in twenty",
        silent: [
            { when: "requests take up to 1 s", series: { [bucket("1")]: "0+10x60", [bucket("2.5")]: "0+10x60", [bucket("+Inf")]: "0+10x60" } },
            { when: "nobody calls", series: { [bucket("1")]: "3x60", [bucket("+Inf")]: "3x60" } },
        ],
    },
    HpaMaxedOut: {
        fires: [{
            when: "ten of ten pods run",
            series: { [hpa("status_current")]: "10x60", [hpa("spec_max")]: "10x60" },
            labels: { namespace, horizontalpodautoscaler: "backend-api-hpa" },
        }],
        pendingAt: "9m45s",
        firingAt: "10m",
        summary: "backend-api runs at its maximum of 10 pods",
        silent: [{ when: "nine of ten pods run", series: { [hpa("status_current")]: "9x60", [hpa("spec_max")]: "10x60" } }],
    },
    PostgresDown: {
        fires: [
            {
                when: "the server does not answer", series: { [`pg_up{${postgres},pod="postgres-1"}`]: "0x60" },
                labels: { namespace, app: "postgres", pod: "postgres-1" },
            },
            { when: "the exporter is gone", series: {}, labels: { namespace, app: "postgres" } },
        ],
        pendingAt: "1m45s",
        firingAt: "2m",
        summary: "PostgreSQL postgres does not answer",
        silent: [{ when: "it answers", series: { [`pg_up{${postgres}}`]: "1x60" } }],
    },
    PostgresConnections: {
        fires: [{
            when: "85 of 100 connections are in use",
            series: {
                [`pg_stat_database_numbackends{${postgres},datname="taskflow_db"}`]: "80x60",
                [`pg_stat_database_numbackends{${postgres},datname="postgres"}`]: "5x60",
                [`pg_settings_max_connections{${postgres}}`]: "100x60",
            },
        }],
        pendingAt: "4m45s",
        firingAt: "5m",
        summary: "PostgreSQL postgres uses 85% of its connections",
        silent: [{
            when: "80 of 100 are in use",
            series: {
                [`pg_stat_database_numbackends{${postgres},datname="taskflow_db"}`]: "80x60",
                [`pg_settings_max_connections{${postgres}}`]: "100x60",
            },
        }],
    },
    RedisDown: {
        fires: [
            { when: "the server does not answer", series: { [`redis_up{${redis}}`]: "0x60" }, labels: { namespace, app: "redis" } },
            { when: "the exporter is gone", series: {}, labels: { namespace, app: "redis" } },
        ],
        pendingAt: "1m45s",
        firingAt: "2m",
        summary: "Redis redis does not answer",
        silent: [{ when: "it answers", series: { [`redis_up{${redis}}`]: "1x60" } }],
    },
    RedisMemory: {
        fires: [{
            when: "95 % of maxmemory are used",
            series: { [`redis_memory_used_bytes{${redis}}`]: "95x60", [`redis_memory_max_bytes{${redis}}`]: "100x60" },
            labels: { namespace, app: "redis" },
        }],
        pendingAt: "9m45s",
        firingAt: "10m",
        summary: "Redis redis uses 95% of its memory",
        silent: [
            { when: "90 % are used", series: { [`redis_memory_used_bytes{${redis}}`]: "90x60", [`redis_memory_max_bytes{${redis}}`]: "100x60" } },
            { when: "there is no limit", series: { [`redis_memory_used_bytes{${redis}}`]: "95x60", [`redis_memory_max_bytes{${redis}}`]: "0x60" } },
        ],
    },
    PvcAlmostFull: {
        fires: [{
            when: "90 % of the volume are used",
            series: { [volume("used")]: "90x60", [volume("capacity")]: "100x60" },
            labels: { namespace, persistentvolumeclaim: "postgres-pvc" },
        }],
        pendingAt: "4m45s",
        firingAt: "5m",
        summary: "Volume postgres-pvc is 90% full",
        silent: [{ when: "85 % are used", series: { [volume("used")]: "85x60", [volume("capacity")]: "100x60" } }],
    },
    TargetDown: {
        fires: [{
            when: "a target does not answer",
            series: { 'up{job="kubernetes-pods",instance="10.0.0.1:5000"}': "0x60" },
            labels: { job: "kubernetes-pods", instance: "10.0.0.1:5000" },
        }],
        pendingAt: "4m45s",
        firingAt: "5m",
        summary: "10.0.0.1:5000 of job kubernetes-pods cannot be scraped",
        silent: [{ when: "it answers", series: { 'up{job="kubernetes-pods",instance="10.0.0.1:5000"}': "1x60" } }],
    },
};
