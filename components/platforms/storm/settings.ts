import { z } from "zod";
import type { EnvironmentDefaults } from "../../kit/environment";
import { counter, cpuAutoscaling, hostname, httpPath, image, oddNodes, ownNamespace, podSecurityLevel, registryAddress, replicas, requestsAndLimits, retention, secretReference, serviceAddress, sizeBetween, storageClass, variableName, volumeSize } from "../../kit/settings";
import { fileStoreOf } from "../../data/nats/configuration";
import { images } from "../../kit/images";
import { formatBytes, parseQuantity } from "../../kit/quantity";
import type { RefusedSetting } from "../../kit/section";

/** Services of Storm that its developers build. */
export const serviceNames = ["gateway-service", "user-service", "message-service", "media-service", "notification-service"] as const;

/** Name of one of Storm's services. */
export type ServiceName = (typeof serviceNames)[number];

const serviceName = z.enum(serviceNames);
/** Services that talk over NATS, by the name of their user there. */
export const natsUsers = ["gateway", "message", "media", "notification"] as const;

const subject = z.string().min(1);
const permissions = z.strictObject({ publish: z.array(subject), subscribe: z.array(subject) });

/** What is asked of every service; `defaults` are what the document says of one. */
function service(defaults: { image: ServiceName; requests: string; limits: string; healthPath: string; user: number }) {
    return {
        /** Image of the service, after the registry if there is one; it is published nowhere and must be built. */
        image: image.default(`storm/${defaults.image}:0.1.0`),
        /** Number of pods while no autoscaler owns it. @default the environment's */
        replicas: replicas.optional(),
        resources: requestsAndLimits.prefault({ requests: defaults.requests, limits: defaults.limits }),
        /** Path that answers 200 when the service can work. */
        healthPath: httpPath.default(defaults.healthPath),
        /** User that the image runs as. */
        runAsUser: z.int().min(1).default(defaults.user),
        /** The image serves /metrics on its port. */
        metrics: z.boolean().default(false),
        /** Further variables from Secrets that exist already, by name. */
        extraSecretEnv: z.record(variableName, secretReference).default({}),
    };
}

const goService = (name: ServiceName) =>
    service({ image: name, requests: "50m/64Mi", limits: "200m/128Mi", healthPath: "/health", user: 65532 });

const gateway = z.strictObject({
    ...goService("gateway-service"),
    autoscaling: cpuAutoscaling.nullable(),
    /** A port of every node, for the laptop, or an Ingress. */
    exposure: z.enum(["nodeport", "ingress"]),
    nodePort: z.int().min(30000).max(32767).default(30080),
});

const media = z.strictObject({
    ...goService("media-service"),
    bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, { error: "allowed are 3 to 63 small letters, digits, points and hyphens" })
        .default("media"),
    /** Hands the service MinIO's root credentials, as the document does. */
    useRootCredentials: z.boolean().default(false),
});

const edge = z.strictObject({
    /** @default storm.<domain> */
    host: hostname.optional(),
    ingressClassName: hostname.default("traefik"),
    /** Issuer of cert-manager for the certificate; null serves the ingress controller's own. */
    clusterIssuer: hostname.nullable(),
    /** Requests a second and client address, and how many at once. */
    rateLimit: z.strictObject({ average: z.int().min(1).default(50), burst: z.int().min(1).default(100) }).prefault({}),
    /** Seconds that a chat connection may be silent. */
    idleTimeoutSeconds: z.int().min(60).max(86_400).default(3600),
});

const postgres = z.strictObject({
    image: image.default(images.postgres15),
    /** Size of each of the two volumes. */
    storage: volumeSize,
    resources: requestsAndLimits,
    rotation: counter,
});

const nats = z.strictObject({
    image: image.default(images.nats),
    /** Servers, an odd number. */
    nodes: oddNodes,
    /** Size of each server's volume. */
    storage: volumeSize,
    /** Keeps events in the pod only, as the document does: they are lost with it. */
    ephemeral: z.boolean().default(false),
    resources: requestsAndLimits,
    /** What each service may publish and subscribe to. @default everything */
    permissions: z.partialRecord(z.enum(natsUsers), permissions).default({}),
    /** Streams that a Job creates. @default none: the services declare their own */
    streams: z.array(z.strictObject({
        name: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
        subjects: z.array(subject).min(1),
        maximumSize: sizeBetween("1Mi", "64Ti", "1Gi"),
        maximumAgeDays: z.int().min(1).default(7),
    })).default([]),
    rotation: counter,
}).superRefine(({ streams, storage }, context) => {
    const room = fileStoreOf(storage);
    const asked = streams.reduce((sum, { maximumSize }) => sum + parseQuantity(maximumSize), 0);
    if (asked > room) {
        context.addIssue({
            code: "custom", path: ["storage"], params: { value: storage },
            message: `allowed is a volume with room for all streams: they may hold ${formatBytes(asked)}, and it has room for ${formatBytes(room)}`,
        });
    }
});

