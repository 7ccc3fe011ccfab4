import type { MinioArgs } from "../../data/minio/minio";
import type { MysqlArgs } from "../../data/mysql/mysql";
import type { RedisStoreArgs } from "../../data/redis/store";
import { execProbe } from "../../kit/probes";
import { resources } from "../../kit/resources";
import type { Scope } from "../../kit/scope";
import type { GeneratedSecret } from "../../security/generatedSecret";
import { externalStore } from "./secretStores";
import type { ServiceName } from "./services";
import { specOf } from "./services";
import type { EcommerceSettings } from "./settings";

/** Name of the MySQL server of one service. */
export function databaseServer(service: ServiceName): string {
    return `${service}-mysql`;
}

/** Beginning of the names of what belongs to that server. */
export function databasePrefix(service: ServiceName): string {
    return `${(specOf(service).domain ?? service).replace(/_/g, "-")}-mysql`;
}

/** Whether a service has a MySQL server of its own. */
export function hasDatabase(settings: EcommerceSettings, service: ServiceName): boolean {
    return settings.services[service]?.database ?? specOf(service).database ?? false;
}

/** One MySQL server: database, user and further names begin with the service's domain. */
export function mysqlArgs(settings: EcommerceSettings, service: ServiceName): MysqlArgs {
    const { mysql, storageClass, services } = settings;
    const store = externalStore(settings);
    const domain = specOf(service).domain ?? service;
    const size = services[service]?.databaseStorage ?? mysql.storage;
    return {
        image: mysql.image,
        database: `${domain}_db`,
        user: `${domain}_user`,
        prefix: databasePrefix(service),
        storage: size === null ? { ephemeral: "2Gi" } : { size, storageClass },
        resources: resources("100m/256Mi", "500m/512Mi", "256Mi"),
        settings: {
            binaryLog: mysql.binaryLog,
            slowQueryLog: mysql.slowQueryLog,
            ...(mysql.small && { performanceSchema: false, bufferPool: "64M" }),
        },
        exporter: mysql.exporter,
        rotation: mysql.rotation,
        ...(store && { external: { store, key: `database/${databasePrefix(service)}` } }),
    };
}

/** The document's command succeeds without a password too, when the server only says NOAUTH. */
const answersPong = ["sh", "-c", "redis-cli ping | grep -q PONG"];

/** Redis: sessions and carts stay, of what has an expiry the least recently used goes when memory is full. */
export function redisArgs({ redis, storageClass }: EcommerceSettings, password: GeneratedSecret<never, "password">): RedisStoreArgs {
    const { image, storage, ephemeral, exporter } = redis;
    const timing = { periodSeconds: 10, timeoutSeconds: 3 };
    return {
        image, exporter,
        storage: ephemeral ? null : { size: storage, storageClass },
        volumeName: "redis-data",
        resources: resources("100m/128Mi", "200m/256Mi", "64Mi"),
        maximumMemory: "200mb",
        evictionPolicy: "volatile-lru",
        password: { key: password.key("password"), ready: [password.secret] },
        probes: {
            readiness: execProbe(answersPong, { initialDelaySeconds: 5, ...timing }),
            liveness: execProbe(answersPong, { initialDelaySeconds: 30, ...timing, failureThreshold: 6 }),
        },
    };
}

/** Days after which replaced and deleted objects go for good. */
const oldVersionDays = 30;

/** Hours after which an upload that was not finished is forgotten. */
const staleUploadHours = 7 * 24;

/** Bucket of the nightly dumps, and its user. */
export const backups = { bucket: "backups", user: "mysql-backup" };

/** MinIO: three buckets, of which the shop shows two, and a user for each service that has one of them. */
export function minioArgs(
    { minio, storageClass, backup }: EcommerceSettings, names: readonly ServiceName[], consumers: Scope,
): MinioArgs {
    const { image, clientImage, storage, ephemeral, savRetentionDays, rotation } = minio;
    const retentionDays = backup.target === null ? backup.retentionDays : null;
    const credentials = (user: string): MinioArgs["users"][string]["credentials"] =>
        ({ secretName: `${user}-s3`, keys: { accessKey: "access-key", secretKey: "secret-key" }, randomAccessKey: true, copyTo: consumers });
    const users = names.flatMap(name => {
        const { bucket } = specOf(name);
        return bucket === undefined ? [] : [[name, { credentials: credentials(name), buckets: [bucket] }] as const];
    });
    return {
        image, clientImage, rotation, staleUploadHours,
        storage: ephemeral ? { ephemeral: storage } : { size: storage, storageClass },
        // In every stack, with or without dumps: a server that once had a key does not start without it.
        encryption: true,
        resources: resources("100m/256Mi", "200m/512Mi"),
        root: { secretName: "minio-root", keys: { accessKey: "MINIO_ROOT_USER", secretKey: "MINIO_ROOT_PASSWORD" } },
        buckets: [
            { name: "products", access: "public-read", versioning: true, oldVersionDays },
            { name: "sav", access: "private", versioning: true, oldVersionDays, ...(savRetentionDays !== null && { expiryDays: savRetentionDays }) },
            { name: "newsletters", access: "public-read", versioning: true, oldVersionDays },
            ...(retentionDays === null ? [] : [{ name: backups.bucket, access: "private" as const, encrypted: true, expiryDays: retentionDays }]),
        ],
        users: {
            ...Object.fromEntries(users),
            // It may add dumps and read them again, but not delete any: that is the bucket's own affair.
            ...(retentionDays !== null && {
                [backups.user]: { credentials: credentials(backups.user), buckets: [backups.bucket], actions: ["read", "write"] },
            }),
        },
        provisioningJobName: "minio-setup-buckets",
        provisioningLimits: { deadlineSeconds: 600, retries: 6, restartPolicy: "OnFailure", timeToLiveSeconds: 3600 },
    };
}
