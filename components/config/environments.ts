import type { EnvironmentDefaults, EnvironmentName } from "../kit/environment";
import { environmentNames } from "../kit/environment";

/** Values of one setting: dev, staging, prod. */
type Row<Value> = readonly [dev: Value, staging: Value, prod: Value];

const traefik = { namespace: "kube-system", podLabels: { "app.kubernetes.io/name": "traefik" } };

/** The table of environment defaults: what all platforms share… */
const shared: { readonly [Field in Exclude<keyof EnvironmentDefaults, "name">]: Row<EnvironmentDefaults[Field]> } = {
    domain: ["localhost", "staging.example.com", "example.com"],
    exposure: ["loadBalancer", "ingress", "ingress"],
    certificateResolver: [null, "letsencrypt-staging", "letsencrypt"],
    ingressController: [traefik, traefik, traefik],
    applicationReplicas: [1, 2, 2],
    spreadOverNodes: [false, true, true],
    protectData: [false, false, true],
    backupRetentionDays: [null, 7, 30],
    scaleDownWindowSeconds: [60, 60, 300],
    podSecurity: ["restricted", "restricted", "restricted"],
    alertmanager: [0, 1, 2],
    runbooks: ["https://runbooks.example.com", "https://runbooks.example.com", "https://runbooks.example.com"],
    readinessTimeoutSeconds: [300, 300, 600],
    loadTests: [true, true, false],
    developmentAids: [true, false, false],
};

