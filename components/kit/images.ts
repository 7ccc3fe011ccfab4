/**
 * Every image the platforms run, by role: the one place where a version is written.
 * Platform images that their owners build are configuration instead.
 */
export const images = {
    alertmanager: "prom/alertmanager:v0.34.2",
    busybox: "busybox:1.36.1",
    cloudNativePostgres16: "ghcr.io/cloudnative-pg/postgresql:16.13-202602261637-system-bookworm",
    fluentBit: "fluent/fluent-bit:4.2.0",
    grafana: "grafana/grafana:13.1.3",
    haproxy: "haproxy:3.2.15-alpine",
    jaeger: "jaegertracing/jaeger:2.17.0",
    k6: "grafana/k6:1.8.1",
    kubeStateMetrics: "registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.19.1",
    // The last builds that MinIO published: since October 2025 it publishes source only.
    minio: "quay.io/minio/minio:RELEASE.2025-09-07T16-13-09Z",
    minioClient: "quay.io/minio/mc:RELEASE.2025-08-13T08-35-41Z",
    mysql84: "mysql:8.4.10",
    mysqlExporter: "prom/mysqld-exporter:v0.20.0",
    nats: "nats:2.15.2-alpine",
    natsBox: "natsio/nats-box:0.18.0",
    natsExporter: "natsio/prometheus-nats-exporter:0.20.1",
    nginx: "nginx:1.30.1-alpine",
    nginxExporter: "nginx/nginx-prometheus-exporter:1.5.1",
    nodeExporter: "prom/node-exporter:v1.12.1",
    postgres15: "postgres:15.17-alpine",
    postgres16: "postgres:16.13-alpine",
    postgres17: "postgres:17.9-alpine",
    postgresExporter: "quay.io/prometheuscommunity/postgres-exporter:v0.19.1",
    prometheus: "prom/prometheus:v3.15.0",
    rabbitmq: "rabbitmq:4.3.4-management",
    redpandaConnect: "redpandadata/connect:4.93.0",
    redis: "redis:7.4.7-alpine",
    redisExporter: "oliver006/redis_exporter:v1.82.0",
} as const;

/** The parts of an image reference. */
export interface ImageReference {
    readonly repository: string;
    readonly tag?: string;
    readonly digest?: string;
}

/**
 * Splits an image reference; a colon before the last slash is a registry's port, not a tag.
 * @see https://github.com/distribution/reference
 */
export function parseImage(reference: string): ImageReference {
    const [name = "", digest] = reference.split("@");
    const colon = name.indexOf(":", name.lastIndexOf("/") + 1);
    return {
        repository: colon < 0 ? name : name.slice(0, colon),
        ...(colon < 0 ? {} : { tag: name.slice(colon + 1) }),
        ...(digest === undefined ? {} : { digest }),
    };
}

/** An image's tag, or the start of its digest, as a label value: at most 63 characters. */
export function imageVersion(reference: string): string {
    const { tag, digest } = parseImage(reference);
    return (tag ?? digest?.replace(":", "-") ?? "unknown").slice(0, 63).replace(/[^A-Za-z0-9]+$/, "");
}
