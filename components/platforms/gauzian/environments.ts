import type { z } from "zod";
import type { EnvironmentTable } from "../../kit/byEnvironment";
import { byEnvironment } from "../../kit/byEnvironment";
import type { gauzianSettings } from "./settings";

/** What differs between the environments of GAUZIAN; a setting equal everywhere has its default in the schema. */
export const gauzianEnvironments: EnvironmentTable<z.input<typeof gauzianSettings>> = {
    domain: byEnvironment("gauzian.localhost", "staging.gauzian.pupin.fr", "gauzian.pupin.fr"),
    protectData: byEnvironment(false, true, true),
    priorityClasses: byEnvironment(false, false, true),
    front: {
        replicas: byEnvironment(2, 2, 3),
    },
    postgres: {
        resources: byEnvironment(
            { requests: "100m/256Mi", limits: "500m/512Mi" },
            { requests: "250m/1Gi", limits: "1000m/2Gi" },
            { requests: "500m/2Gi", limits: "2000m/4Gi" },
        ),
    },
    redis: {
        resources: byEnvironment(
            { requests: "50m/128Mi", limits: "250m/256Mi" },
            { requests: "100m/256Mi", limits: "500m/512Mi" },
            { requests: "100m/256Mi", limits: "500m/512Mi" },
        ),
    },
    minio: {
        resources: byEnvironment(
            { requests: "100m/256Mi", limits: "500m/1Gi" },
            { requests: "100m/256Mi", limits: "500m/1Gi" },
            { requests: "250m/1Gi", limits: "1000m/2Gi" },
        ),
    },
    backup: {
        storage: byEnvironment("5Gi", "20Gi", "20Gi"),
        retentionDays: byEnvironment(7, 14, 30),
        restoreTest: byEnvironment(false, false, true),
    },
    edge: {
        issuer: byEnvironment("self-signed", "letsencrypt-staging", "letsencrypt-prod"),
    },
    monitoring: {
        prometheus: byEnvironment(
            { storage: "10Gi", retention: "7d" },
            { storage: "20Gi", retention: "15d" },
            { storage: "50Gi", retention: "30d" },
        ),
        grafana: {
            storage: byEnvironment(null, "2Gi", "2Gi"),
        },
        traefikMetrics: byEnvironment(null, "traefik-metrics.traefik.svc:9100", "traefik-metrics.traefik.svc:9100"),
    },
};
