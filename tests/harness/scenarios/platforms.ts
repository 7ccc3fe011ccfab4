import { column } from "../../../components/kit/byEnvironment";
import { aquaerpEnvironments } from "../../../components/platforms/aquaerp/environments";
import { alertTelemetry } from "../../../components/platforms/aquaerp/alerts";
import { aquaerpSettings } from "../../../components/platforms/aquaerp/settings";
import { infrastructureTelemetry, overviewTelemetry, serviceTelemetry } from "../../../components/platforms/ecommerce/telemetry";
import type { ScenarioTable, World } from "./table";
import { grows, named, stays } from "./table";

const shop = "e-commerce-prod";
const gateway = named(`namespace="${shop}",app="api-gateway"`);
const answered = (withinOne: number, withinFive: number): World => Object.fromEntries([["1", withinOne], ["5", withinFive], ["10", 100], ["+Inf", 100]]
    .map(([le, count]) => [gateway("http_request_duration_seconds_bucket", `le="${le}"`), grows(Number(count))]));
const used = (bytes: number): World => {
    const container = named(`namespace="${shop}",pod="orders-1",container="orders"`);
    return { [container("container_memory_working_set_bytes")]: stays(bytes), [container("kube_pod_container_resource_limits", 'resource="memory"')]: stays(100) };
};

/** E-commerce's own alerts. */
export const ecommerce: ScenarioTable = {
    telemetry: [
        overviewTelemetry(shop, ["api-gateway", "orders-service"]), serviceTelemetry(shop, "orders-service"), infrastructureTelemetry([shop]),
    ],
    scenarios: {
        ServiceDown: {
            fires: { "no pod answers": { [named(`namespace="${shop}",app="orders-service"`)("up")]: stays(0) }, "it is gone": {} },
            at: ["1m", "3m"],
            silent: { "one answers": { [named(`namespace="${shop}",app="orders-service"`)("up")]: stays(1) } },
        },
        ApiSlowResponse: { fires: { "one in ten takes up to five seconds": answered(90, 100) }, at: ["4m", "8m"], silent: { "all take one": answered(100, 100) } },
        ApiVerySlowResponse: { fires: { "one in ten takes up to ten seconds": answered(90, 90) }, at: ["4m", "8m"], silent: { "all take one": answered(100, 100) } },
        HighMemoryUsage: { fires: { "85 % of the limit": used(85) }, at: ["9m", "11m"], silent: { "80 % of it": used(80) } },
    },
};

const namespace = "aquaerp";
const settings = aquaerpSettings.parse(column(aquaerpEnvironments, "prod"));
const here = (labels: string): ReturnType<typeof named> => named(`namespace="${namespace}",${labels}`);
const ready = (deployment: string, pods: number): World => ({ [here(`deployment="${deployment}"`)("kube_deployment_status_replicas_ready")]: stays(pods) });
const restarts = (values: string): World => ({ [here('pod="auth-1",container="auth"')("kube_pod_container_status_restarts_total")]: values });
const hpa = (current: number): World => {
    const of = here('horizontalpodautoscaler="frontend-hpa"');
    return { [of("kube_horizontalpodautoscaler_status_current_replicas")]: stays(current), [of("kube_horizontalpodautoscaler_spec_max_replicas")]: stays(10) };
};
const server = here('app="postgresql"');
const connections = (count: number): World => ({ [server("pg_stat_database_numbackends")]: stays(count), [server("pg_settings_max_connections")]: stays(100) });
const queue = (messages: number): World => ({ [named('job="rabbitmq",queue="mails"')("rabbitmq_queue_messages_ready")]: stays(messages) });
const volume = (usedBytes: number): World => {
    const of = here('persistentvolumeclaim="postgresql-pvc"');
    return { [of("kubelet_volume_stats_used_bytes")]: stays(usedBytes), [of("kubelet_volume_stats_capacity_bytes")]: stays(100) };
};
const dump = here('cronjob="postgresql-backup"');
const dumped = (hoursAgo: number): World => ({ [dump("kube_cronjob_status_last_successful_time")]: stays(-hoursAgo * 3600) });

/** AquaERP's own alerts. */
export const aquaerp: ScenarioTable = {
    telemetry: [alertTelemetry({ ...settings, autoscaling: true }, { backups: true })],
    scenarios: {
        PodCrashLooping: { fires: { "five restarts": restarts("0x5 5x55") }, at: ["5m", "7m"], silent: { "one restart": restarts("0x5 1x55") } },
        ServiceDown: { fires: { "no pod is ready": ready("auth-service", 0) }, at: ["1m", "3m"], silent: { "one is": ready("auth-service", 1) } },
        ReplicasBelowMinimum: { fires: { "one page is ready": ready("frontend", 1) }, at: ["9m", "11m"], silent: { "three are": ready("frontend", 3) } },
        HpaAtMax: { fires: { "ten of ten pods": hpa(10) }, at: ["29m", "31m"], silent: { "nine of ten": hpa(9) } },
        PostgresDown: { fires: { "it does not answer": { [server("pg_up")]: stays(0) }, "it is gone": {} }, at: ["0m", "2m"], silent: { "it answers": { [server("pg_up")]: stays(1) } } },
        PostgresConnectionsHigh: { fires: { "85 of 100": connections(85) }, at: ["4m", "6m"], silent: { "80 of 100": connections(80) } },
        RabbitMQQueueBacklog: { fires: { "1001 wait": queue(1001) }, at: ["9m", "11m"], silent: { "1000 wait": queue(1000) } },
        VolumeFillingUp: { fires: { "10 % are left": volume(90) }, at: ["4m", "6m"], silent: { "20 % are left": volume(80) } },
        BackupTooOld: {
            fires: { "27 hours ago": dumped(27), "never": { [dump("kube_cronjob_created")]: stays(-27 * 3600) } },
            at: ["4m", "6m"],
            silent: { "an hour ago": dumped(1) },
        },
    },
};
