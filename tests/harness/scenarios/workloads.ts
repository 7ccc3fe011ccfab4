import { podTelemetry } from "../../../components/monitoring/rules/pods";
import { workloadTelemetry } from "../../../components/monitoring/rules/workloads";
import type { ScenarioTable, World } from "./table";
import { named, stays } from "./table";

const namespaces = ["shop"];
const pod = named('namespace="shop",pod="api-1"');
const container = (metric: string, more = ""): string => pod(metric, `container="api"${more && `,${more}`}`);
const waiting = (reason: string, values = stays(1)): World => ({ [container("kube_pod_container_status_waiting_reason", `reason="${reason}"`)]: values });
const restarts = (values: string): World => ({ [container("kube_pod_container_status_restarts_total")]: values });
const killed = { [container("kube_pod_container_status_last_terminated_reason", 'reason="OOMKilled"')]: stays(1) };
const phase = (name: string, value = 1): World => ({ [pod("kube_pod_status_phase", `phase="${name}"`)]: stays(value) });
const notReady = { [pod("kube_pod_status_ready", 'condition="false"')]: stays(1) };

/** Alerts of single pods. */
export const pods: ScenarioTable = {
    telemetry: [podTelemetry({ namespaces })],
    scenarios: {
        PodCrashLooping: {
            fires: { "it waits to be started again": waiting("CrashLoopBackOff"), "it has restarted five times": restarts("0x4 5x55") },
            at: ["4m", "12m"],
            silent: { "it is being made": waiting("ContainerCreating"), "it has restarted once": restarts("0x4 1x55"), "it recovered at once": waiting("CrashLoopBackOff", "1x1 0x60") },
        },
        InitContainerFailing: {
            fires: { "it waits to be started again": { [container("kube_pod_init_container_status_waiting_reason", 'reason="CrashLoopBackOff"')]: stays(1) } },
            at: ["4m", "6m"],
            silent: { "others come first": { [container("kube_pod_init_container_status_waiting_reason", 'reason="PodInitializing"')]: stays(1) } },
        },
        ContainerOutOfMemory: {
            fires: { "it was ended, and started again": { ...killed, ...restarts("0x5 1x55") } },
            at: ["5m", "7m"],
            silent: { "that was long ago": { ...killed, ...restarts(stays(1)) }, "it ended by itself": restarts("0x5 1x55") },
        },
        ImagePullFailing: {
            fires: { "the pull failed": waiting("ErrImagePull"), "it waits to pull again": waiting("ImagePullBackOff"), "the name is no name": waiting("InvalidImageName") },
            at: ["4m", "6m"],
            silent: { "it is being pulled": waiting("ContainerCreating") },
        },
        ContainerCannotStart: {
            fires: { "a Secret is missing": waiting("CreateContainerConfigError"), "the command is missing": waiting("RunContainerError") },
            at: ["4m", "6m"],
            silent: { "it is being made": waiting("ContainerCreating") },
        },
        PodUnschedulable: {
            fires: { "no node takes it": { [pod("kube_pod_status_unschedulable")]: stays(1) } },
            at: ["4m", "6m"],
            silent: { "one does after two minutes": { [pod("kube_pod_status_unschedulable")]: "1x2 stale" } },
        },
        PodPending: { fires: { "it is": phase("Pending"), "its node is lost": phase("Unknown") }, at: ["14m", "16m"], silent: { "it runs": { ...phase("Pending", 0), ...phase("Running") } } },
        PodNotReady: {
            fires: { "its probe fails": { ...notReady, ...phase("Running") } },
            at: ["14m", "16m"],
            silent: { "it has not started": { ...notReady, ...phase("Running", 0) }, "it is ready": { [pod("kube_pod_status_ready", 'condition="false"')]: stays(0), ...phase("Running") } },
        },
        PodEvicted: {
            fires: { "after five minutes": { [pod("kube_pod_status_reason", 'reason="Evicted"')]: "0x5 1x55" } },
            at: ["5m", "7m"],
            silent: { "it runs": { [pod("kube_pod_status_reason", 'reason="Evicted"')]: stays(0) } },
        },
        PodStuckTerminating: {
            fires: { "its time is over by fifteen minutes": { [pod("kube_pod_deletion_timestamp")]: stays(0) } },
            at: ["14m", "21m"],
            silent: { "it has just been deleted": { [pod("kube_pod_deletion_timestamp")]: "1200x60" } },
        },
    },
};

