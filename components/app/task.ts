import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { environmentOf } from "../kit/connection";
import type { Scope } from "../kit/scope";
import type { JobLimits, Schedule } from "./jobArgs";
import { cronJobArgs, jobArgs } from "./jobArgs";
import type { PodComponentArgs } from "./podComponent";
import { PodComponent } from "./podComponent";

/** Arguments of {@link Task}. */
export interface TaskArgs extends PodComponentArgs, JobLimits {
    /** Waits until it has succeeded. @default true */
    readonly awaitCompletion?: boolean;
}

/**
 * Work that is done once, a Job. Jobs are immutable: when its image, command, ConfigMaps or Secrets change it is
 * replaced and runs again, so its work must be safe to repeat.
 */
export class Task extends PodComponent<TaskArgs> {
    /** The Job, for others to wait for. */
    readonly job: k8s.batch.v1.Job;

    constructor(name: string, scope: Scope, args: TaskArgs, opts?: pulumi.ComponentResourceOptions) {
        super("app:Task", name, scope, args, { kind: "Job", maximumPods: args.parallelism ?? 1 }, opts);
        const environment = { ...environmentOf(scope.namespace, args.connectsTo ?? []), ...args.container.environment };
        const awaited = args.awaitCompletion ?? true;
        const meta = { ...this.meta, ...(!awaited && { annotations: { "pulumi.com/skipAwait": "true" } }) };
        this.job = new k8s.batch.v1.Job(this.childName(name), jobArgs(meta, this.podAround({ ...args.container, environment }), args),
            this.podOptions(this.node, this.startsAfter(), { deleteBeforeReplace: true, replaceOnChanges: ["spec"] }));
        this.registerOutputs({ kind: "Job" });
    }
}

/** Arguments of {@link ScheduledTask}. */
export interface ScheduledTaskArgs extends PodComponentArgs, JobLimits, Schedule {
    /** Volume claims by name, for quotas. */
    readonly storage?: Readonly<Record<string, string>>;
}

/** Work that is done again and again, a CronJob; a run that is still going holds the next one back. */
export class ScheduledTask extends PodComponent<ScheduledTaskArgs> {
    constructor(name: string, scope: Scope, args: ScheduledTaskArgs, opts?: pulumi.ComponentResourceOptions) {
        const place = { kind: "CronJob" as const, maximumPods: args.parallelism ?? 1, ...(args.storage && { storage: args.storage }) };
        super("app:ScheduledTask", name, scope, args, place, opts);
        const environment = { ...environmentOf(scope.namespace, args.connectsTo ?? []), ...args.container.environment };
        const job = jobArgs(this.meta, this.podAround({ ...args.container, environment }), args);
        new k8s.batch.v1.CronJob(this.childName(name), cronJobArgs(this.meta, args, job), this.podOptions(this.node, this.startsAfter()));
        this.registerOutputs({ kind: "CronJob", schedule: args.schedule, suspended: args.suspended ?? false });
    }
}
