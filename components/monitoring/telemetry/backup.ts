import { series } from "../promql";
import type { Telemetry } from "../telemetry";

/** Arguments of {@link backupTelemetry}. */
export interface BackupTelemetryArgs {
    readonly namespace: string;
    /** Name of the CronJob. */
    readonly cronJob: string;
    /** Hours without a success that are too many. @default 26, a day and the time that a dump may take */
    readonly maximumHours?: number;
}

const succeeded = "kube_cronjob_status_last_successful_time";
const created = "kube_cronjob_created";
const failed = "kube_job_failed";
const started = "kube_job_status_start_time";

/** Whether backups are made: a failed one is seen at once, one that never ran after a day. */
export function backupTelemetry({ namespace, cronJob, maximumHours = 26 }: BackupTelemetryArgs): Telemetry {
    const of = (metric: string): string => series(metric, { namespace, cronjob: cronJob });
    const job = { namespace, job_name: new RegExp(`${cronJob}-.+`) };
    const failures = `max by (namespace) (${series(started, job)} and on (job_name) ${series(failed, { ...job, condition: "true" })} > 0)`;
    const success = `max by (namespace) (${of(succeeded)})`;
    const age = `(time() - ${of(succeeded)})`;
    const never = `((time() - ${of(created)}) unless on (namespace, cronjob) ${of(succeeded)})`;
    return {
        name: "Backup",
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
        }],
        panels: [{
            title: "Time since the last backup",
            kind: "stat",
            unit: "s",
            queries: [{ expr: age, legend: cronJob }],
            thresholds: [{ value: maximumHours * 3600, color: "red" }],
        }],
        metrics: [{ from: "kube-state-metrics", names: [succeeded, created, failed, started] }],
    };
}
