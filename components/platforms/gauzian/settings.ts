import { z } from "zod";
import { cidr, counter, hostname, httpPath, image, ownNamespace, percentage, replicas, requestsAndLimits, retention, retentionDays, secretReference, serviceAddress, storageClass, variableName, volumeSize } from "../../kit/settings";
import { images } from "../../kit/images";
import { metricSchemas } from "./metrics";

const hpa = z.strictObject({
    minimum: replicas.default(2),
    maximum: replicas.default(10),
    cpuPercent: percentage.default(50),
    memoryPercent: percentage.default(70),
});

const backend = z.strictObject({
    /** Image of the API. Its tag moves: name a version or a digest to decide what runs. */
    image: image.default("angusvisual/gauzian-backend:dev"),
    /** Requests and limits as documented, or those for high load. */
    profile: z.enum(["default", "high"]).default("default"),
    hpa: hpa.prefault({}),
    /** Path that answers without looking at dependencies; null checks only that the port takes connections. */
    livenessPath: httpPath.nullable().default(null),
    /** Marks cookies for HTTPS only; false in dev alone. */
    cookieSecure: z.boolean().default(true),
    /** Keeps the root file system read-only. */
    readOnlyRoot: z.boolean().default(true),
    /** Further plain variables, for images that know more of them. */
    extraEnv: z.record(variableName, z.string()).default({}),
    /** Further variables from Secrets that exist in the namespace. */
    extraSecretEnv: z.record(variableName, secretReference).default({}),
    /** Generates METRICS_SECRET, which newer images demand of whoever reads /metrics, and hands it to Prometheus. */
    metricsSecret: z.boolean().default(false),
    /** Lets the backend read Secret gauzian-secrets through the API, which it never does. */
    rbacSecretRead: z.boolean().default(false),
});

const edge = z.strictObject({
    /** Where certificates come from: Traefik's own resolver with one Traefik pod, or cert-manager with any number. */
    tls: z.enum(["certResolver", "certManager"]).default("certResolver"),
    /** ClusterIssuer that cert-manager asks. */
    issuer: hostname,
    /** Content security policy of the page, in place of the documented one. */
    csp: z.string().min(1).default("default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'"),
    /** Further response headers, or other values of the documented ones. */
    extraHeaders: z.record(z.string(), z.string()).default({}),
    /** Proxies before Traefik; 0 takes the address that connects as the client's. */
    ipStrategyDepth: z.int().min(0).max(10).default(0),
    /** Serves MinIO's S3 interface under /s3. */
    s3Route: z.boolean().default(true),
    /** Host that serves it without a prefix, as presigned URLs need it; null for none. */
    s3Host: hostname.nullable().default(null),
    /** Serves MinIO's console. */
    minioConsole: z.boolean().default(true),
    /** Addresses that may use MinIO's console and Grafana. @default all */
    adminAllowList: z.array(cidr).default([]),
    /** Requests a minute and address to the log-in, and its burst; null does not limit it further. */
    loginRateLimit: z.strictObject({ average: z.int().min(1).default(5), burst: z.int().min(1).default(10) }).nullable().default(null),
});

const monitoring = z.strictObject({
    namespace: ownNamespace.default("monitoring"),
    prometheus: z.strictObject({
        storage: volumeSize,
        retention,
    }),
    grafana: z.strictObject({ storage: volumeSize.nullable(), rotation: counter }),
    nodeExporter: z.strictObject({
        /** One per cluster: off where another platform or the cluster's owner runs one. */
        enabled: z.boolean().default(true),
        namespace: ownNamespace.default("monitoring-node"),
    }).prefault({}),
    /** Leaves the backend to the Prometheus Operator, by a ServiceMonitor in place of the scrape job. */
    operator: z.boolean().default(false),
    /** Address of the Service with Traefik's metrics, which Traefik's chart makes on demand; null leaves CertificateExpiring out. */
    traefikMetrics: serviceAddress.nullable(),
});

