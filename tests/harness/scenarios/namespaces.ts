import { autoscalerTelemetry } from "../../../components/monitoring/rules/autoscaler";
import { availabilityTelemetry } from "../../../components/monitoring/rules/availability";
import { memoryTelemetry } from "../../../components/monitoring/rules/memory";
import { quotaTelemetry } from "../../../components/monitoring/rules/quotas";
import { saturationTelemetry } from "../../../components/monitoring/rules/saturation";
import { storageTelemetry } from "../../../components/monitoring/rules/storage";
import type { ScenarioTable, World } from "./table";
import { grows, named, stays } from "./table";

const namespaces = ["shop"];
const claim = named('namespace="shop",persistentvolumeclaim="data"');
const stat = (name: string, values: string): World => ({ [claim(`kubelet_volume_stats_${name}`)]: values });
const volume = (used: string, available: string): World =>
    ({ ...stat("used_bytes", used), ...stat("available_bytes", available), ...stat("capacity_bytes", "1000x1000") });
const inodes = (used: number, all: number): World => ({ ...stat("inodes_used", stays(used)), ...stat("inodes", stays(all)) });
const phase = (name: string, value: number): World => ({ [claim("kube_persistentvolumeclaim_status_phase", `phase="${name}"`)]: stays(value) });

/** Alerts of volumes and claims. */
export const storage: ScenarioTable = {
    telemetry: [storageTelemetry({ namespace: "shop" })],
    scenarios: {
        PvcAlmostFull: { fires: { "90 % are used": volume("900x60", "100x60") }, at: ["4m", "6m"], silent: { "85 % are": volume("850x60", "150x60") } },
        PvcFull: { fires: { "98 % are used": volume("980x60", "20x60") }, at: ["0m", "2m"], silent: { "95 % are": volume("950x60", "50x60") } },
        PvcFullSoon: {
            fires: { "a five-thousandth goes each minute": volume("550+0.2x1000", "450-0.2x1000") },
            at: ["50m", "3h"],
            silent: { "it stays": volume("600x1000", "400x1000"), "it fills and has most left": volume("100+0.2x1000", "900-0.2x1000") },
        },
        PvcInodesLow: { fires: { "95 % are used": inodes(95, 100) }, at: ["14m", "16m"], silent: { "half are": inodes(50, 100), "the file system has none": inodes(0, 0) } },
        PvcPending: { fires: { "it waits": phase("Pending", 1) }, at: ["14m", "16m"], silent: { "it is bound": phase("Pending", 0) } },
        PvcLost: { fires: { "its volume is gone": phase("Lost", 1) }, at: ["0m", "2m"], silent: { "it is bound": phase("Lost", 0) } },
    },
};

const quota = (used: number, resource = "limits.cpu"): World => {
    const of = (type: string): string => named(`namespace="shop",resourcequota="quota",resource="${resource}",type="${type}"`)("kube_resourcequota");
    return { [of("used")]: stays(used), [of("hard")]: stays(100) };
};
const budget = (healthy: number, desired: number, allowed: number, expected = 2): World => {
    const of = (name: string): string => named('namespace="shop",poddisruptionbudget="api"')(`kube_poddisruptionbudget_status_${name}`);
    return {
        [of("current_healthy")]: `${healthy}x100`, [of("desired_healthy")]: `${desired}x100`, [of("pod_disruptions_allowed")]: `${allowed}x100`,
        [of("expected_pods")]: `${expected}x100`,
    };
};

/** Alerts of quotas and disruption budgets. */
export const quotas: ScenarioTable = {
    telemetry: [quotaTelemetry({ namespaces })],
    scenarios: {
        QuotaNearlyUsed: { fires: { "97 % are": quota(97) }, at: ["14m", "16m"], silent: { "all workloads at their greatest number are, 91 %": quota(91), "all claims are made, as planned": quota(100, "persistentvolumeclaims") } },
        QuotaExhausted: { fires: { "all is": quota(100, "pods") }, at: ["4m", "6m"], silent: { "95 % are": quota(95, "pods") } },
        DisruptionBudgetBroken: { fires: { "no pod of two is healthy": budget(0, 1, 0) }, at: ["9m", "11m"], silent: { "one is": budget(1, 1, 0) } },
        DisruptionBudgetBlocksDrain: {
            fires: { "all pods must stay": budget(2, 2, 0) },
            at: ["59m", "1h1m"],
            silent: { "one may go": budget(2, 1, 1), "one is not healthy": budget(1, 2, 0), "there are no pods": budget(0, 0, 0, 0) },
        },
    },
};

const container = named('namespace="shop",pod="api-1",container="api"');
const slices = (throttled: number): World => ({
    [container("container_cpu_cfs_throttled_periods_total")]: grows(throttled), [container("container_cpu_cfs_periods_total")]: grows(600),
});
const memory = (used: number): World => ({
    [container("container_memory_working_set_bytes")]: stays(used), [container("kube_pod_container_resource_limits", 'resource="memory"')]: stays(100),
});

/** Alerts of containers at their limits. */
export const containers: ScenarioTable = {
    telemetry: [saturationTelemetry({ namespaces }), memoryTelemetry({ namespaces })],
    scenarios: {
        CpuThrottlingHigh: { fires: { "two slices in three": slices(400) }, at: ["14m", "18m"], silent: { "one in three": slices(200) } },
        CpuThrottlingSevere: { fires: { "all but a few": slices(570) }, at: ["29m", "33m"], silent: { "two in three": slices(400) } },
        MemoryNearLimit: { fires: { "95 % are used": memory(95) }, at: ["9m", "11m"], silent: { "90 % are": memory(90) } },
    },
};

const hpa = named('namespace="shop",horizontalpodautoscaler="api-hpa"');
const pods = (current: number, desired: number): World => ({
    [hpa("kube_horizontalpodautoscaler_status_current_replicas")]: stays(current), [hpa("kube_horizontalpodautoscaler_status_desired_replicas")]: stays(desired),
    [hpa("kube_horizontalpodautoscaler_spec_max_replicas")]: stays(10),
});
const inactive = (value: number): World => ({ [hpa("kube_horizontalpodautoscaler_status_condition", 'condition="ScalingActive",status="false"')]: stays(value) });
const ready = named('namespace="shop",deployment="gateway"')("kube_deployment_status_replicas_ready");

/** Alerts of autoscalers, and of a Deployment that must be there. */
export const scaling: ScenarioTable = {
    telemetry: [
        autoscalerTelemetry({ namespace: "shop", app: "api", autoscaler: "api-hpa", scraped: false }),
        availabilityTelemetry({ namespace: "shop", deployment: "gateway", alert: "GatewayDown", others: [] }),
    ],
    scenarios: {
        HpaMaxedOut: { fires: { "ten of ten pods": pods(10, 10) }, at: ["9m", "11m"], silent: { "nine of ten": pods(9, 9) } },
        HpaCannotScale: { fires: { "it gets no measurements": inactive(1) }, at: ["14m", "16m"], silent: { "it gets them": inactive(0) } },
        HpaNotFollowed: { fires: { "five of seven": pods(5, 7) }, at: ["14m", "16m"], silent: { "seven of seven": pods(7, 7) } },
        GatewayDown: { fires: { "no pod is ready": { [ready]: stays(0) }, "nothing is known": {} }, at: ["1m", "3m"], silent: { "one is": { [ready]: stays(1) } } },
    },
};
