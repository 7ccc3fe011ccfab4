import type * as pulumi from "@pulumi/pulumi";
import type { ScheduledTaskArgs } from "../../app/task";
import { ScheduledTask } from "../../app/task";
import type { Minio } from "../../data/minio/minio";
import type { PostgresBackup } from "../../data/postgres/backup";
import { dumpFolder } from "../../data/postgres/backup";
import { postgresUser } from "../../data/postgres/initialization";
import type { S3Server } from "../../kit/s3Server";
import { clientHost, credentialVariables, s3Server } from "../../kit/s3Server";
import { connect } from "../../kit/connection";
import { images } from "../../kit/images";
import type { Container } from "../../kit/pod";
import { resources } from "../../kit/resources";
import type { Scope } from "../../kit/scope";
import { ScopedComponent } from "../../app/scopedComponent";
import type { Mount } from "../../kit/volumes";
import { scratch } from "../../kit/volumes";
import { withoutAlerts } from "../../kit/telemetry";
import { backupTelemetry } from "../../data/backup/telemetry";
import { checksumScript, mirrorCommand, offsiteAlias, sourceAlias, uploadScript } from "./offsiteScripts";
import { bucket } from "./secrets";
import type { GauzianSettings } from "./settings";
import { dumpNames, mirrorUser } from "./stores";

/** What is copied. */
export interface OffsiteSources {
    readonly backup: PostgresBackup;
    readonly minio: Minio;
}

/** The dump that starts at two, or up to an hour late, has ended an hour later: all chunks that it names are there. */
const schedule = "10 4 * * *";

const folders = { dumps: dumpFolder, sums: "/sums" };
const temporary: Mount = { volume: scratch("tmp", "16Mi"), path: "/tmp" };

type Target = NonNullable<GauzianSettings["backup"]["s3"]>;

/**
 * Copies on a server outside the cluster, each night: CronJob `postgres-backup-offsite` the newest dumps with their
 * checksums, CronJob `minio-mirror` the chunks. The server encrypts them with keys of its own (SSE-S3): that protects its disks;
 * the chunks' content is hidden from it as well, which the browsers have encrypted.
 */
export class OffsiteCopies extends ScopedComponent {
    private readonly server: S3Server;

    constructor(
        scope: Scope, private readonly settings: GauzianSettings, private readonly target: Target, { backup, minio }: OffsiteSources,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("gauzian:OffsiteCopies", "offsite", scope, opts);
        this.server = s3Server({ ...target, alias: offsiteAlias }, scope.namespace);
        this.schedule("postgres-backup-offsite", this.dumps(backup));
        if (target.chunks) {
            // The first copy of all chunks takes as long as it takes.
            this.schedule("minio-mirror", this.chunks(minio), ["BackupRunsLong"]);
        }
        this.registerOutputs();
    }

    private schedule(
        name: string, args: Omit<ScheduledTaskArgs, "schedule" | "telemetry" | "retries" | "component">, leftOut: readonly string[] = [],
    ): void {
        new ScheduledTask(name, this.scope, {
            ...args,
            component: "offsite-backup",
            schedule,
            retries: 2,
            telemetry: [withoutAlerts(backupTelemetry({ namespace: this.scope.namespace, cronJob: name }), leftOut)],
        }, { parent: this });
    }

    /** Folder of one kind of content in the bucket; stacks may share the bucket. */
    private folderOf(content: string): string {
        return `${offsiteAlias}/${this.target.bucket}/${this.scope.environment.name}/${content}`;
    }

    private client(name: string, command: readonly string[], mounts: readonly Mount[], variables: Container["environment"] = {}): Container {
        return {
            name,
            image: images.minioClient,
            command,
            environment: {
                ...this.server.environment, ...variables, MC_ENC_S3: `${offsiteAlias}/${this.target.bucket}`, MC_CONFIG_DIR: "/tmp/mc",
            },
            resources: resources("50m/64Mi", "500m/256Mi"),
            mounts: [...mounts, temporary],
        };
    }

    private dumps({ dumps: { volume, claim } }: PostgresBackup): Parameters<OffsiteCopies["schedule"]>[1] {
        const dumps: Mount = { volume, path: folders.dumps, readOnly: true };
        const sums: Mount = { volume: scratch("sums", "1Mi"), path: folders.sums };
        const [checksums, upload] = [checksumScript(folders, dumpNames.prefix), uploadScript(folders)];
        return {
            connectsTo: [this.server.connection],
            initContainers: [{
                name: "checksums",
                image: this.settings.postgres.image,
                command: ["sh", "-c", checksums.text],
                environment: checksums.environment,
                resources: resources("50m/64Mi", "500m/256Mi"),
                mounts: [dumps, sums],
            }],
            container: this.client("upload", ["sh", "-c", upload.text], [dumps, { ...sums, readOnly: true }],
                { ...upload.environment, TARGET: this.folderOf("postgres") }),
            // Only the dumps' owner can read them.
            runAs: postgresUser,
            after: [claim],
            deadlineSeconds: 3600,
        };
    }

    private chunks(minio: Minio): Parameters<OffsiteCopies["schedule"]>[1] {
        return {
            connectsTo: [
                this.server.connection,
                connect(minio.user(mirrorUser), credentialVariables(sourceAlias)),
            ],
            container: this.client("mirror", mirrorCommand(bucket, this.folderOf("chunks")), [],
                clientHost(sourceAlias, "http:", "minio:9000")),
            runAs: { user: 1000 },
            deadlineSeconds: 20 * 3600,
        };
    }
}