/** …and what is each platform's own, by path within its settings; a setting equal everywhere has its default in the schema. */
const ofPlatforms: Readonly<Record<string, Readonly<Record<string, Row<unknown>>>>> = {
    aquaerp: {
        "host": ["dev.aquaerp.cloud", "staging.aquaerp.cloud", "aquaerp.cloud"],
        "issuer": ["self-signed", "letsencrypt-staging", "letsencrypt-prod"],
        "nodeEnvironment": ["development", "production", "production"],
        "logLevel": ["debug", "info", "info"],
        "replicas": [{ backend: 1, frontend: 1 }, { backend: 2, frontend: 3 }, { backend: 2, frontend: 3 }],
        "autoscaling": [false, true, true],
        "spreadOverZones": [false, false, true],
        "registry.digestWaiver": ["dev follows tags", "staging follows tags", "no release has a digest yet; null demands them"],
        "postgres.storage": ["2Gi", "10Gi", "10Gi"],
        "postgres.resources": [
            { requests: "100m/256Mi", limits: "500m/512Mi" },
            { requests: "250m/512Mi", limits: "1/1Gi" },
            { requests: "500m/1Gi", limits: "2/2Gi" },
        ],
        "rabbitmq.replicas": [1, 1, 3],
        "rabbitmq.storage": ["2Gi", "5Gi", "10Gi"],
        "rabbitmq.resources": [
            { requests: "100m/256Mi", limits: "500m/1Gi" },
            { requests: "100m/256Mi", limits: "500m/1Gi" },
            { requests: "250m/512Mi", limits: "1/1Gi" },
        ],
        "monitoring.prometheus": [
            { storage: "5Gi", retention: "2d" },
            { storage: "10Gi", retention: "7d" },
            { storage: "20Gi", retention: "15d" },
        ],
        "monitoring.grafana.storage": [null, "5Gi", "5Gi"],
    },
    ecommerce: {
        "namespace": ["e-commerce-dev", "e-commerce-staging", "e-commerce-prod"],
        "podSecurity": ["baseline", "restricted", "restricted"],
        "images.digestWaiver": ["dev follows tags", "staging follows tags", "no release has a digest yet; null demands them"],
        "application.resources": [
            { requests: "50m/128Mi", limits: "100m/256Mi" },
            { requests: "125m/256Mi", limits: "250m/512Mi" },
            { requests: "250m/512Mi", limits: "500m/1Gi" },
        ],
        "application.replicas": [1, 2, 3],
        "application.autoscaling": [false, false, true],
        "application.environment": ["development", "staging", "production"],
        "application.debug": [true, false, false],
        "application.logLevel": ["debug", "info", "warning"],
        "application.spreadOverZones": [false, false, true],
        "application.priorityClasses": [false, false, true],
        "mysql.storage": [null, "5Gi", "10Gi"],
        "mysql.exporter": [false, true, true],
        "mysql.binaryLog": [false, true, true],
        "mysql.small": [true, false, false],
        "mysql.slowQueryLog": [false, true, true],
        "redis.storage": ["512Mi", "1Gi", "2Gi"],
        "redis.ephemeral": [true, false, false],
        "redis.exporter": [false, true, true],
        "rabbitmq.nodes": [1, 3, 3],
        "rabbitmq.storage": ["5Gi", "20Gi", "20Gi"],
        "rabbitmq.resources": [
            { requests: "100m/512Mi", limits: "1000m/2Gi" },
            { requests: "500m/1Gi", limits: "1000m/2Gi" },
            { requests: "500m/1Gi", limits: "1000m/2Gi" },
        ],
        "rabbitmq.strictSpread": [false, false, true],
        "minio.storage": ["5Gi", "10Gi", "10Gi"],
        "minio.ephemeral": [true, false, false],
        "edge.host": ["dev", "staging", "www"],
        "monitoring.traefikService": [null, "traefik-metrics", "traefik-metrics"],
        "edge.issuer": ["self-signed", "letsencrypt-staging", "letsencrypt-prod"],
        "traceRatio": [1, 0.1, 0.1],
        "logging.maximumLines": [10_000, 100_000, 100_000],
        "logging.redis.ephemeral": [true, false, false],
        "logging.redis.memory": ["128Mi", "512Mi", "512Mi"],
        "jaeger.storage": [null, "10Gi", "10Gi"],
        "monitoring.prometheus": [
            { replicas: 1, storage: "5Gi", retention: "2d", resources: { requests: "200m/512Mi", limits: "500m/1Gi" } },
            { replicas: 1, storage: "20Gi", retention: "7d", resources: { requests: "500m/1Gi", limits: "1000m/2Gi" } },
            { replicas: 2, storage: "50Gi", retention: "30d", resources: { requests: "1000m/2Gi", limits: "2000m/4Gi" } },
        ],
        "backup.retentionDays": [null, 7, 30],
        "backup.pointInTime": [false, false, true],
        "backup.restoreTest": [false, false, true],
        "rbac.roles": [["developer", "operator", "admin"], ["developer", "operator", "admin"], ["admin"]],
        "argocd.name": ["e-commerce-development", "e-commerce-staging", "e-commerce-production"],
        "argocd.path": ["k8s/overlays/development", "k8s/overlays/staging", "k8s/overlays/production"],
        "argocd.automated": [false, true, true],
    },
    gauzian: {
        "domain": ["gauzian.localhost", "staging.gauzian.pupin.fr", "gauzian.pupin.fr"],
        "protectData": [false, true, true],
        "priorityClasses": [false, false, true],
        "front.replicas": [2, 2, 3],
        "postgres.resources": [
            { requests: "100m/256Mi", limits: "500m/512Mi" },
            { requests: "250m/1Gi", limits: "1000m/2Gi" },
            { requests: "500m/2Gi", limits: "2000m/4Gi" },
        ],
        "redis.resources": [
            { requests: "50m/128Mi", limits: "250m/256Mi" },
            { requests: "100m/256Mi", limits: "500m/512Mi" },
            { requests: "100m/256Mi", limits: "500m/512Mi" },
        ],
        "minio.resources": [
            { requests: "100m/256Mi", limits: "500m/1Gi" },
            { requests: "100m/256Mi", limits: "500m/1Gi" },
            { requests: "250m/1Gi", limits: "1000m/2Gi" },
        ],
        "backup.storage": ["5Gi", "20Gi", "20Gi"],
        "backup.retentionDays": [7, 14, 30],
        "backup.restoreTest": [false, false, true],
        "edge.issuer": ["self-signed", "letsencrypt-staging", "letsencrypt-prod"],
        "monitoring.prometheus": [
            { storage: "10Gi", retention: "7d" },
            { storage: "20Gi", retention: "15d" },
            { storage: "50Gi", retention: "30d" },
        ],
        "monitoring.grafana.storage": [null, "2Gi", "2Gi"],
        "monitoring.traefikMetrics": [null, "traefik-metrics.kube-system.svc:9100", "traefik-metrics.kube-system.svc:9100"],
    },
    storm: {
        "spreadOverZones": [false, false, true],
        "images.registry": [null, "registry.example.com", "registry.example.com"],
        "images.pullPolicy": ["IfNotPresent", "Always", "Always"],
        "broker.auth": [false, true, true],
        "gateway.exposure": ["nodeport", "ingress", "ingress"],
        "gateway.autoscaling": [null, null, { minimum: 2, maximum: 6, cpuPercent: 70 }],
        "message.autoscaling": [null, null, { minimum: 2, maximum: 4, cpuPercent: 70 }],
        "edge.clusterIssuer": [null, "letsencrypt-staging", "letsencrypt-prod"],
        "postgres.storage": ["1Gi", "5Gi", "10Gi"],
        "postgres.resources": [
            { requests: "50m/128Mi", limits: "250m/256Mi" },
            { requests: "100m/256Mi", limits: "500m/512Mi" },
            { requests: "250m/512Mi", limits: "1/1Gi" },
        ],
        "nats.nodes": [1, 1, 3],
        "nats.storage": ["1Gi", "5Gi", "10Gi"],
        "nats.resources": [
            { requests: "50m/64Mi", limits: "250m/256Mi" },
            { requests: "50m/64Mi", limits: "250m/256Mi" },
            { requests: "100m/256Mi", limits: "500m/512Mi" },
        ],
        "minio.storage": ["2Gi", "10Gi", "20Gi"],
        "minio.versioning": [false, false, true],
        "monitoring.enabled": [false, true, true],
        "backup.enabled": [false, false, true],
    },
    taskflow: {
        // T-105 and T-142 know no such target; dev keeps to them to the letter.
        "frontend.exporter": [false, true, true],
        "postgres.seedRows": [1000, 1000, 0],
        "redis.mode": ["single", "single", "sentinel"],
        "redis.authentication": [false, false, false],
        "prometheus.retention": ["7d", "7d", "7d"],
        "grafana.storage": [null, null, "1Gi"],
    },
};

/** The table's column of one environment. */
export function environmentDefaults(name: EnvironmentName): EnvironmentDefaults {
    return { name, ...column(shared, name) } as unknown as EnvironmentDefaults;
}

/** The table's column of one environment for one platform, as nested settings. */
export function platformDefaults(platform: string, name: EnvironmentName): Record<string, unknown> {
    const settings: Record<string, unknown> = {};
    for (const [path, value] of Object.entries(column(ofPlatforms[platform] ?? {}, name))) {
        const keys = path.split(".");
        const last = keys.pop() as string;
        const parent = keys.reduce((node, key) => (node[key] ??= {}) as Record<string, unknown>, settings);
        parent[last] = value;
    }
    return settings;
}

function column(rows: Readonly<Record<string, Row<unknown>>>, name: EnvironmentName): Record<string, unknown> {
    const index = environmentNames.indexOf(name);
    return Object.fromEntries(Object.entries(rows).map(([field, row]) => [field, row[index]]));
}
