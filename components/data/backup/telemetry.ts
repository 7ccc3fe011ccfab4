import type { Telemetry } from "../../kit/telemetry";
import { cronJobRuns } from "./cronJobRuns";

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
    const runs = cronJobRuns(namespace, cronJob);
    return {
        name: `Backup ${cronJob}`,
        board: "backups",
        labels: { namespace, cronjob: cronJob },
        alerts: [{
            name: "BackupFailed",
            expr: runs.failed,
            for: "5m",
            severity: "critical",
            summary: `A run of ${cronJob} has failed`,
            description: `A Job of ${cronJob} has given up, and none has succeeded since; the older dumps are still there.`,
        }, {
            name: "BackupMissing",
            expr: `${runs.withoutSuccess} > ${maximumHours * 3600}`,
            for: "5m",
            severity: "critical",
            summary: `${cronJob} has not succeeded for {{ $value | humanizeDuration }}`,
            description: `For more than ${maximumHours} hours there has been no new dump: what is written since would be lost with the volume.`,
        }, {
            name: "BackupRunsLong",
            expr: `(${runs.running}) > 3600`,
            for: "5m",
            severity: "warning",
            summary: "{{ $labels.job_name }} has run for {{ $value | humanizeDuration }}",
            description: "A dump needs minutes: the database is blocked, or the place of the dump takes no more.",
        }],
        panels: [{
            title: "Time since the last backup",
            kind: "stat",
            unit: "s",
            queries: [{ expr: runs.age, legend: cronJob }],
            thresholds: [{ value: maximumHours * 3600, color: "red" }],
        }],
        details: [{
            title: "Time of the runs",
            kind: "timeseries",
            unit: "s",
            queries: [{ expr: runs.duration, legend: "{{job_name}}" }],
        }, {
            title: "Runs that failed",
            kind: "stat",
            unit: "none",
            queries: [{ expr: runs.failures, legend: cronJob }],
            thresholds: [{ value: 1, color: "red" }],
        }],
        metrics: [runs.required],
    };
}

/** Arguments of {@link restoreTestTelemetry}. */
export interface RestoreTestTelemetryArgs {
    readonly namespace: string;
    /** Name of the CronJob. */
    readonly cronJob: string;
    /** Days without a success that are too many. @default 32, a month and a day */
    readonly maximumDays?: number;
}

/** Whether the dumps can be restored: a backup that nobody has restored is a hope. */
export function restoreTestTelemetry({ namespace, cronJob, maximumDays = 32 }: RestoreTestTelemetryArgs): Telemetry {
    const runs = cronJobRuns(namespace, cronJob);
    return {
        name: `Restore test ${cronJob}`,
        board: "backups",
        labels: { namespace, cronjob: cronJob },
        alerts: [{
            name: "RestoreTestFailed",
            expr: runs.failed,
            for: "5m",
            severity: "critical",
            summary: "The newest dumps could not be restored",
            description: `A Job of ${cronJob} has given up, and none has succeeded since: what is kept may be worth nothing.`,
        }, {
            name: "RestoreTestMissing",
            expr: `${runs.withoutSuccess} > ${maximumDays * 86_400}`,
            for: "5m",
            severity: "warning",
            summary: `${cronJob} has not succeeded for {{ $value | humanizeDuration }}`,
            description: `For more than ${maximumDays} days nobody has proved that the dumps can be restored.`,
        }],
        panels: [],
        details: [{
            title: "Time since dumps were last restored",
            kind: "stat",
            unit: "s",
            queries: [{ expr: runs.age, legend: cronJob }],
            thresholds: [{ value: maximumDays * 86_400, color: "red" }],
        }],
        metrics: [runs.required],
    };
}
