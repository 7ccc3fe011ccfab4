import { z } from "zod";
import { valueAt } from "../../config/configurationError";
import type { EnvironmentDefaults } from "../../kit/environment";
import { cidr, counter, image, memory, replicas, retention, serviceAddress, storageClass, volumeSize } from "../../kit/settings";
import { leastMemoryLimit } from "../../data/redis/server";
import { images } from "../../kit/images";
import { parseQuantity } from "../../kit/quantity";
import type { RefusedSetting } from "../../kit/section";

/** Requests served at a time by one backend pod: gunicorn's workers, each with one database connection. */
const workersPerPod = 2;

/** Connections kept free for the exporter, the initialization, backups and people. */
const reservedConnections = 10;

/** Memory limit of one backend pod. */
export const backendMemoryLimit = "256Mi";

/** How eagerly the backend scales: as the document deploys it, or as its first exercise changes it. */
export const autoscalingProfiles = {
    default: { cpuPercent: 50, maximum: 10 },
    aggressive: { cpuPercent: 30, maximum: 15 },
} as const;

const backend = z.strictObject({
    /** Image of the API; it is published nowhere and must be built, see examples/taskflow-backend. */
    image: image.default("taskflow-backend:1.0"),
    /** Never, for an image that was built on the node, only where the environment allows development aids. */
    imagePullPolicy: z.enum(["Always", "IfNotPresent", "Never"]).default("IfNotPresent"),
    /** Memory request of one pod; raise it when idle pods use more than 60 % of it, or memory alone keeps them scaled out. */
    memoryRequest: memory.default("128Mi"),
    /** The image serves /metrics; false takes the scrape job, panels and alerts that need it away. */
    metrics: z.boolean().default(true),
    /** Opens the CPU burner /api/stress to the public; only where the environment allows development aids. */
    exposeStress: z.boolean().default(false),
});

const postgres = z.strictObject({
    image: image.default(images.postgres16),
    /** One server, or three under the CloudNativePG operator. */
    mode: z.enum(["single", "ha"]).default("single"),
    database: z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/, { error: "allowed is an SQL name in lower case" }).default("taskflow_db"),
    storage: volumeSize.default("2Gi"),
    maximumConnections: z.int().min(20).max(1000).default(100),
    /** Test tasks put into an empty table. */
    seedRows: z.int().min(0).max(100_000),
    /** Each step changes the passwords of the database. */
    rotation: counter,
});

const memoryForData = "allowed is a whole number of 64 or more with mb, such as 128mb";

const redis = z.strictObject({
    image: image.default(images.redis),
    /** One server, a primary with replicas and sentinels, or the cluster of the document's exercise. */
    mode: z.enum(["single", "sentinel", "cluster"]),
    /** Replicas of each of the cluster's three masters, in mode cluster only: with one, six pods. Can be raised later, not lowered. */
    replicasPerMaster: z.literal([0, 1]).default(0),
    authentication: z.boolean(),
    /** Memory for data, as Redis writes it; the least recently used keys go first. */
    maximumMemory: z.templateLiteral([z.int(), "mb"], { error: memoryForData })
        .refine(text => Number.parseInt(text) >= 64, { error: memoryForData }).default("128mb"),
    /** Memory limit of the container; at least 1.4 times `maximumMemory`, or the kernel ends Redis before it evicts. */
    memoryLimit: memory.default("192Mi"),
});

const loadTest = z.strictObject({
    /** Runs the load generator; only where the environment allows load tests. */
    enabled: z.boolean().default(false),
    durationSeconds: z.int().min(10).max(86_400).default(600),
    /** Also calls the CPU burner, which unlike the other calls no cache answers; only where the environment allows development aids. */
    stress: z.boolean().default(false),
});

