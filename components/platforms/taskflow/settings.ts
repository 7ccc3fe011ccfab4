import { z } from "zod";
import { cidr, image, quantity, replicas } from "../../config/schema";
import { images } from "../../kit/images";

/** Requests served at a time by one backend pod: gunicorn's workers, each with one database connection. */
const workersPerPod = 2;

/** Connections kept free for the exporter, the initialization, backups and people. */
const reservedConnections = 10;

/** How eagerly the backend scales: as the document deploys it, or as its first exercise changes it. */
export const autoscalingProfiles = {
    default: { cpuPercent: 50, maximum: 10 },
    aggressive: { cpuPercent: 30, maximum: 15 },
} as const;

const backend = z.strictObject({
    /** Image of the API; it is published nowhere and must be built, see examples/taskflow-backend. */
    image: image.default("taskflow-backend:1.0"),
    imagePullPolicy: z.enum(["Always", "IfNotPresent", "Never"]).default("IfNotPresent"),
    /** Memory request of one pod; raise it when idle pods use more than 60 % of it, or memory alone keeps them scaled out. */
    memoryRequest: quantity.default("128Mi"),
    /** The image serves /metrics; false takes the scrape job, panels and alerts that need it away. */
    metrics: z.boolean().default(true),
    /** Opens the CPU burner /api/stress to the public. */
    exposeStress: z.boolean().default(false),
});

const postgres = z.strictObject({
    image: image.default(images.postgres16),
    /** One server, or three under the CloudNativePG operator. */
    mode: z.enum(["single", "ha"]).default("single"),
    database: z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/, { error: "allowed is an SQL name in lower case" }).default("taskflow_db"),
    storage: quantity.default("2Gi"),
    maximumConnections: z.int().min(20).max(1000).default(100),
    /** Test tasks put into an empty table. */
    seedRows: z.int().min(0).max(100_000),
    /** Counter; each step changes the passwords of the database. */
    rotation: z.int().min(0).default(0),
});

const redis = z.strictObject({
    image: image.default(images.redis),
    /** One server, a primary with replicas and sentinels, or the cluster of the document's exercise. */
    mode: z.enum(["single", "sentinel", "cluster"]),
    authentication: z.boolean(),
});

const loadTest = z.strictObject({
    /** Runs the load generator; for tests, so never in prod. */
    enabled: z.boolean().default(false),
    durationSeconds: z.int().min(10).max(86_400).default(600),
    /** Also calls the CPU burner, which unlike the other calls no cache answers. */
    stress: z.boolean().default(false),
});

/** Settings of TaskFlow, under `platforms:taskflow`. */
export const taskflowSettings = z.strictObject({
    /** @default the environment's */
    expose: z.enum(["loadBalancer", "ingress"]).optional(),
    /** Addresses that may use the load balancers. @default all */
    loadBalancerSourceRanges: z.array(cidr).default([]),
    /** Class of every volume; null takes the cluster's default. */
    storageClass: z.string().nullable().default(null),
    backend: backend.prefault({}),
    frontend: z.strictObject({
        image: image.default(images.nginx),
        /** @default the environment's */
        replicas: replicas.optional(),
    }).prefault({}),
    postgres,
    redis,
    hpa: z.strictObject({
        profile: z.enum(["default", "aggressive"]).default("default"),
        minimum: replicas.default(2),
    }).prefault({}),
    prometheus: z.strictObject({
        storage: quantity.default("5Gi"),
        retention: z.string().regex(/^\d+[hdwy]$/, { error: "allowed is a number with h, d, w or y, such as 7d" }),
        /** Address of a shared kube-state-metrics; null runs one for this namespace. */
        kubeStateMetrics: z.string().nullable().default(null),
    }),
    grafana: z.strictObject({
        /** Volume for what is changed by hand; null forgets it with the pod. */
        storage: quantity.nullable(),
        rotation: z.int().min(0).default(0),
    }),
    loadTest: loadTest.prefault({}),
}).superRefine((settings, context) => {
    const { maximum } = autoscalingProfiles[settings.hpa.profile];
    if (settings.hpa.minimum > maximum) {
        context.addIssue({ code: "custom", path: ["hpa", "minimum"], message: `allowed is at most the profile's maximum of ${maximum}` });
    }
    const connections = maximum * workersPerPod + reservedConnections;
    if (connections > settings.postgres.maximumConnections) {
        context.addIssue({
            code: "custom",
            path: ["postgres", "maximumConnections"],
            message: `allowed is ${connections} or more: ${maximum} pods with ${workersPerPod} connections each and ${reservedConnections} in reserve`,
        });
    }
});

/** Checked settings of TaskFlow. */
export type TaskFlowSettings = z.infer<typeof taskflowSettings>;
