import { z } from "zod";
import { image, port, quantity, replicas } from "../../kit/settings";

const amounts = z.string().regex(/^[0-9.]+m?\/[0-9.]+[KMG]i$/, { error: "allowed is cpu/memory, such as 50m/64Mi" });

/** Requests and limits of one container. */
export const requestsAndLimits = z.strictObject({ requests: amounts, limits: amounts });

const path = z.string().regex(/^\/[A-Za-z0-9._/-]*$/, { error: "allowed is a path that begins with a slash, such as /health" });
const variableName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: "allowed is the name of a variable, such as APP_NAME" });

/** How often a probe asks, in seconds, and how many failures in a row count. */
const probeTiming = z.strictObject({ periodSeconds: z.int().min(1).max(300), failureThreshold: z.int().min(1).max(100) }).partial();

/** What may be said of one service; everything left out is as its row of the table and the environment say. */
export const serviceSettings = z.strictObject({
    enabled: z.boolean(),
    /** Whole image, in place of registry, name and tag. */
    image,
    resources: requestsAndLimits,
    /** Fewest and most pods of its autoscaler. */
    pods: z.tuple([replicas, replicas]),
    /** Gives it a MySQL server of its own, or takes it away. */
    database: z.boolean(),
    /** Size of its database's volume. */
    databaseStorage: quantity,
    healthPath: path,
    livenessPath: path,
    /** Timing of its probes, where it is not as for all. */
    probes: z.partialRecord(z.enum(["startup", "readiness", "liveness"]), probeTiming),
    /** Port of the container that serves /metrics. */
    metricsPort: port,
    /** Runs it with a command other than the image's. */
    command: z.array(z.string()),
    args: z.array(z.string()),
    variables: z.record(variableName, z.string()),
    runAsUser: z.int().min(1),
    /** Folder of the application, below which it writes caches and logs. */
    applicationRoot: path,
    /** Sends the requests of one address to one pod. */
    sessionAffinity: z.boolean(),
    /** Consumes its queue in pods of their own, with this command, which the image otherwise does beside the web server. */
    worker: z.strictObject({
        command: z.array(z.string()).min(1),
        replicas: replicas.default(1),
        /** Exits 0 in a worker that can work; by default as soon as the application starts with its configuration. */
        healthCommand: z.array(z.string()).min(1).default(["php", "artisan", "--version"]),
    }),
}).partial();
