import { z } from "zod";
import { httpPath, image, port, replicas, requestsAndLimits, variableName, volumeSize } from "../../kit/settings";

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
    databaseStorage: volumeSize,
    healthPath: httpPath,
    livenessPath: httpPath,
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
    applicationRoot: httpPath,
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
