import type { WorkloadNode } from "../../kit/graph";
import { MetricSource } from "../../kit/metricSource";
import { oneOf } from "../../kit/promql";
import type { AlertRule, Telemetry } from "../../kit/telemetry";

/** Arguments of {@link workloadTelemetry}. */
export interface WorkloadTelemetryArgs {
    readonly namespaces: readonly string[];
    /** Kinds of workloads that these namespaces have: the others bring no alerts. */
    readonly kinds: readonly WorkloadNode["kind"][];
}

type Of = (metric: string, labels?: Record<string, string | RegExp>) => string;

/** Whether controllers have as many pods as they should, in the version they should. */
export function workloadTelemetry({ namespaces, kinds }: WorkloadTelemetryArgs): Telemetry {
    const source = new MetricSource("kube-state-metrics", { namespace: oneOf(namespaces) });
    const of: Of = (metric, labels) => source.of(metric, labels);
    const alertsOf: Partial<Record<WorkloadNode["kind"], (of: Of) => AlertRule[]>> = {
        Deployment: deploymentAlerts, StatefulSet: statefulSetAlerts, DaemonSet: daemonSetAlerts, Job: jobAlerts, CronJob: cronJobAlerts,
    };
    const alerts = [...new Set(kinds)].sort().flatMap(kind => alertsOf[kind]?.(of) ?? []);
    const details = [
        ...(kinds.includes("Deployment")
            ? [missing("deployment", of("kube_deployment_spec_replicas"), of("kube_deployment_status_replicas_available"))]
            : []),
        ...(kinds.includes("StatefulSet")
            ? [missing("statefulset", of("kube_statefulset_replicas"), of("kube_statefulset_status_replicas_ready"))]
            : []),
    ];
    return { name: "Workloads", board: "system", alerts, panels: [], details, metrics: [source.required] };
}

function missing(label: "deployment" | "statefulset", wanted: string, ready: string): Telemetry["panels"][number] {
    return {
        title: `Missing pods by ${label}`,
        kind: "timeseries",
        unit: "none",
        queries: [{ expr: `${wanted} - ${ready}`, legend: `{{${label}}}` }],
        thresholds: [{ value: 1, color: "orange" }],
    };
}

function deploymentAlerts(of: Of): AlertRule[] {
    return [{
        name: "DeploymentReplicasMissing",
        expr: `${of("kube_deployment_spec_replicas")} > ${of("kube_deployment_status_replicas_available")} `
            + `and changes(${of("kube_deployment_status_replicas_updated")}[10m]) == 0`,
        for: "15m",
        severity: "warning",
        summary: "{{ $labels.deployment }} should have {{ $value }} pods and has fewer",
        description: "For a quarter of an hour pods have been missing, and no roll-out is going on that would explain it.",
    }, {
        name: "DeploymentRolloutStuck",
        expr: `${of("kube_deployment_status_condition", { condition: "Progressing", status: "false" })} == 1`,
        for: "5m",
        severity: "critical",
        summary: "The roll-out of {{ $labels.deployment }} does not get on",
        description: "New pods have not become ready within the Deployment's deadline: the old version still serves, with fewer pods.",
    }, {
        name: "DeploymentUpdateNotSeen",
        expr: `${of("kube_deployment_metadata_generation")} != ${of("kube_deployment_status_observed_generation")}`,
        for: "15m",
        severity: "warning",
        summary: "A change of {{ $labels.deployment }} is not acted upon",
        description: "For a quarter of an hour the controller has not looked at the newest version: the cluster's control plane is ill.",
    }];
}

function statefulSetAlerts(of: Of): AlertRule[] {
    return [{
        name: "StatefulSetReplicasMissing",
        expr: `${of("kube_statefulset_replicas")} > ${of("kube_statefulset_status_replicas_ready")} `
            + `and changes(${of("kube_statefulset_status_replicas_updated")}[10m]) == 0`,
        for: "15m",
        severity: "critical",
        summary: "{{ $labels.statefulset }} should have {{ $value }} ready pods and has fewer",
        description: "For a quarter of an hour a member of a store has been missing, and no roll-out is going on that would explain it.",
    }, {
        name: "StatefulSetRolloutStuck",
        expr: `${of("kube_statefulset_status_replicas_updated")} != ${of("kube_statefulset_replicas")} `
            + `and changes(${of("kube_statefulset_status_replicas_updated")}[15m]) == 0`,
        for: "15m",
        severity: "warning",
        summary: "Only {{ $value }} pods of {{ $labels.statefulset }} have the newest version",
        description: "For a quarter of an hour the roll-out has stood still: the pod it replaces last does not become ready, and others wait.",
    }];
}

function daemonSetAlerts(of: Of): AlertRule[] {
    return [{
        name: "DaemonSetPodsMissing",
        expr: `${of("kube_daemonset_status_desired_number_scheduled")} > ${of("kube_daemonset_status_number_ready")}`,
        for: "15m",
        severity: "warning",
        summary: "{{ $labels.daemonset }} is not ready on all of {{ $value }} nodes",
        description: "For a quarter of an hour a node has gone without its agent: its numbers or logs are missing.",
    }, {
        name: "DaemonSetMisscheduled",
        expr: `${of("kube_daemonset_status_number_misscheduled")} > 0`,
        for: "15m",
        severity: "info",
        summary: "{{ $labels.daemonset }} runs on {{ $value }} nodes where it should not",
        description: "For a quarter of an hour pods have stayed on nodes that their selector or tolerations no longer fit.",
    }];
}

function jobAlerts(of: Of): AlertRule[] {
    const scheduled = of("kube_job_owner", { owner_kind: "CronJob" });
    return [{
        name: "JobFailed",
        expr: `${of("kube_job_failed", { condition: "true" })} > 0 unless on (namespace, job_name) ${scheduled}`,
        for: "1m",
        severity: "critical",
        summary: "Job {{ $labels.job_name }} has failed",
        description: "A Job that prepares a store or migrates it has given up: what comes after it has not been rolled out.",
    }, {
        name: "JobRunsLong",
        expr: `time() - ${of("kube_job_status_start_time")} > 7200 and on (namespace, job_name) ${of("kube_job_status_active")} > 0`,
        for: "5m",
        severity: "warning",
        summary: "Job {{ $labels.job_name }} has run for {{ $value | humanizeDuration }}",
        description: "No Job of the platforms needs two hours: it waits for something that does not come.",
    }];
}

function cronJobAlerts(of: Of): AlertRule[] {
    return [{
        name: "CronJobMissed",
        expr: `time() - ${of("kube_cronjob_next_schedule_time")} > 3600`,
        for: "10m",
        severity: "warning",
        summary: "CronJob {{ $labels.cronjob }} should have started {{ $value | humanizeDuration }} ago",
        description: "The time of the next run has passed by more than an hour: the run before has not ended, or the controller is ill.",
    }, {
        name: "CronJobSuspended",
        // One that has never run on its schedule is no task but a template, such as that of a restore.
        expr: `${of("kube_cronjob_spec_suspend")} == 1 and on (namespace, cronjob) ${of("kube_cronjob_status_last_schedule_time")}`,
        for: "1h",
        severity: "warning",
        summary: "CronJob {{ $labels.cronjob }} is suspended",
        description: "For an hour someone has kept it from running; backups that are not made are missed only when they are needed.",
    }];
}
