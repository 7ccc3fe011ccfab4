import type { z } from "zod";
import type { EnvironmentTable } from "../../kit/byEnvironment";
import { byEnvironment } from "../../kit/byEnvironment";
import type { ecommerceSettings } from "./settings";

/** What differs between the environments of the shop; a setting equal everywhere has its default in the schema. */
export const ecommerceEnvironments: EnvironmentTable<z.input<typeof ecommerceSettings>> = {
    namespace: byEnvironment("e-commerce-dev", "e-commerce-staging", "e-commerce-prod"),
    podSecurity: byEnvironment("baseline", "restricted", "restricted"),
    images: {
        digestWaiver: byEnvironment("dev follows tags", "staging follows tags", "no release has a digest yet; null demands them"),
    },
    application: {
        resources: byEnvironment(
            { requests: "50m/128Mi", limits: "100m/256Mi" },
            { requests: "125m/256Mi", limits: "250m/512Mi" },
            { requests: "250m/512Mi", limits: "500m/1Gi" },
        ),
        replicas: byEnvironment(1, 2, 3),
        autoscaling: byEnvironment(false, false, true),
        environment: byEnvironment("development", "staging", "production"),
        debug: byEnvironment(true, false, false),
        logLevel: byEnvironment("debug", "info", "warning"),
        spreadOverZones: byEnvironment(false, false, true),
        priorityClasses: byEnvironment(false, false, true),
    },
    mysql: {
        storage: byEnvironment(null, "5Gi", "10Gi"),
        exporter: byEnvironment(false, true, true),
        binaryLog: byEnvironment(false, true, true),
        small: byEnvironment(true, false, false),
        slowQueryLog: byEnvironment(false, true, true),
    },
    redis: {
        storage: byEnvironment("512Mi", "1Gi", "2Gi"),
        ephemeral: byEnvironment(true, false, false),
        exporter: byEnvironment(false, true, true),
    },
    rabbitmq: {
        nodes: byEnvironment(1, 3, 3),
        storage: byEnvironment("5Gi", "20Gi", "20Gi"),
        resources: byEnvironment(
            { requests: "100m/512Mi", limits: "1000m/2Gi" },
            { requests: "500m/1Gi", limits: "1000m/2Gi" },
            { requests: "500m/1Gi", limits: "1000m/2Gi" },
        ),
        strictSpread: byEnvironment(false, false, true),
    },
    minio: {
        storage: byEnvironment("5Gi", "10Gi", "10Gi"),
        ephemeral: byEnvironment(true, false, false),
    },
    edge: {
        host: byEnvironment("dev", "staging", "www"),
        issuer: byEnvironment("self-signed", "letsencrypt-staging", "letsencrypt-prod"),
    },
    monitoring: {
        traefikService: byEnvironment(null, "traefik-metrics", "traefik-metrics"),
        prometheus: byEnvironment(
            { replicas: 1, storage: "5Gi", retention: "2d", resources: { requests: "200m/512Mi", limits: "500m/1Gi" } },
            { replicas: 1, storage: "20Gi", retention: "7d", resources: { requests: "500m/1Gi", limits: "1000m/2Gi" } },
            { replicas: 2, storage: "50Gi", retention: "30d", resources: { requests: "1000m/2Gi", limits: "2000m/4Gi" } },
        ),
    },
    traceRatio: byEnvironment(1, 0.1, 0.1),
    logging: {
        maximumLines: byEnvironment(10_000, 100_000, 100_000),
        redis: {
            ephemeral: byEnvironment(true, false, false),
            memory: byEnvironment("128Mi", "512Mi", "512Mi"),
        },
    },
    jaeger: {
        storage: byEnvironment(null, "10Gi", "10Gi"),
    },
    backup: {
        retentionDays: byEnvironment(null, 7, 30),
        pointInTime: byEnvironment(false, false, true),
        restoreTest: byEnvironment(false, false, true),
    },
    rbac: {
        roles: byEnvironment(["developer", "operator", "admin"], ["developer", "operator", "admin"], ["admin"]),
    },
    argocd: {
        name: byEnvironment("e-commerce-development", "e-commerce-staging", "e-commerce-production"),
        path: byEnvironment("k8s/overlays/development", "k8s/overlays/staging", "k8s/overlays/production"),
        automated: byEnvironment(false, true, true),
    },
};
