import type { Autoscaling } from "../../app/autoscaling";
import type { TaskArgs } from "../../app/task";
import type { WorkloadArgs } from "../../app/workload";
import type { Connectable, Environment } from "../../kit/connection";
import { connect } from "../../kit/connection";
import { imageVersion, parseImage } from "../../kit/images";
import type { ImagePullPolicy } from "../../kit/pod";
import { httpProbe, tcpProbe } from "../../kit/probes";
import { resources } from "../../kit/resources";
import { SecretKey } from "../../kit/secretKey";
import { scratch } from "../../kit/volumes";
import type { MinioProperty } from "../../data/minio/minio";
import type { PostgresProperty } from "../../data/postgres/contract";
import { backendTelemetry } from "./telemetry";
import type { GauzianSecrets } from "./secrets";
import type { GauzianSettings } from "./settings";

/** Port of the API, and of the front end too. */
export const port = 8080;

/** User of the images. */
export const user = { user: 1000 };

const profiles = {
    default: resources("100m/512Mi", "500m/1Gi", "256Mi"),
    high: resources("200m/1Gi", "1000m/2Gi", "256Mi"),
};

/** Region that the S3 client signs with; MinIO has only this one. */
const region = "us-east-1";

/** The stores that the backend connects to. */
export interface Stores {
    readonly postgres: Connectable<PostgresProperty>;
    readonly redis: Connectable;
    readonly storage: Connectable<MinioProperty>;
}

/** A tag may move, so each start asks the registry for it; a digest cannot. */
export function pullPolicy(image: string, override?: ImagePullPolicy): ImagePullPolicy {
    return override ?? (parseImage(image).digest === undefined ? "Always" : "IfNotPresent");
}

/** Doubled or two more pods every 30 s without delay; at most half of them removed a minute, after five quiet minutes. */
export function autoscaling({ backend: { hpa } }: GauzianSettings): Autoscaling {
    return {
        ...hpa,
        behavior: {
            scaleUp: {
                stabilizationWindowSeconds: 0,
                selectPolicy: "Max",
                policies: [{ type: "Percent", value: 100, periodSeconds: 30 }, { type: "Pods", value: 2, periodSeconds: 30 }],
            },
            scaleDown: { stabilizationWindowSeconds: 300, policies: [{ type: "Percent", value: 50, periodSeconds: 60 }] },
        },
    };
}

function environment({ backend }: GauzianSettings, secrets: GauzianSecrets, namespace: string): Environment {
    const extraSecrets = Object.entries(backend.extraSecretEnv)
        .map(([name, { secretName, key }]) => [name, new SecretKey(namespace, secretName, key, "")]);
    return {
        DATABASE_URL: secrets.key("DATABASE_URL"),
        DB_NAME: secrets.key("DB_NAME"),
        REDIS_URL: secrets.key("REDIS_URL"),
        S3_REGION: region,
        S3_BUCKET: secrets.key("S3_BUCKET"),
        AWS_ACCESS_KEY_ID: secrets.key("S3_ACCESS_KEY"),
        AWS_SECRET_ACCESS_KEY: secrets.key("S3_SECRET_KEY"),
        AWS_DEFAULT_REGION: region,
        JWT_SECRET: secrets.key("JWT_SECRET"),
        COOKIE_SECURE: String(backend.cookieSecure),
        HOST: "0.0.0.0",
        PORT: String(port),
        // Quiet enough that no request body is ever written: the servers hold ciphertext, and their logs must too.
        RUST_LOG: "gauzian_back=info,tower_http=info,sqlx=warn",
        MAX_CONCURRENT_UPLOADS: "30",
        ...(backend.metricsSecret && { METRICS_SECRET: secrets.key("METRICS_SECRET") }),
        ...backend.extraEnv,
        ...Object.fromEntries(extraSecrets) as Environment,
    };
}

/** The API; its three probes ask three questions, and only readiness looks at the stores. */
export function backendArgs(
    settings: GauzianSettings, secrets: GauzianSecrets, namespace: string, { postgres, redis, storage }: Stores,
): WorkloadArgs {
    const { image, profile, livenessPath, readOnlyRoot } = settings.backend;
    const aliveTiming = { periodSeconds: 20, timeoutSeconds: 3, failureThreshold: 3 };
    return {
        component: "application",
        connectsTo: [
            connect(postgres, { user: "DB_USER", password: "DB_PASSWORD" }),
            connect(redis, {}),
            connect(storage, { url: "S3_ENDPOINT", accessKey: "S3_ACCESS_KEY", secretKey: "S3_SECRET_KEY" }),
        ],
        container: {
            name: "backend",
            image,
            imagePullPolicy: pullPolicy(image, settings.imagePullPolicy),
            ports: { http: port },
            environment: environment(settings, secrets, namespace),
            resources: profiles[profile],
            probes: {
                startup: httpProbe("/health/ready", "http", { periodSeconds: 5, failureThreshold: 12, timeoutSeconds: 3 }),
                readiness: httpProbe("/health/ready", "http", { periodSeconds: 10, timeoutSeconds: 3, failureThreshold: 3 }),
                liveness: livenessPath === null ? tcpProbe("http", aliveTiming) : httpProbe(livenessPath, "http", aliveTiming),
            },
            mounts: [{ volume: scratch("tmp", "128Mi"), path: "/tmp" }],
            preStopSleepSeconds: 5,
            ...(!readOnlyRoot && { writableRoot: true }),
        },
        service: { port: "http", number: port },
        metricsPort: "http",
        telemetry: [backendTelemetry(namespace)],
        autoscaling: autoscaling(settings),
        revisions: 5,
        spread: { zones: true, strict: settings.multiNode },
        disruptionBudgetName: "backend-pdb",
        networkPolicyName: "backend-netpol",
        serviceAccountName: "backend-sa",
        imagePullSecrets: settings.imagePullSecrets,
        // Uploads in flight finish: five seconds until no new ones come, forty for those that run.
        terminationGraceSeconds: 45,
        runAs: user,
    };
}

/** Changes of the schema, before each roll-out of the backend; null where the backend makes them at its start. */
export function migrationArgs(
    settings: GauzianSettings, secrets: GauzianSecrets, postgres: Connectable<PostgresProperty>,
): TaskArgs | null {
    const { migrations: { image, command }, backend } = settings;
    return image === null ? null : {
        component: "database-migration",
        // Part of the pod, so that a new backend image makes a new Job.
        labels: { "gauzian/backend-version": imageVersion(backend.image) },
        connectsTo: [connect(postgres, {})],
        container: {
            name: "migrate",
            image,
            imagePullPolicy: pullPolicy(image, settings.imagePullPolicy),
            command,
            environment: { DATABASE_URL: secrets.key("DATABASE_URL") },
            resources: resources("50m/64Mi", "500m/256Mi"),
            mounts: [{ volume: scratch("tmp", "64Mi"), path: "/tmp" }],
        },
        imagePullSecrets: settings.imagePullSecrets,
        deadlineSeconds: 600,
        runAs: user,
    };
}