const of = (kind: string, name = "api"): ReturnType<typeof named> => named(`namespace="shop",${kind}="${name}"`);
const deployment = (wanted: number, available: number, updated = stays(wanted)): World => ({
    [of("deployment")("kube_deployment_spec_replicas")]: stays(wanted), [of("deployment")("kube_deployment_status_replicas_available")]: stays(available),
    [of("deployment")("kube_deployment_status_replicas_updated")]: updated,
});
const progressing = (value: number): World => ({ [of("deployment")("kube_deployment_status_condition", 'condition="Progressing",status="false"')]: stays(value) });
const generations = (wanted: number, seen: number): World => ({
    [of("deployment")("kube_deployment_metadata_generation")]: stays(wanted), [of("deployment")("kube_deployment_status_observed_generation")]: stays(seen),
});
const set = (wanted: number, ready: number, updated: string): World => ({
    [of("statefulset")("kube_statefulset_replicas")]: stays(wanted), [of("statefulset")("kube_statefulset_status_replicas_ready")]: stays(ready),
    [of("statefulset")("kube_statefulset_status_replicas_updated")]: updated,
});
const agents = (wanted: number, ready: number): World => ({
    [of("daemonset")("kube_daemonset_status_desired_number_scheduled")]: stays(wanted), [of("daemonset")("kube_daemonset_status_number_ready")]: stays(ready),
});
const job = of("job_name", "migrate");
const failed = { [job("kube_job_failed", 'condition="true"')]: stays(1) };
const running = (active: number): World => ({ [job("kube_job_status_start_time")]: "0x200", [job("kube_job_status_active")]: `${active}x200` });
const cron = of("cronjob", "backup");
const suspended = (value: number): World =>
    ({ [cron("kube_cronjob_spec_suspend")]: `${value}x100`, [cron("kube_cronjob_status_last_schedule_time")]: stays(0) });

/** Alerts of the controllers. */
export const controllers: ScenarioTable = {
    telemetry: [workloadTelemetry({ namespaces, kinds: ["Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"] })],
    scenarios: {
        DeploymentReplicasMissing: {
            fires: { "one of two is there": deployment(2, 1) },
            at: ["14m", "16m"],
            silent: { "both are": deployment(2, 2), "a roll-out is going on": deployment(2, 1, "0x5 1x5 2x5 0x5 1x5 2x35") },
        },
        DeploymentRolloutStuck: { fires: { "its deadline is over": progressing(1) }, at: ["4m", "6m"], silent: { "it gets on": progressing(0) } },
        DeploymentUpdateNotSeen: { fires: { "the last version is not seen": generations(3, 2) }, at: ["14m", "16m"], silent: { "it is": generations(3, 3) } },
        StatefulSetReplicasMissing: { fires: { "two of three are ready": set(3, 2, stays(3)) }, at: ["14m", "16m"], silent: { "three are": set(3, 3, stays(3)) } },
        StatefulSetRolloutStuck: {
            fires: { "one of three is new": set(3, 2, stays(1)) },
            at: ["14m", "16m"],
            silent: { "all are new": set(3, 3, stays(3)), "one more every ten minutes": set(3, 3, "1x9 2x9 3x40") },
        },
        DaemonSetPodsMissing: { fires: { "two of three nodes": agents(3, 2) }, at: ["14m", "16m"], silent: { "all three": agents(3, 3) } },
        DaemonSetMisscheduled: {
            fires: { "on one node": { [of("daemonset")("kube_daemonset_status_number_misscheduled")]: stays(1) } },
            at: ["14m", "16m"],
            silent: { "on none": { [of("daemonset")("kube_daemonset_status_number_misscheduled")]: stays(0) } },
        },
        JobFailed: {
            fires: { "it has given up": failed },
            at: ["0m", "2m"],
            silent: { "a CronJob's run has": { ...failed, [job("kube_job_owner", 'owner_kind="CronJob",owner_name="backup"')]: stays(1) } },
        },
        JobRunsLong: { fires: { "more than two hours": running(1) }, at: ["1h59m", "2h7m"], silent: { "it has ended": running(0) } },
        CronJobMissed: {
            fires: { "more than an hour ago": { [cron("kube_cronjob_next_schedule_time")]: "0x100" } },
            at: ["1h", "1h12m"],
            silent: { "it is to come": { [cron("kube_cronjob_next_schedule_time")]: "86400x100" } },
        },
        CronJobSuspended: {
            fires: { "for an hour": suspended(1) },
            at: ["59m", "1h1m"],
            silent: { "it is not": suspended(0), "it has never run on its schedule": { [cron("kube_cronjob_spec_suspend")]: "1x100" } },
        },
    },
};
