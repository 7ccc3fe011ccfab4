import { MetricSource } from "../../kit/metricSource";
import type { RequiredMetrics } from "../../kit/telemetry";

/** The runs of one CronJob as kube-state-metrics tells of them: expressions for alerts and panels. */
export interface CronJobRuns {
    /** Something while the newest run that has ended failed; a later success silences it. */
    readonly failed: string;
    /** Seconds since the last success. */
    readonly age: string;
    /** Seconds since the last success, or since the CronJob was made where there has been none. */
    readonly withoutSuccess: string;
    /** Seconds that runs have taken until now, for those that still run. */
    readonly running: string;
    /** Seconds that runs have taken. */
    readonly duration: string;
    /** Number of runs that are known and have failed. */
    readonly failures: string;
    readonly required: RequiredMetrics;
}

/** The expressions for the CronJob of that name. */
export function cronJobRuns(namespace: string, cronJob: string): CronJobRuns {
    const state = new MetricSource("kube-state-metrics", { namespace });
    const of = (metric: string): string => state.of(metric, { cronjob: cronJob });
    const job = { job_name: new RegExp(`${cronJob}-.+`) };
    const [succeeded, started] = [of("kube_cronjob_status_last_successful_time"), state.of("kube_job_status_start_time", job)];
    const failed = `${state.of("kube_job_failed", { ...job, condition: "true" })} > 0`;
    const failures = `max by (namespace) (${started} and on (job_name) ${failed})`;
    const success = `max by (namespace) (${succeeded})`;
    const age = `(time() - ${succeeded})`;
    const never = `((time() - ${of("kube_cronjob_created")}) unless on (namespace, cronjob) ${succeeded})`;
    const ended = state.of("kube_job_status_completion_time", job);
    return {
        failed: `(${failures} > on (namespace) ${success}) or (${failures} unless on (namespace) ${success})`,
        age,
        withoutSuccess: `(${age} or ${never})`,
        running: `time() - ${started} and on (namespace, job_name) ${state.of("kube_job_status_active", job)} > 0`,
        duration: `${ended} - ${started}`,
        failures: `count(${failed}) or vector(0)`,
        required: state.required,
    };
}
