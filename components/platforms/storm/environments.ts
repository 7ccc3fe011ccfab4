import type { z } from "zod";
import type { EnvironmentTable } from "../../kit/byEnvironment";
import { byEnvironment } from "../../kit/byEnvironment";
import type { stormSettings } from "./settings";

/** What differs between the environments of Storm; a setting equal everywhere has its default in the schema. */
export const stormEnvironments: EnvironmentTable<z.input<typeof stormSettings>> = {
    spreadOverZones: byEnvironment(false, false, true),
    images: {
        registry: byEnvironment(null, "registry.example.com", "registry.example.com"),
        pullPolicy: byEnvironment("IfNotPresent", "Always", "Always"),
    },
    broker: {
        auth: byEnvironment(false, true, true),
    },
    gateway: {
        exposure: byEnvironment("nodeport", "ingress", "ingress"),
        autoscaling: byEnvironment(null, null, { minimum: 2, maximum: 6, cpuPercent: 70 }),
    },
    message: {
        autoscaling: byEnvironment(null, null, { minimum: 2, maximum: 4, cpuPercent: 70 }),
    },
    edge: {
        clusterIssuer: byEnvironment(null, "letsencrypt-staging", "letsencrypt-prod"),
    },
    postgres: {
        storage: byEnvironment("1Gi", "5Gi", "10Gi"),
        resources: byEnvironment(
            { requests: "50m/128Mi", limits: "250m/256Mi" },
            { requests: "100m/256Mi", limits: "500m/512Mi" },
            { requests: "250m/512Mi", limits: "1/1Gi" },
        ),
    },
    nats: {
        nodes: byEnvironment(1, 1, 3),
        storage: byEnvironment("1Gi", "5Gi", "10Gi"),
        resources: byEnvironment(
            { requests: "50m/64Mi", limits: "250m/256Mi" },
            { requests: "50m/64Mi", limits: "250m/256Mi" },
            { requests: "100m/256Mi", limits: "500m/512Mi" },
        ),
    },
    minio: {
        storage: byEnvironment("2Gi", "10Gi", "20Gi"),
        versioning: byEnvironment(false, false, true),
    },
    monitoring: {
        enabled: byEnvironment(false, true, true),
    },
    backup: {
        enabled: byEnvironment(false, false, true),
    },
};