/** Settings of GAUZIAN, under `platforms:gauzian`. */
export const gauzianSettings = z.strictObject({
    namespace: ownNamespace.default("gauzian-v2"),
    /** Host of the page; MinIO's console and Grafana have hosts below it. */
    domain: hostname,
    /** Class of every volume; null takes the cluster's default. */
    storageClass: storageClass.default(null),
    /** Refuses to delete volumes. */
    protectData: z.boolean(),
    /** Gives stores, applications and batch work priorities of their own. */
    priorityClasses: z.boolean(),
    /** The cluster has enough nodes for every pod of a tier: two never share one. */
    multiNode: z.boolean().default(false),
    /** Secrets with credentials for the images' registry. */
    imagePullSecrets: z.array(hostname).default([]),
    /** When the kubelet asks the registry; in dev alone, for images loaded by hand. @default by the image's reference */
    imagePullPolicy: z.enum(["Always", "IfNotPresent", "Never"]).optional(),
    backend: backend.prefault({}),
    front: z.strictObject({
        image: image.default("angusvisual/gauzian-front:dev"),
        replicas: replicas.min(2),
        resources: requestsAndLimits.prefault({ requests: "100m/256Mi", limits: "500m/512Mi" }),
    }),
    postgres: z.strictObject({
        /** Version 17: another major version needs a dump and restore. */
        image: image.default(images.postgres17),
        storage: volumeSize.default("20Gi"),
        maximumConnections: z.int().min(50).max(1000).default(200),
        resources: requestsAndLimits,
    }),
    redis: z.strictObject({
        image: image.default(images.redis),
        storage: volumeSize.default("5Gi"),
        /** Demands a password. */
        auth: z.boolean().default(true),
        resources: requestsAndLimits,
    }),
    minio: z.strictObject({
        image: image.default(images.minio),
        storage: volumeSize.default("50Gi"),
        resources: requestsAndLimits,
    }),
    s3: z.strictObject({
        /** Gives the backend MinIO's root credentials, as documented, in place of a user of its own. */
        useRootCredentials: z.boolean().default(false),
    }).prefault({}),
    migrations: z.strictObject({
        /** Image with the migrations; null leaves them to the backend's start. */
        image: image.nullable().default(null),
        command: z.array(z.string()).min(1).default(["sqlx", "migrate", "run"]),
    }).prefault({}),
    backup: z.strictObject({
        storage: volumeSize,
        /** Class of its volume, best on other disks than the database's; null takes that of the others. */
        storageClass: storageClass.default(null),
        retentionDays,
        /** Restores the newest dump once a month, into a server that ends with its pod. */
        restoreTest: z.boolean(),
        /** Room for the restored database, on the disk of the node that the test runs on. */
        restoreTestStorage: volumeSize.default("8Gi"),
        /** S3 server outside the cluster that gets a copy of each dump; null copies nothing. */
        s3: z.strictObject({
            endpoint: z.url({ protocol: /^https$/, error: "allowed is an https address: dumps are in the clear on their way" }),
            bucket: z.string().min(3),
            /** Secret of the platform's namespace with the keys access-key and secret-key, which is made by hand. */
            secretName: hostname,
            /** Addresses of the server. */
            addresses: z.array(cidr).min(1),
            /** Copies the chunks too, without which the dumps are of no use. */
            chunks: z.boolean().default(true),
        }).nullable().default(null),
    }),
    loadTest: z.strictObject({
        /** Runs k6 once against the backend; refused in prod. */
        enabled: z.boolean().default(false),
        virtualUsers: z.int().min(1).max(1000).default(100),
        seconds: z.int().min(1).max(3600).default(300),
        /** What each of them asks for again and again. */
        path: z.string().regex(/^\/\S*$/, { error: "allowed is a path that begins with a slash, such as /health/ready" }).default("/health/ready"),
    }).prefault({}),
    /** Counters; a step of jwt logs every user out. */
    rotation: z.strictObject({ jwt: counter, db: counter, redis: counter, minio: counter }).prefault({}),
    edge,
    /** Names of the backend's metrics: the document's, or those of the published source. */
    metrics: z.strictObject({ schema: z.enum(metricSchemas).default("documented") }).prefault({}),
    monitoring,
});

/** Checked settings of GAUZIAN. */
export type GauzianSettings = z.infer<typeof gauzianSettings>;
