import type { z } from "zod";
import type { EnvironmentTable } from "../../kit/byEnvironment";
import { byEnvironment } from "../../kit/byEnvironment";
import type { aquaerpSettings } from "./settings";

/** What differs between the environments of AquaERP; a setting equal everywhere has its default in the schema. */
export const aquaerpEnvironments: EnvironmentTable<z.input<typeof aquaerpSettings>> = {
    host: byEnvironment("dev.aquaerp.cloud", "staging.aquaerp.cloud", "aquaerp.cloud"),
    issuer: byEnvironment("self-signed", "letsencrypt-staging", "letsencrypt-prod"),
    nodeEnvironment: byEnvironment("development", "production", "production"),
    logLevel: byEnvironment("debug", "info", "info"),
    replicas: byEnvironment({ backend: 1, frontend: 1 }, { backend: 2, frontend: 3 }, { backend: 2, frontend: 3 }),
    autoscaling: byEnvironment(false, true, true),
    spreadOverZones: byEnvironment(false, false, true),
    registry: {
        digestWaiver: byEnvironment("dev follows tags", "staging follows tags", "no release has a digest yet; null demands them"),
    },
    postgres: {
        storage: byEnvironment("2Gi", "10Gi", "10Gi"),
        resources: byEnvironment(
            { requests: "100m/256Mi", limits: "500m/512Mi" },
            { requests: "250m/512Mi", limits: "1/1Gi" },
            { requests: "500m/1Gi", limits: "2/2Gi" },
        ),
    },
    rabbitmq: {
        replicas: byEnvironment(1, 1, 3),
        storage: byEnvironment("2Gi", "5Gi", "10Gi"),
        resources: byEnvironment(
            { requests: "100m/256Mi", limits: "500m/1Gi" },
            { requests: "100m/256Mi", limits: "500m/1Gi" },
            { requests: "250m/512Mi", limits: "1/1Gi" },
        ),
    },
    monitoring: {
        prometheus: byEnvironment(
            { storage: "5Gi", retention: "2d" },
            { storage: "10Gi", retention: "7d" },
            { storage: "20Gi", retention: "15d" },
        ),
        grafana: {
            storage: byEnvironment(null, "5Gi", "5Gi"),
        },
    },
};
