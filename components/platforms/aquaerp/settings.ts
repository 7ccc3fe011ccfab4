import { z } from "zod";
import { cidr, configurationKey, counter, folder, hostname, image, imageTag, mailAddress, namespaceName, oddNodes, ownNamespace, percentage, port, registryAddress, replicas, requestsAndLimits, retention, secretReference, serviceAddress, storageClass, variableName, volumeSize } from "../../kit/settings";
import { refuseSmallVolume } from "../../data/rabbitmq/volumeSetting";
import { images, parseImage } from "../../kit/images";
import { certManagerMetrics } from "../../monitoring/rules/certManager";
import { leastConnections } from "./connections";
import type { ServiceName } from "./services";
import { serviceNames, workerNames } from "./services";

const serviceName = z.enum(serviceNames);

/** What may differ between the services. */
const service = z.strictObject({
    /** Image in place of the registry's, such as one with a digest. */
    image: image.optional(),
    /** Tag in place of the common one: what a build of this service alone sets. */
    tag: imageTag.optional(),
    /** @default the document's 100m/128Mi to 200m/256Mi */
    resources: requestsAndLimits.optional(),
    /** @default 1000, or 101 for the page */
    runAsUser: z.int().min(1).optional(),
    /** Further plain variables. */
    extraEnv: z.record(variableName, z.string()).default({}),
    /** Further variables from Secrets that exist already. */
    extraSecretEnv: z.record(variableName, secretReference).default({}),
    /** Further writable folders, which go with the pod. */
    writablePaths: z.array(folder).default([]),
});

/** Names of the variables that the images read; the document gives none. */
const variables = z.strictObject({
    port: variableName.default("PORT"),
    host: variableName.default("HOST"),
    nodeEnvironment: variableName.default("NODE_ENV"),
    logLevel: variableName.default("LOG_LEVEL"),
    rabbitmqUrl: variableName.default("RABBITMQ_URL"),
    jwtSecret: variableName.default("JWT_SECRET"),
    publicApiUrl: variableName.default("API_BASE_URL"),
    /** By service; the others are called `<NAME>_SERVICE_URL` and `API_GATEWAY_URL`. */
    serviceUrls: z.partialRecord(serviceName, variableName).default({}),
});

const autoscaler = (minimum: number, maximum: number) => z.strictObject({
    minimum: replicas.default(minimum),
    maximum: replicas.default(maximum),
    cpuPercent: percentage.default(80),
}).refine(range => range.minimum <= range.maximum, { error: "allowed is a minimum that does not exceed the maximum" }).prefault({});

const postgres = z.strictObject({
    image: image.default(images.postgres17),
    storage: volumeSize,
    resources: requestsAndLimits,
    /** Connections that one pod opens. */
    poolSize: z.int().min(1).max(100).default(10),
    /** @default what all pods need during a roll-out, and a reserve */
    maximumConnections: z.int().min(20).max(2000).optional(),
    /** Gives each service a role and a schema of its own within the database. */
    schemaPerService: z.boolean().default(false),
    rotation: counter,
});

const rabbitmq = z.strictObject({
    image: image.default(images.rabbitmq),
    /** Number of nodes, odd. */
    replicas: oddNodes,
    storage: volumeSize,
    resources: requestsAndLimits,
    /** Leaves the nodes to the RabbitMQ Cluster Operator, which the cluster must run. */
    operator: z.boolean().default(false),
    /** Queues that exist before the services start, each with dead letters of its own. @default none: the services declare theirs */
    queues: z.array(z.string().regex(/^[\w.-]{1,200}$/)).default([]),
    /** Failed deliveries after which a message is a dead letter. */
    deliveryLimit: z.int().min(1).default(5),
    /** Seconds that a message may wait; null keeps it for good. */
    messageTtlSeconds: z.int().min(1).nullable().default(null),
    rotation: counter,
}).superRefine(refuseSmallVolume());

const registry = z.strictObject({
    /** Host and path before the services' names. */
    address: registryAddress.default("registry.digitalocean.com/aquaerp-registry"),
    tag: imageTag.default("1.0.0"),
    /** Secret of type dockerconfigjson that the kubelets log in with; null for a public registry. */
    pullSecret: hostname.nullable().default("docr-secret"),
    /** Key of the stack's configuration that holds its content, encrypted; left unset there, others must create the Secret. */
    pullSecretFrom: configurationKey.default("aquaerpRegistry"),
    /** Why tags may stand in place of digests; null demands a digest of every service. */
    digestWaiver: z.string().min(1).nullable(),
});

const mailer = z.strictObject({
    /** The mailer works with the database; false takes the way there and the variables from it. */
    database: z.boolean().default(true),
    /** The relay that takes its mails; null sends none. */
    smtp: z.strictObject({
        host: hostname,
        port: port.default(587),
        user: z.string().min(1),
        from: mailAddress,
        /** Where its password is, a Secret that exists already. */
        password: secretReference,
        /** Addresses of the relay. */
        cidr: cidr.default("0.0.0.0/0"),
    }).nullable().default(null),
});

