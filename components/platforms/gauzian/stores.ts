import type { MinioArgs, MinioUser } from "../../data/minio/minio";
import type { PostgresArgs } from "../../data/postgres/postgres";
import { exporterRole } from "../../data/postgres/postgres";
import type { PostgresBackupArgs } from "../../data/postgres/backup";
import { aliveScript } from "../../data/postgres/probes";
import { passwordsSql } from "../../data/postgres/roles";
import type { RedisStoreArgs } from "../../data/redis/store";
import { execProbe, tcpProbe } from "../../kit/probes";
import { resources } from "../../kit/resources";
import { fillIn } from "../../kit/textFile";
import roles from "./roles.sql";
import type { GauzianSecrets } from "./secrets";
import { bucket, database } from "./secrets";
import type { GauzianSettings } from "./settings";
import { startTiming } from "../../data/startBudgets";

/** Roles and their passwords; the tables are the backend's own affair. */
function rolesSql(): string {
    return fillIn(roles, {
        passwords: passwordsSql([
            { environment: "POSTGRES_PASSWORD" },
            { role: exporterRole, environment: "EXPORTER_PASSWORD", memberOf: ["pg_monitor"] },
        ]),
    });
}

/** PostgreSQL with room for the connections of every backend pod. */
export function postgresArgs({ postgres, storageClass }: GauzianSettings, secrets: GauzianSecrets): PostgresArgs {
    // Over TCP: the socket answers while the first start is still setting up.
    const isReady = ["sh", "-c", 'pg_isready -h 127.0.0.1 -U "$POSTGRES_USER" -d "$POSTGRES_DB"'];
    return {
        image: postgres.image,
        database: database.name,
        user: database.user,
        credentials: secrets.database,
        storage: postgres.storage,
        storageClass,
        resources: resources(postgres.resources.requests, postgres.resources.limits, "256Mi"),
        maximumConnections: postgres.maximumConnections,
        probes: {
            startup: execProbe(["sh", "-c", aliveScript], startTiming("postgresql", { periodSeconds: 5, timeoutSeconds: 3 })),
            readiness: execProbe(isReady, { periodSeconds: 10, timeoutSeconds: 3, failureThreshold: 3 }),
            liveness: tcpProbe("postgres", { periodSeconds: 20, timeoutSeconds: 3, failureThreshold: 3 }),
        },
        sharedMemory: "64Mi",
        initialization: {
            jobName: "postgres-roles",
            file: "roles.sql",
            config: { name: "postgres-roles", files: { "roles.sql": rolesSql() } },
        },
    };
}

/** Redis as a store: it holds the list of revoked tokens, and a forgotten key would make one of them valid again. */
export function redisArgs({ redis, storageClass }: GauzianSettings, secrets: GauzianSecrets): RedisStoreArgs {
    return {
        image: redis.image,
        storage: { size: redis.storage, storageClass },
        resources: resources(redis.resources.requests, redis.resources.limits),
        password: redis.auth ? secrets.redis : "none",
        downMinutes: 5,
    };
}

/** User of MinIO that copies the chunks out of the cluster. */
export const mirrorUser = "offsite";

/** MinIO with the private bucket of the encrypted chunks, and a user for the backend that sees nothing else. */
export function minioArgs({ minio, storageClass, s3, backup, rotation }: GauzianSettings, secrets: GauzianSecrets): MinioArgs {
    const mirror: MinioUser = {
        credentials: { secretName: "minio-offsite", keys: { accessKey: "MINIO_ACCESS_KEY", secretKey: "MINIO_SECRET_KEY" } },
        buckets: [bucket],
        actions: ["read"],
    };
    return {
        image: minio.image,
        storage: { size: minio.storage, storageClass },
        resources: resources(minio.resources.requests, minio.resources.limits),
        root: secrets.minio("root"),
        buckets: [{ name: bucket }],
        users: {
            ...(!s3.useRootCredentials && { backend: { credentials: secrets.minio("backend"), buckets: [bucket] } }),
            ...(backup.s3?.chunks && { [mirrorUser]: mirror }),
        },
        rotation: rotation.minio,
        provisioningJobName: "minio-bucket-init",
    };
}

/** Name of the CronJob that dumps the database each night. */
export const backupName = "postgres-backup";

/** How the dumps are called. */
export const dumpNames = { prefix: "backup-", time: "%Y%m%d-%H%M" };

/** What of the backup is the platform's own. */
export function backupArgs({ backup, postgres, storageClass }: GauzianSettings): Omit<PostgresBackupArgs, "database"> {
    return {
        image: postgres.image,
        storage: backup.storage,
        storageClass: backup.storageClass ?? storageClass,
        retentionDays: backup.retentionDays,
        keepNewest: 3,
        names: dumpNames,
        volumeName: "backup-storage",
        restartPolicy: "OnFailure",
        ...(backup.restoreTest && {
            restoreTest: { owner: database.user, database: database.name, storage: backup.restoreTestStorage, maximumDays: 35 },
        }),
    };
}