/** Settings of TaskFlow, under `platforms:taskflow`. */
export const taskflowSettings = z.strictObject({
    /** @default the environment's */
    expose: z.enum(["loadBalancer", "ingress"]).optional(),
    /** Addresses that may use the load balancers. @default all */
    loadBalancerSourceRanges: z.array(cidr).default([]),
    /** Class of every volume; null takes the cluster's default. */
    storageClass: storageClass.default(null),
    backend: backend.prefault({}),
    frontend: z.strictObject({
        image: image.default(images.nginx),
        /** @default the environment's */
        replicas: replicas.optional(),
        /** Counts nginx's connections by an exporter beside it, which is scraped by a job of its own. */
        exporter: z.boolean(),
    }),
    postgres,
    redis,
    hpa: z.strictObject({
        profile: z.enum(["default", "aggressive"]).default("default"),
        minimum: replicas.default(2),
    }).prefault({}),
    prometheus: z.strictObject({
        storage: volumeSize.default("5Gi"),
        retention,
        /** The cluster runs the Prometheus Operator: monitors and rules for it in place of Prometheus and Grafana. */
        operator: z.boolean().default(false),
        /** Address of a shared kube-state-metrics; null runs one for this namespace. */
        kubeStateMetrics: serviceAddress.nullable().default(null),
    }),
    grafana: z.strictObject({
        /** Volume for what is changed by hand; null forgets it with the pod. */
        storage: volumeSize.nullable(),
        rotation: counter,
    }),
    loadTest: loadTest.prefault({}),
}).superRefine((settings, context) => {
    const refuse = (path: string[], message: string): void =>
        context.addIssue({ code: "custom", path, message, params: { value: valueAt(settings, path) } });
    const { maximum } = autoscalingProfiles[settings.hpa.profile];
    if (settings.hpa.minimum > maximum) {
        refuse(["hpa", "minimum"], `allowed is at most the profile's maximum of ${maximum}`);
    }
    if (parseQuantity(settings.backend.memoryRequest) > parseQuantity(backendMemoryLimit)) {
        refuse(["backend", "memoryRequest"], `allowed is at most the limit of ${backendMemoryLimit}`);
    }
    const least = leastMemoryLimit(settings.redis.maximumMemory);
    if (parseQuantity(settings.redis.memoryLimit) < parseQuantity(least)) {
        refuse(["redis", "memoryLimit"], `allowed is ${least} or more: 1.4 times redis.maximumMemory of ${settings.redis.maximumMemory}`);
    }
    if (settings.redis.replicasPerMaster > 0 && settings.redis.mode !== "cluster") {
        refuse(["redis", "replicasPerMaster"], `allowed is 0 with redis.mode "${settings.redis.mode}": only a cluster has several masters`);
    }
    const connections = maximum * workersPerPod + reservedConnections;
    if (connections > settings.postgres.maximumConnections) {
        refuse(["postgres", "maximumConnections"],
            `allowed is ${connections} or more: ${maximum} pods with ${workersPerPod} connections each and ${reservedConnections} in reserve`);
    }
});

/** Checked settings of TaskFlow. */
export type TaskFlowSettings = z.infer<typeof taskflowSettings>;

/** What an environment does not let TaskFlow do. */
export function refusedSettings({ backend, loadTest }: TaskFlowSettings, environment: EnvironmentDefaults): RefusedSetting[] {
    const { name, loadTests, developmentAids } = environment;
    const refused: RefusedSetting[] = [];
    if (loadTest.enabled && !loadTests) {
        refused.push({ path: ["loadTest", "enabled"], allowed: `allowed is false: ${name} runs no load tests` });
    }
    if (loadTest.stress && !developmentAids) {
        refused.push({ path: ["loadTest", "stress"], allowed: `allowed is false: ${name} has no CPU burner` });
    }
    if (backend.exposeStress && !developmentAids) {
        refused.push({ path: ["backend", "exposeStress"], allowed: `allowed is false: ${name} has no CPU burner` });
    }
    if (backend.imagePullPolicy === "Never" && !developmentAids) {
        refused.push({ path: ["backend", "imagePullPolicy"], allowed: `allowed is "Always", "IfNotPresent": in ${name} nobody puts images on the nodes` });
    }
    return refused;
}