const monitoring = z.strictObject({
    /** @default `<namespace>-monitoring` */
    namespace: ownNamespace.optional(),
    prometheus: z.strictObject({ storage: volumeSize, retention }),
    grafana: z.strictObject({
        /** Volume for what users change; null forgets it with the pod. */
        storage: volumeSize.nullable(),
        /** Public host; null serves nobody outside the cluster. */
        host: hostname.nullable().default(null),
        rotation: counter,
    }),
    /** Names of the services' metrics, those of prom-client's usual middlewares. */
    metrics: z.strictObject({
        requests: z.string().default("http_requests_total"),
        duration: z.string().default("http_request_duration_seconds"),
        /** Label with the status of an answer. */
        statusLabel: z.string().default("status_code"),
    }).prefault({}),
    /** Address of cert-manager's metrics; null leaves its alerts out. */
    certManager: serviceAddress.nullable().default(certManagerMetrics),
    /** The cluster runs the Prometheus Operator: monitors and rules for it in place of Prometheus and Grafana. */
    operator: z.boolean().default(false),
});

const access = z.strictObject({
    /** Groups that may look at everything but Secrets. */
    viewers: z.array(z.string().min(1)).default([]),
    /** Groups that may change everything within the namespace, shells in pods included; best nobody in prod. */
    operators: z.array(z.string().min(1)).default([]),
});

/** Settings of AquaERP, under `platforms:aquaerp`. */
export const aquaerpSettings = z.strictObject({
    namespace: ownNamespace.default("aquaerp"),
    /** Public host; null serves nobody outside the cluster. */
    host: hostname.nullable(),
    /** ClusterIssuer of cert-manager. */
    issuer: hostname,
    /** The gateway sees its paths without their /api. */
    stripApiPrefix: z.boolean().default(false),
    rateLimit: z.strictObject({ average: z.int().min(1).default(100), burst: z.int().min(1).default(200) }).prefault({}),
    registry,
    services: z.partialRecord(serviceName, service).default({}),
    variables: variables.prefault({}),
    nodeEnvironment: z.enum(["development", "production"]),
    logLevel: z.enum(["debug", "info", "warn", "error"]),
    /** Pods of a service where no autoscaler owns them. */
    replicas: z.strictObject({ backend: replicas, frontend: replicas }),
    /** As many pods as in production, for tests of availability. */
    fullReplicas: z.boolean().default(false),
    autoscaling: z.boolean(),
    hpa: z.strictObject({ gateway: autoscaler(2, 5), frontend: autoscaler(3, 6) }).prefault({}),
    spreadOverZones: z.boolean(),
    /** Class of every volume; null takes the cluster's default. */
    storageClass: storageClass.default(null),
    postgres,
    rabbitmq,
    mailer: mailer.prefault({}),
    /** Services that get the key of the log-in tokens. */
    jwt: z.strictObject({ receivers: z.array(serviceName).default(["auth-service", "api-gateway"]), rotation: counter }).prefault({}),
    /** The gateway also calls the services over HTTP; false leaves messages only. */
    gatewayHttp: z.boolean().default(true),
    /** Further ways between the services. */
    extraEdges: z.array(z.strictObject({ from: serviceName, to: serviceName })).default([]),
    /** Address of an OTLP receiver, such as `tempo.monitoring.svc:4318`; null sends no traces. */
    tracing: serviceAddress.nullable().default(null),
    /** Prepares the database before the services start. */
    migration: z.strictObject({
        /** Image; null runs none. */
        image: image.nullable().default(null),
        command: z.array(z.string()).min(1).default(["npm", "run", "migrate"]),
    }).prefault({}),
    backup: z.strictObject({ storage: volumeSize.default("10Gi") }).prefault({}),
    access: access.prefault({}),
    monitoring,
}).superRefine((settings, context) => {
    if (!namespaceName.safeParse(monitoringNamespace(settings)).success) {
        context.addIssue({
            code: "custom", path: ["namespace"], params: { value: settings.namespace },
            message: `allowed is a shorter name, or another monitoring.namespace than ${monitoringNamespace(settings)}, which has more than 63 letters`,
        });
    }
    const { postgres: { maximumConnections }, registry: { digestWaiver } } = settings;
    const least = leastConnections(settings, workerNames.length);
    if (maximumConnections !== undefined && maximumConnections < least) {
        context.addIssue({
            code: "custom", path: ["postgres", "maximumConnections"], params: { value: maximumConnections },
            message: `allowed is ${least} or more: ${settings.postgres.poolSize} for each pod during a roll-out, and a reserve`,
        });
    }
    for (const name of digestWaiver === null ? serviceNames : []) {
        const reference = settings.services[name]?.image;
        if (reference === undefined || parseImage(reference).digest === undefined) {
            context.addIssue({
                code: "custom", path: ["services", name, "image"], params: { value: reference },
                message: "allowed is an image with a digest (@sha256:...), unless registry.digestWaiver says why not",
            });
        }
    }
});

/** Checked settings of AquaERP. */
export type AquaErpSettings = z.infer<typeof aquaerpSettings>;

/** Settings of one service. */
export function serviceSettings({ services }: AquaErpSettings, name: ServiceName): z.infer<typeof service> {
    return services[name] ?? service.parse({});
}

/** Namespace of Prometheus and Grafana. */
export function monitoringNamespace({ namespace, monitoring: own }: Pick<AquaErpSettings, "namespace" | "monitoring">): string {
    return own.namespace ?? `${namespace}-monitoring`;
}

/** Pods of the back end's services and of the page where no autoscaler owns them. */
export function replicaCounts({ fullReplicas, replicas: counts }: AquaErpSettings): AquaErpSettings["replicas"] {
    return fullReplicas ? { backend: 2, frontend: 3 } : counts;
}
