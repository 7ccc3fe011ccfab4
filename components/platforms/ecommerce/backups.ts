import type * as pulumi from "@pulumi/pulumi";
import type { ScheduledTaskArgs } from "../../app/task";
import { ScheduledTask } from "../../app/task";
import type { Minio } from "../../data/minio/minio";
import { clientResources } from "../../data/minio/minio";
import type { Mysql } from "../../data/mysql/mysql";
import { mysqlDataMount, mysqlRunAs } from "../../data/mysql/mysql";
import { connect, environmentOf } from "../../kit/connection";
import type { Container } from "../../kit/pod";
import { resources, withScratch } from "../../kit/resources";
import type { Scope } from "../../kit/scope";
import { ScopedComponent } from "../../app/scopedComponent";
import type { Mount } from "../../kit/volumes";
import { claimVolume, scratch } from "../../kit/volumes";
import { backupTelemetry, restoreTestTelemetry } from "../../data/backup/telemetry";
import { binaryLogScript, dataFolder, dumpFolder, dumpOptions, dumpScript, fetchScript, restoreTestScript } from "./backupScripts";
import type { BackupTarget } from "./backupTarget";
import { backupTarget } from "./backupTarget";
import type { ServiceName } from "./services";
import type { EcommerceSettings } from "./settings";
import { databasePrefix } from "./stores";

/** Minutes between the starts of two dumps: all at once would slow every service down. */
const staggerMinutes = 5;

/** When the dump of the database at that place of the list starts. */
export function scheduleOf(index: number): string {
    const minutes = 2 * 60 + index * staggerMinutes;
    return `${minutes % 60} ${Math.floor(minutes / 60)} * * *`;
}

const temporary: Mount = { volume: scratch("tmp", "16Mi"), path: "/tmp" };

/**
 * Nightly dumps of every database into a bucket that forgets them by itself; in prod also the changes in between, each
 * quarter of an hour, and a monthly proof that the dumps can be restored.
 */
export class DatabaseBackups extends ScopedComponent {
    constructor(
        scope: Scope, private readonly settings: EcommerceSettings, private readonly databases: ReadonlyMap<ServiceName, Mysql>,
        private readonly minio: Minio, opts?: pulumi.ComponentResourceOptions,
    ) {
        super("ecommerce:DatabaseBackups", "backups", scope, opts);
        const { retentionDays, pointInTime, restoreTest } = settings.backup;
        if (retentionDays !== null) {
            [...databases].forEach(([service, mysql], index) => {
                const prefix = databasePrefix(service);
                this.schedule(`${prefix}-backup`, this.dump(service, mysql, scheduleOf(index)));
                if (pointInTime) {
                    this.schedule(`${prefix}-binlog`, this.binaryLogs(service, mysql, `${prefix}-pvc`),
                        each => backupTelemetry({ ...each, maximumHours: 1 }));
                }
            });
            if (restoreTest) {
                this.schedule("mysql-restore-test", this.restoreTest(), restoreTestTelemetry);
            }
        }
        this.registerOutputs();
    }

    private get target(): BackupTarget {
        return backupTarget(this.settings, this.minio, this.scope.namespace);
    }

    private schedule(
        name: string, args: Omit<ScheduledTaskArgs, "component" | "runAs" | "retries" | "telemetry">,
        telemetry: typeof restoreTestTelemetry = backupTelemetry,
    ): void {
        const { namespace } = this.scope;
        new ScheduledTask(name, this.scope, {
            component: "database-backup",
            runAs: mysqlRunAs,
            retries: 2,
            telemetry: [telemetry({ namespace, cronJob: name })],
            ...args,
        }, { parent: this });
    }

    /** Folder of one service in the bucket. */
    private folderOf(service?: ServiceName): string {
        return [this.target.bucket, this.scope.environment.name, ...(service ? [service] : [])].join("/");
    }

    private client(name: string, command: readonly string[], mounts: readonly Mount[], variables: Record<string, string> = {}): Container {
        return {
            name,
            image: this.settings.minio.clientImage,
            command,
            environment: { ...this.target.environment, ...variables },
            resources: clientResources("2304Mi"),
            mounts: [...mounts, temporary],
        };
    }

    private dump(service: ServiceName, mysql: Mysql, schedule: string): ReturnType<DatabaseBackups["binaryLogs"]> {
        const dumps: Mount = { volume: scratch("dump", "2Gi"), path: dumpFolder };
        return {
            connectsTo: [connect(mysql.backup, {}), this.target.connection],
            initContainers: [{
                name: "dump",
                image: this.settings.mysql.image,
                command: ["bash", "-c", dumpScript.text],
                environment: {
                    ...dumpScript.environment,
                    ...environmentOf(this.scope.namespace, [connect(mysql.backup, mysql.variables)]),
                    DUMP_OPTIONS: dumpOptions(this.settings.mysql.binaryLog),
                },
                resources: resources("50m/64Mi", "250m/256Mi", "2304Mi"),
                mounts: [dumps, temporary],
            }],
            container: this.client("upload", ["mc", "cp", "--recursive", `${dumpFolder}/`, `${this.folderOf(service)}/`], [dumps]),
            schedule,
            deadlineSeconds: 3600,
        };
    }

    /** Reads the logs from the server's volume, because the image of MySQL has no program that fetches them. */
    private binaryLogs(service: ServiceName, mysql: Mysql, claim: string): Omit<ScheduledTaskArgs, "component" | "runAs"> {
        const data: Mount = { ...mysqlDataMount, volume: claimVolume("data", claim), readOnly: true };
        return {
            connectsTo: [this.target.connection],
            container: this.client("upload", ["sh", "-c", binaryLogScript.text], [data], {
                ...binaryLogScript.environment, TARGET: `${this.folderOf(service)}/binlog`,
            }),
            schedule: "*/15 * * * *",
            deadlineSeconds: 600,
            // The volume can be attached to one node at a time.
            beside: mysql.node,
        };
    }

    private restoreTest(): Omit<ScheduledTaskArgs, "component" | "runAs"> {
        const { backup: { restoreTestStorage: size }, mysql: { image } } = this.settings;
        const dumps: Mount = { volume: scratch("dump", size), path: dumpFolder };
        const services = { SERVICES: [...this.databases.keys()].join(" "), TARGET: this.folderOf() };
        return {
            connectsTo: [this.target.connection],
            initContainers: [{
                ...this.client("fetch", ["sh", "-c", fetchScript.text], [dumps], { ...fetchScript.environment, ...services }),
                resources: clientResources(size),
            }],
            container: {
                name: "restore",
                image,
                command: ["bash", "-c", restoreTestScript.text],
                environment: restoreTestScript.environment,
                // Dumps and their content lie side by side.
                resources: withScratch(resources("100m/512Mi", "500m/1Gi", "64Mi"), size, size),
                mounts: [dumps, { volume: scratch("data", size), path: dataFolder }, temporary],
            },
            schedule: "0 4 1 * *",
            deadlineSeconds: 4 * 3600,
        };
    }
}
