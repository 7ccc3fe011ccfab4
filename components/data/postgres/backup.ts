import type * as pulumi from "@pulumi/pulumi";
import type { ScheduledTaskArgs } from "../../app/task";
import { ScheduledTask } from "../../app/task";
import type { Connectable } from "../../kit/connection";
import { connect } from "../../kit/connection";
import { resources, withScratch } from "../../kit/resources";
import type { Scope } from "../../kit/scope";
import { ScopedComponent } from "../../app/scopedComponent";
import type { ShellScript } from "../../kit/textFile";
import { scratch } from "../../kit/volumes";
import { backupTelemetry, restoreTestTelemetry } from "../backup/telemetry";
import type { DumpNames } from "./backupScripts";
import { backupScript, restoreScript, restoreTestScript } from "./backupScripts";
import type { PostgresProperty } from "./contract";
import { postgresUser } from "./initialization";
import { VolumeClaim } from "../../app/volumeClaim";

/** A proof, again and again, that the newest dump can be restored. */
export interface RestoreTest {
    /** Role that owns all that is in the dump. */
    readonly owner: string;
    /** Database that the dump is of, as the server of the test calls it. */
    readonly database: string;
    /** Room for the restored database, on the node that the test runs on. */
    readonly storage: string;
    /** Days without a success after which an alert fires. */
    readonly maximumDays: number;
    /** Cron expression, in UTC. @default "0 5 1 * *", on the first of each month, after that night's dump */
    readonly schedule?: string;
}

/** Arguments of {@link PostgresBackup}. */
export interface PostgresBackupArgs {
    /** The database to save; any form of PostgreSQL. */
    readonly database: Connectable<PostgresProperty>;
    /** Image with pg_dump, not older than the server, and the Alpine user id 70. */
    readonly image: string;
    /** Days that a dump is kept. */
    readonly retentionDays: number;
    /** Size of the volume for all dumps. @default "2Gi" */
    readonly storage?: string;
    /** Storage class; null takes the cluster's default. @default null */
    readonly storageClass?: string | null;
    /** Dumps that are kept however old they are. @default 1 */
    readonly keepNewest?: number;
    /** Names of the dumps. @default the database's name and the time to the second */
    readonly names?: DumpNames;
    /** Name of the volume within the pods. @default "backup" */
    readonly volumeName?: string;
    /** Of the dump; a restore that failed always keeps its pod, whose log says why. @default "Never": a new pod takes its place */
    readonly restartPolicy?: "Never" | "OnFailure";
    /** Cron expression, in UTC. @default "0 2 * * *", each night at two */
    readonly schedule?: string;
    /** Restores the newest dump into a server that ends with its pod. @default no such test */
    readonly restoreTest?: RestoreTest;
}

/** Where pods see the dumps. */
export const dumpFolder = "/backup";

const scratchFolder = "/scratch";

/**
 * A nightly dump of one database on a volume of its own, and the way back.
 *
 * CronJob `<name>` writes the dumps. CronJob `<restore>` is suspended and only a template:
 * `kubectl create job restore-1 --from=cronjob/postgres-restore` puts the database back to the newest dump, in one transaction.
 * For another dump: add `--dry-run=client -o yaml | kubectl set env --local -f - RESTORE_FILE=<file> -o yaml | kubectl create -f -`.
 *
 * CronJob `<restore-test>`, where it is asked for, restores the newest dump into a server within its own pod; it has no way
 * to the database. The time of its last success is a metric of kube-state-metrics.
 *
 * Objects: PersistentVolumeClaim `<name>-pvc` and the CronJobs. The volume is in the same cluster as the database:
 * it helps against mistakes, not against the loss of the cluster.
 *
 * @example
 * ```ts
 * new PostgresBackup("postgres-backup", scope, { database: postgres, image: images.postgres16, retentionDays: 30 });
 * ```
 */