const minio = z.strictObject({
    image: image.default(images.minio),
    clientImage: image.default(images.minioClient),
    storage: volumeSize,
    /** Keeps replaced and deleted objects. */
    versioning: z.boolean(),
    /** Host where clients use signed addresses of the bucket; null lets them go through the gateway only. */
    publicHost: hostname.nullable().default(null),
    rotation: counter,
});

/** Settings of Storm, under `platforms:storm`. */
export const stormSettings = z.strictObject({
    namespace: ownNamespace.default("storm"),
    /** Level of the Pod Security Standards that the namespace enforces. @default the environment's */
    podSecurity: podSecurityLevel.optional(),
    /** Class of every volume; null takes the cluster's default. */
    storageClass: storageClass.default(null),
    /** Spreads the services' pods over availability zones too. */
    spreadOverZones: z.boolean(),
    images: z.strictObject({
        /** Registry before the services' images; null takes what was imported into the nodes. */
        registry: registryAddress.nullable(),
        pullPolicy: z.enum(["Always", "IfNotPresent", "Never"]),
        /** Secrets with credentials for the registry. */
        pullSecrets: z.array(hostname).default([]),
        /** Demands a digest of every service's image; false is the waiver for registries that do not overwrite tags. */
        requireDigest: z.boolean().default(false),
    }),
    secrets: z.strictObject({
        /** One Secret `postgres-credentials` for both databases, for existing set-ups. */
        sharedPostgres: z.boolean().default(false),
    }).prefault({}),
    broker: z.strictObject({
        /** NATS and Redis demand passwords. */
        auth: z.boolean(),
    }),
    gateway,
    user: z.strictObject(
        service({ image: "user-service", requests: "100m/128Mi", limits: "250m/256Mi", healthPath: "/", user: 1000 }),
    ).prefault({}),
    message: z.strictObject({ ...goService("message-service"), autoscaling: cpuAutoscaling.nullable() }),
    media: media.prefault({}),
    notification: z.strictObject({ ...goService("notification-service"), enabled: z.boolean().default(false) }).prefault({}),
    edge,
    postgres,
    redis: z.strictObject({ image: image.default(images.redis), rotation: counter }).prefault({}),
    nats,
    minio,
    /** Groups of people who may look at the namespace, or change what runs in it. */
    access: z.strictObject({
        viewers: z.array(z.string().min(1)).default([]),
        operators: z.array(z.string().min(1)).default([]),
    }).prefault({}),
    /** Ways between services that the document does not draw. */
    extraEdges: z.array(z.strictObject({ from: serviceName, to: serviceName })).default([]),
    monitoring: z.strictObject({
        enabled: z.boolean(),
        storage: volumeSize.default("5Gi"),
        retention: retention.default("15d"),
        /** The cluster runs the Prometheus Operator: monitors and rules for it in place of Prometheus and Grafana. */
        operator: z.boolean().default(false),
    }),
    /** Address of an OpenTelemetry collector in the cluster, such as `collector.monitoring.svc:4317`; null traces nothing. */
    tracing: serviceAddress.nullable().default(null),
    /** Nightly dumps of both databases, kept as long as the environment says. */
    backup: z.strictObject({
        enabled: z.boolean(),
        /** Size of the volume for the dumps of each database. */
        storage: volumeSize.default("10Gi"),
    }),
}).superRefine((settings, context) => {
    if (!settings.images.requireDigest) {
        return;
    }
    for (const name of ["gateway", "user", "message", "media", "notification"] as const) {
        const runs = name !== "notification" || settings.notification.enabled;
        if (runs && !settings[name].image.includes("@sha256:")) {
            context.addIssue({ code: "custom", path: [name, "image"], message: "allowed is an image with a digest, as images.requireDigest asks" });
        }
    }
});

/** Checked settings of Storm. */
export type StormSettings = z.infer<typeof stormSettings>;

/** What only serves development, and is refused elsewhere. */
export function refusedSettings(settings: StormSettings, { name, developmentAids }: EnvironmentDefaults): RefusedSetting[] {
    const { gateway: { exposure }, media: { useRootCredentials }, nats: { ephemeral }, images: { pullPolicy } } = settings;
    const rules: [boolean, string, string][] = [
        [exposure === "nodeport", "gateway.exposure", `allowed is "ingress": in ${name} no port of the nodes is opened`],
        [useRootCredentials, "media.useRootCredentials", `allowed is false: in ${name} no service gets MinIO's root credentials`],
        [ephemeral, "nats.ephemeral", `allowed is false: in ${name} events outlive their pod`],
        [pullPolicy === "Never", "images.pullPolicy", `allowed is "Always", "IfNotPresent": in ${name} nobody puts images on the nodes`],
    ];
    return developmentAids ? [] : rules.filter(([refused]) => refused).map(([, path, allowed]) => ({ path: path.split("."), allowed }));
}
