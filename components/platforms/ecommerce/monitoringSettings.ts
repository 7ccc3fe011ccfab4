import { z } from "zod";
import { counter, memory, nameOfService, ownNamespace, replicas, requestsAndLimits, retention, serviceAddress, volumeSize } from "../../kit/settings";
import { parseQuantity } from "../../kit/quantity";
import { certManagerMetrics } from "../../monitoring/rules/certManager";

/** Traces. */
export const jaeger = z.strictObject({
    /** Runs Jaeger beside the shop's Prometheus; without it and without another collector nothing is traced. */
    enabled: z.boolean().default(true),
    /** Volume of the traces; null keeps the newest in memory. */
    storage: volumeSize.nullable(),
    retentionHours: z.int().min(1).max(8760).default(168),
});

/** Logs. */
export const logging = z.strictObject({
    /** A stream of a Redis of its own, a Loki of the cluster, or the pods' output alone, which goes with them. */
    sink: z.enum(["redis-streams", "loki", "stdout-only"]).default("redis-streams"),
    /** Address of the Loki, for that sink. */
    loki: serviceAddress.default("loki.monitoring.svc:3100"),
    /** Of Fluent Bit and node-exporter, which read the nodes' files, and alone have the privileged level. */
    agentsNamespace: ownNamespace.default("monitoring-agents"),
    /** Lines that the stream keeps, about. */
    maximumLines: z.int().min(1000).max(10_000_000),
    redis: z.strictObject({
        storage: volumeSize.default("5Gi"),
        ephemeral: z.boolean(),
        memory: memory.refine(limit => parseQuantity(limit) >= parseQuantity("64Mi"), { error: "allowed is 64Mi or more, which its server requests" }),
    }),
});

/** Prometheus and Grafana. */
export const monitoring = z.strictObject({
    enabled: z.boolean().default(true),
    /** The cluster runs the Prometheus Operator: ServiceMonitors in place of scrape jobs. */
    operator: z.boolean().default(false),
    /** Address of cert-manager's metrics; null leaves its alerts out. */
    certManager: serviceAddress.nullable().default(certManagerMetrics),
    /** Service with Traefik's metrics, beside Traefik; null leaves its alerts and panels out. */
    traefikService: nameOfService.nullable(),
    prometheus: z.strictObject({
        /** Servers that scrape the same, each with a volume of its own. */
        replicas,
        storage: volumeSize,
        retention,
        resources: requestsAndLimits,
    }),
    /** Runs node-exporter beside Fluent Bit; false where the cluster's own is enough. */
    nodeExporter: z.boolean().default(true),
    grafana: z.strictObject({ storage: volumeSize.default("10Gi"), rotation: counter }).prefault({}),
});
