import type * as k8s from "@pulumi/kubernetes";
import type { Pod } from "../kit/pod";
import { podTemplate } from "../kit/pod";
import type { ObjectMeta } from "../kit/scope";

/** How long and how often a Job tries. */
export interface JobLimits {
    /** Seconds after which the whole Job has failed. */
    readonly deadlineSeconds: number;
    /** Failed pods after which the Job has failed. @default 3 */
    readonly retries?: number;
    /** Whether a failed container starts again in its pod, or a new pod takes its place. @default "Never" */
    readonly restartPolicy?: "Never" | "OnFailure";
    /** Pods at a time, each of which must succeed. @default 1 */
    readonly parallelism?: number;
    /** Seconds after which a finished Job is removed. @default it stays, as the state expects */
    readonly timeToLiveSeconds?: number;
}

/** A Job. */
export function jobArgs(
    meta: ObjectMeta & { readonly annotations?: Record<string, string> }, pod: Pod, limits: JobLimits,
): { metadata: typeof meta; spec: k8s.types.input.batch.v1.JobSpec } {
    return {
        metadata: meta,
        spec: {
            activeDeadlineSeconds: limits.deadlineSeconds,
            backoffLimit: limits.retries ?? 3,
            ...(limits.parallelism !== undefined && { parallelism: limits.parallelism, completions: limits.parallelism }),
            ...(limits.timeToLiveSeconds !== undefined && { ttlSecondsAfterFinished: limits.timeToLiveSeconds }),
            template: podTemplate({ ...pod, restartPolicy: limits.restartPolicy ?? "Never" }),
        },
    };
}

/** When a CronJob runs. */
export interface Schedule {
    /** Cron expression, in UTC. */
    readonly schedule: string;
    /** Never runs by itself, only as the template of Jobs started by hand. @default false */
    readonly suspended?: boolean;
}

/** A CronJob in UTC that never runs twice at a time and may start up to an hour late. */
export function cronJobArgs(
    meta: ObjectMeta, { schedule, suspended = false }: Schedule, job: ReturnType<typeof jobArgs>,
): { metadata: ObjectMeta; spec: k8s.types.input.batch.v1.CronJobSpec } {
    return {
        metadata: meta,
        spec: {
            schedule,
            // Declared also when false: left out, a refresh would take for granted what somebody set by hand.
            suspend: suspended,
            timeZone: "Etc/UTC",
            concurrencyPolicy: "Forbid",
            startingDeadlineSeconds: 3600,
            successfulJobsHistoryLimit: 3,
            failedJobsHistoryLimit: 3,
            jobTemplate: { metadata: { labels: meta.labels }, spec: job.spec },
        },
    };
}
