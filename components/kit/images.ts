import lock from "../../images.lock.json";
import type { End } from "./supportEnd";

/** An image that the platforms run. */
export interface PinnedImage {
    /** Repository and tag, which names one version. */
    readonly image: string;
    /** The release line that the version belongs to: how its number begins. */
    readonly line: string;
    /** The last day on which the line gets fixes, or why nobody can say. */
    readonly ends: End;
    /** Where its makers, or endoflife.date for them, say so. */
    readonly source: string;
}

const newestOnly: End = { notAnnounced: "Its makers mend the newest version only, so the line has no end of its own: make outdated says whether it is the newest." };

/**
 * Every image the platforms run, by role: the one place where a version is written, with the end of its line. Digests are
 * locked in images.lock.json, which `make pin` writes. Platform images that their owners build are configuration instead.
 */
export const imageTable = {
    alertmanager: {
        image: "prom/alertmanager:v0.35.0",
        line: "0.35", ends: newestOnly,
        source: "https://github.com/prometheus/alertmanager/releases",
    },
    busybox: {
        image: "busybox:1.37.0",
        line: "1.37", ends: { notAnnounced: "Builds of one minor version end when the official images list the second one after it." },
        source: "https://github.com/docker-library/official-images/blob/master/library/busybox",
    },
    cloudNativePostgres16: {
        image: "ghcr.io/cloudnative-pg/postgresql:16.15-202608170814-standard-trixie",
        line: "16", ends: "2028-11-09",
        source: "https://www.postgresql.org/support/versioning/",
    },
    fluentBit: {
        image: "fluent/fluent-bit:5.1.3",
        line: "5.1", ends: { notAnnounced: "A minor version ends three months after the next one: 5.2 came in November 2026." },
        source: "https://endoflife.date/fluent-bit",
    },
    grafana: {
        image: "grafana/grafana:13.2.3",
        line: "13.2", ends: "2027-05-18",
        source: "https://endoflife.date/grafana",
    },
    haproxy: {
        image: "haproxy:3.2.26-alpine",
        line: "3.2", ends: "2030-04-01",
        source: "https://endoflife.date/haproxy",
    },
    jaeger: {
        image: "jaegertracing/jaeger:2.21.0",
        line: "2", ends: newestOnly,
        source: "https://endoflife.date/jaeger",
    },
    k6: {
        image: "grafana/k6:2.3.0",
        line: "2", ends: newestOnly,
        source: "https://github.com/grafana/k6/releases",
    },
    kubeStateMetrics: {
        image: "registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.20.0",
        line: "2.20", ends: newestOnly,
        source: "https://github.com/kubernetes/kube-state-metrics/releases",
    },
    // MinIO publishes no images any more; docs/object-storage.md says why this one follows it.
    minio: {
        image: "pgsty/silo:RELEASE.2026-09-16T00-00-00Z",
        line: "RELEASE.2026", ends: newestOnly,
        source: "https://github.com/pgsty/silo/releases",
    },
    minioClient: {
        image: "pgsty/mc:RELEASE.2026-09-16T00-00-00Z",
        line: "RELEASE.2026", ends: newestOnly,
        source: "https://github.com/pgsty/mc/releases",
    },
    mysql84: {
        image: "mysql:8.4.13",
        line: "8.4", ends: "2032-04-30",
        source: "https://endoflife.date/mysql",
    },
    mysqlExporter: {
        image: "prom/mysqld-exporter:v0.20.0",
        line: "0.20", ends: newestOnly,
        source: "https://github.com/prometheus/mysqld_exporter/releases",
    },
    nats: {
        image: "nats:2.15.3-alpine",
        line: "2.15", ends: { notAnnounced: "The newest two minor versions get fixes; 2.17 ends this one, and has no date." },
        source: "https://github.com/nats-io/nats-server/releases",
    },
    natsBox: {
        image: "natsio/nats-box:0.19.7",
        line: "0", ends: newestOnly,
        source: "https://github.com/nats-io/nats-box/releases",
    },
    natsExporter: {
        image: "natsio/prometheus-nats-exporter:0.20.2",
        line: "0.20", ends: newestOnly,
        source: "https://github.com/nats-io/prometheus-nats-exporter/releases",
    },
    nginx: {
        image: "nginx:1.30.7-alpine",
        line: "1.30", ends: { notAnnounced: "A stable line ends when the next even minor version comes, each April; 1.32 has no date yet." },
        source: "https://endoflife.date/nginx",
    },
    nginxExporter: {
        image: "nginx/nginx-prometheus-exporter:1.5.1",
        line: "1", ends: newestOnly,
        source: "https://github.com/nginx/nginx-prometheus-exporter/releases",
    },
    nodeExporter: {
        image: "prom/node-exporter:v1.12.1",
        line: "1", ends: newestOnly,
        source: "https://github.com/prometheus/node_exporter/releases",
    },
    postgres15: {
        image: "postgres:15.20-alpine",
        line: "15", ends: "2027-11-11",
        source: "https://www.postgresql.org/support/versioning/",
    },
    postgres16: {
        image: "postgres:16.16-alpine",
        line: "16", ends: "2028-11-09",
        source: "https://www.postgresql.org/support/versioning/",
    },
    postgres17: {
        image: "postgres:17.12-alpine",
        line: "17", ends: "2029-11-08",
        source: "https://www.postgresql.org/support/versioning/",
    },
    postgresExporter: {
        image: "quay.io/prometheuscommunity/postgres-exporter:v0.20.1",
        line: "0", ends: newestOnly,
        source: "https://github.com/prometheus-community/postgres_exporter/releases",
    },
    prometheus: {
        image: "prom/prometheus:v3.13.5",
        line: "3.13", ends: "2027-07-31",
        source: "https://endoflife.date/prometheus",
    },
    rabbitmq: {
        image: "rabbitmq:4.3.6-management",
        line: "4.3", ends: { notAnnounced: "The newest minor version gets fixes; 4.4 ends this one, and has no date." },
        source: "https://www.rabbitmq.com/release-information",
    },
    redpandaConnect: {
        image: "redpandadata/connect:4.112.0",
        line: "4", ends: newestOnly,
        source: "https://github.com/redpanda-data/connect/releases",
    },
    redis: {
        image: "redis:7.4.11-alpine",
        line: "7.4", ends: "2029-12-01",
        source: "https://endoflife.date/redis",
    },
    redisExporter: {
        image: "oliver006/redis_exporter:v1.89.0",
        line: "1", ends: newestOnly,
        source: "https://github.com/oliver006/redis_exporter/releases",
    },
} as const satisfies Record<string, PinnedImage>;

/** What an image is used as, such as `redis`. */
export type ImageRole = keyof typeof imageTable;

/** Digests by reference. */
export type ImageLock = Readonly<Record<string, string>>;

/** A reference with the digest that is locked for exactly this tag; as it is when there is none. */
export function withDigest(reference: string, digests: ImageLock): string {
    const digest = digests[reference];
    return digest === undefined ? reference : `${reference}@${digest}`;
}

/** The reference of each image of the table, with its digest where one is locked. */
export const images = Object.fromEntries(
    Object.entries<PinnedImage>(imageTable).map(([role, { image }]) => [role, withDigest(image, lock)]),
) as Readonly<Record<ImageRole, string>>;

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
