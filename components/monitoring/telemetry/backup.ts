import { MetricSource } from "../metricSource";
import type { Telemetry } from "../telemetry";

/** Arguments of {@link backupTelemetry}. */
export interface BackupTelemetryArgs {
    readonly namespace: string;
    /** Name of the CronJob. */
    readonly cronJob: string;
    /** Hours without a success that are too many. @default 26, a day and the time that a dump may take */
    readonly maximumHours?: number;
}

/** Whether backups are made: a failed one is seen at once, one that never ran after a day. */
export function backupTelemetry({ namespace, cronJob, maximumHours = 26 }: BackupTelemetryArgs): Telemetry {
    const state = new MetricSource("kube-state-metrics", { namespace });
    const of = (metric: string): string => state.of(metric, { cronjob: cronJob });
    const job = { job_name: new RegExp(`${cronJob}-.+`) };
    const [succeeded, started] = [of("kube_cronjob_status_last_successful_time"), state.of("kube_job_status_start_time", job)];
    const failures = `max by (namespace) (${started} and on (job_name) ${state.of("kube_job_failed", { ...job, condition: "true" })} > 0)`;
    const success = `max by (namespace) (${succeeded})`;
    const age = `(time() - ${succeeded})`;
    const never = `((time() - ${of("kube_cronjob_created")}) unless on (namespace, cronjob) ${succeeded})`;
    const running = state.of("kube_job_status_active", job);
    return {
        name: `Backup ${cronJob}`,
        board: "backups",
        labels: { namespace, cronjob: cronJob },
        alerts: [{
            name: "BackupFailed",
            expr: `(${failures} > on (namespace) ${success}) or (${failures} unless on (namespace) ${success})`,
            for: "5m",
            severity: "warning",
            summary: `A run of ${cronJob} has failed`,
            description: `A Job of ${cronJob} has given up, and none has succeeded since; the older dumps are still there.`,
        }, {
            name: "BackupMissing",
            expr: `(${age} or ${never}) > ${maximumHours * 3600}`,
            for: "5m",
            severity: "critical",
            summary: `${cronJob} has not succeeded for {{ $value | humanizeDuration }}`,
            description: `For more than ${maximumHours} hours there has been no new dump: what is written since would be lost with the volume.`,
        }, {
            name: "BackupRunsLong",
            expr: `time() - ${started} > 3600 and on (namespace, job_name) ${running} > 0`,
            for: "5m",
            severity: "warning",
            summary: "{{ $labels.job_name }} has run for {{ $value | humanizeDuration }}",
            description: "A dump needs minutes: the database is blocked, or the place of the dump takes no more.",
        }],
        panels: [{
            title: "Time since the last backup",
            kind: "stat",
            unit: "s",
            queries: [{ expr: age, legend: cronJob }],
            thresholds: [{ value: maximumHours * 3600, color: "red" }],
        }],
        details: [{
            title: "Time of the runs",
            kind: "timeseries",
            unit: "s",
            queries: [{ expr: `${state.of("kube_job_status_completion_time", job)} - ${started}`, legend: "{{job_name}}" }],
        }, {
            title: "Runs that failed",
            kind: "stat",
            unit: "none",
            queries: [{ expr: `count(${state.of("kube_job_failed", { ...job, condition: "true" })} > 0) or vector(0)`, legend: cronJob }],
            thresholds: [{ value: 1, color: "red" }],
        }],
        metrics: [state.required],
    };
}