export class PostgresBackup extends ScopedComponent {
    /** The volume with the dumps, for whoever copies them elsewhere; one pod's node has it at a time. */
    readonly dumps: VolumeClaim;

    /**
     * @param name name of the CronJob that ends in `-backup`; the others' end in `-restore` and `-restore-test`
     * @throws RangeError when the retention is not a whole number from 1 to 3650
     */
    constructor(name: string, scope: Scope, private readonly args: PostgresBackupArgs, opts?: pulumi.ComponentResourceOptions) {
        super("data:PostgresBackup", name, scope, opts);
        const { storage: size = "2Gi", storageClass = null, schedule = "0 2 * * *", volumeName = "backup", retentionDays, names } = args;
        const kept = { retentionDays, ...(args.keepNewest !== undefined && { keepNewest: args.keepNewest }) };
        const dumps = { folder: dumpFolder, ...(names && { names }) };
        const restoreName = name.replace(/(-backup)?$/, "-restore");
        this.dumps = new VolumeClaim(`${name}-pvc`, scope, { size, storageClass, volumeName }, { parent: this });
        new ScheduledTask(name, scope, {
            ...this.task(backupScript({ ...dumps, ...kept })),
            ...(args.restartPolicy && { restartPolicy: args.restartPolicy }),
            telemetry: [backupTelemetry({ namespace: scope.namespace, cronJob: name })],
            schedule,
            storage: { [`${name}-pvc`]: size },
        }, { parent: this });
        new ScheduledTask(restoreName, scope, {
            ...this.task(restoreScript(dumps)),
            schedule,
            suspended: true,
            retries: 0,
        }, { parent: this });
        if (args.restoreTest) {
            const [test, script] = [`${restoreName}-test`, restoreTestScript(dumps, scratchFolder)];
            new ScheduledTask(test, scope, this.restoreTest(test, script, args.restoreTest), { parent: this });
        }
        this.registerOutputs({ volume: this.dumps.objectName, schedule, restore: `kubectl create job ${restoreName}-1 --from=cronjob/${restoreName} --namespace ${scope.namespace}` });
    }

    private restoreTest(
        name: string, script: ShellScript, { owner, database, storage, maximumDays, schedule = "0 5 1 * *" }: RestoreTest,
    ): ScheduledTaskArgs {
        return {
            component: "database-backup",
            container: {
                name: "restore",
                image: this.args.image,
                command: ["sh", "-c", script.text],
                environment: { ...script.environment, PGUSER: owner, PGDATABASE: database },
                resources: withScratch(resources("100m/256Mi", "500m/1Gi"), storage),
                mounts: [
                    { volume: this.dumps.volume, path: dumpFolder, readOnly: true },
                    { volume: scratch("scratch", storage), path: scratchFolder },
                ],
            },
            runAs: postgresUser,
            after: [this.dumps.claim],
            telemetry: [restoreTestTelemetry({ namespace: this.scope.namespace, cronJob: name, maximumDays })],
            schedule,
            deadlineSeconds: 4 * 3600,
            retries: 2,
        };
    }

    private task(script: ShellScript): Omit<ScheduledTaskArgs, "schedule"> {
        const { database, image } = this.args;
        return {
            component: "database-backup",
            connectsTo: [connect(database, {
                host: "PGHOST", port: "PGPORT", database: "PGDATABASE", user: "PGUSER", password: "PGPASSWORD",
            })],
            container: {
                name: "dump",
                image,
                command: ["sh", "-c", script.text],
                environment: script.environment,
                resources: resources("50m/64Mi", "500m/256Mi", "32Mi"),
                mounts: [{ volume: this.dumps.volume, path: dumpFolder }, { volume: scratch("tmp", "16Mi"), path: "/tmp" }],
            },
            runAs: postgresUser,
            after: [this.dumps.claim],
            deadlineSeconds: 3600,
            retries: 2,
        };
    }
}
