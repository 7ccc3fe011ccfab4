import type { PostgresCredentials } from "../../data/postgres/postgres";
import type { MinioCredentials } from "../../data/minio/credentials";
import type { Scope } from "../../kit/scope";
import type { SecretKey } from "../../kit/secretKey";
import type { GeneratedSecretArgs } from "../../security/generatedSecret";
import { GeneratedSecret } from "../../security/generatedSecret";
import type { GauzianSettings } from "./settings";

/** Name of the Secret, the document's. */
export const secretName = "gauzian-secrets";

/** Bucket of the encrypted chunks. */
export const bucket = "gauzian-chunks";

/** Role and database of the document. */
export const database = { user: "gauzian_user", name: "gauzian_db" };

/** Letters and digits that hold 256 bits. */
const fullStrength = 43;

type Plain = "DB_USER" | "DB_NAME" | "S3_BUCKET";
type Generated = "DB_PASSWORD" | "MINIO_ROOT_USER" | "MINIO_ROOT_PASSWORD" | "JWT_SECRET"
    | "REDIS_PASSWORD" | "S3_ACCESS_KEY" | "S3_SECRET_KEY" | "METRICS_SECRET";
type Derived = "DATABASE_URL" | "REDIS_URL" | "S3_ACCESS_KEY" | "S3_SECRET_KEY";

/** What the Secret holds: the document's eight keys, and those that the program's decisions add. */
export function secretArgs({ rotation, redis, s3, backend }: GauzianSettings): GeneratedSecretArgs<Plain, string, Derived> {
    const { useRootCredentials } = s3;
    return {
        values: { DB_USER: database.user, DB_NAME: database.name, S3_BUCKET: bucket },
        passwords: {
            DB_PASSWORD: { length: fullStrength, previousKey: "DB_PASSWORD_PREVIOUS", rotation: rotation.db },
            // Sixteen bytes or more, and no more characters than MinIO takes.
            MINIO_ROOT_USER: { length: 22, rotation: rotation.minio },
            MINIO_ROOT_PASSWORD: { length: fullStrength, rotation: rotation.minio },
            JWT_SECRET: { length: 64, alphabet: "hexadecimal", rotation: rotation.jwt },
            ...(redis.auth && { REDIS_PASSWORD: { length: fullStrength, rotation: rotation.redis } }),
            // MinIO takes no longer keys from its users.
            ...(!useRootCredentials && {
                // It stays: provisioning gives a user that exists its new key, but would leave one of another name enabled.
                S3_ACCESS_KEY: { length: 20 },
                S3_SECRET_KEY: { length: 40, rotation: rotation.minio },
            }),
            ...(backend.metricsSecret && { METRICS_SECRET: { length: fullStrength } }),
        },
        derived: {
            DATABASE_URL: keys => `postgres://${keys["DB_USER"]}:${keys["DB_PASSWORD"]}@postgres:5432/${keys["DB_NAME"]}`,
            REDIS_URL: keys => (redis.auth ? `redis://:${keys["REDIS_PASSWORD"]}@redis:6379` : "redis://redis:6379"),
            ...(useRootCredentials && {
                S3_ACCESS_KEY: (keys: Readonly<Record<string, string>>) => keys["MINIO_ROOT_USER"] ?? "",
                S3_SECRET_KEY: (keys: Readonly<Record<string, string>>) => keys["MINIO_ROOT_PASSWORD"] ?? "",
            }),
        } as GeneratedSecretArgs<Plain, string, Derived>["derived"] & object,
    };
}

/** The Secret as its consumers know it: each gets references to its own keys only. */
export class GauzianSecrets extends GeneratedSecret<Plain, Generated, Derived> {
    constructor(scope: Scope, settings: GauzianSettings, opts: ConstructorParameters<typeof GeneratedSecret>[3]) {
        super(secretName, scope, secretArgs(settings) as GeneratedSecretArgs<Plain, Generated, Derived>, opts);
    }

    /** Credentials of the database's owner. */
    get database(): PostgresCredentials {
        return {
            user: this.key("DB_USER"),
            password: this.key("DB_PASSWORD"),
            database: this.key("DB_NAME"),
            previousPassword: this.previousKey("DB_PASSWORD"),
            ready: [this.secret],
        };
    }

    /** Password of Redis. */
    get redis(): { key: SecretKey; ready: PostgresCredentials["ready"] } {
        return { key: this.key("REDIS_PASSWORD"), ready: [this.secret] };
    }

    /** Credentials of MinIO's root, or of the backend's own user. */
    minio(user: "root" | "backend"): MinioCredentials {
        return user === "root"
            ? { accessKey: this.key("MINIO_ROOT_USER"), secretKey: this.key("MINIO_ROOT_PASSWORD"), ready: [this.secret] }
            : { accessKey: this.key("S3_ACCESS_KEY"), secretKey: this.key("S3_SECRET_KEY"), ready: [this.secret] };
    }
}
