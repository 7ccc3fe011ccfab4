import type * as pulumi from "@pulumi/pulumi";
import type { ScheduledTaskArgs } from "../app/task";
import { ScheduledTask } from "../app/task";
import type { Connectable } from "../kit/connection";
import { connect } from "../kit/connection";
import { resources } from "../kit/resources";
import type { Scope } from "../kit/scope";
import { ScopedComponent } from "../kit/scope";
import { scratch } from "../kit/volumes";
import type { DumpNames } from "./postgresBackupScripts";
import { backupScript, restoreScript } from "./postgresBackupScripts";
import type { PostgresProperty } from "./postgresInitialization";
import { postgresUser } from "./postgresInitialization";
import { VolumeClaim } from "./volumeClaim";

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
}

const folder = "/backup";

/**
 * A nightly dump of one database on a volume of its own, and the way back.
 *
 * CronJob `<name>` writes the dumps. CronJob `<restore>` is suspended and only a template:
 * `kubectl create job restore-1 --from=cronjob/postgres-restore` puts the database back to the newest dump, in one transaction.
 * For another dump: add `--dry-run=client -o yaml | kubectl set env --local -f - RESTORE_FILE=<file> -o yaml | kubectl create -f -`.
 *
 * Objects: PersistentVolumeClaim `<name>-pvc` and the two CronJobs. The volume is in the same cluster as the database:
 * it helps against mistakes, not against the loss of the cluster.
 *
 * @example
 * ```ts
 * new PostgresBackup("postgres-backup", scope, { database: postgres, image: images.postgres16, retentionDays: 30 });
 * ```
 */
export class PostgresBackup extends ScopedComponent {
    /**
     * @param name name of the CronJob that ends in `-backup`; the other one's ends in `-restore`
     * @throws RangeError when the retention is not a whole number from 1 to 3650
     */
    constructor(name: string, scope: Scope, private readonly args: PostgresBackupArgs, opts?: pulumi.ComponentResourceOptions) {
        super("data:PostgresBackup", name, scope, opts);
        const { storage: size = "2Gi", storageClass = null, schedule = "0 2 * * *", volumeName = "backup", retentionDays, names } = args;
        const kept = { retentionDays, ...(args.keepNewest !== undefined && { keepNewest: args.keepNewest }) };
        const dumps = { folder, ...(names && { names }) };
        const claim = new VolumeClaim(`${name}-pvc`, scope, { size, storageClass, volumeName }, { parent: this });
        new ScheduledTask(name, scope, {
            ...this.task(claim, backupScript({ ...dumps, ...kept })),
            ...(args.restartPolicy && { restartPolicy: args.restartPolicy }),
            schedule,
            storage: { [`${name}-pvc`]: size },
        }, { parent: this });
        new ScheduledTask(name.replace(/(-backup)?$/, "-restore"), scope, {
            ...this.task(claim, restoreScript(dumps)),
            schedule,
            suspended: true,
            retries: 0,
        }, { parent: this });
        this.registerOutputs({});
    }

    private task(claim: VolumeClaim, script: string): Omit<ScheduledTaskArgs, "schedule"> {
        const { database, image } = this.args;
        return {
            component: "database-backup",
            connectsTo: [connect(database, {
                host: "PGHOST", port: "PGPORT", database: "PGDATABASE", user: "PGUSER", password: "PGPASSWORD",
            })],
            container: {
                name: "dump",
                image,
                command: ["sh", "-c", script],
                resources: resources("50m/64Mi", "500m/256Mi", "32Mi"),
                mounts: [{ volume: claim.volume, path: folder }, { volume: scratch("tmp", "16Mi"), path: "/tmp" }],
            },
            runAs: postgresUser,
            after: [claim.claim],
            deadlineSeconds: 3600,
            retries: 2,
        };
    }
}
