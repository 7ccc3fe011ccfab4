import type { ImageRole } from "../../components/kit/images";

/** Licence of the program in an image, and where it is written. The image brings a base system beside it, with its own licences. */
export interface ImageLicence {
    /** Identifier of SPDX, or the licence's own name. */
    readonly licence: string;
    readonly source: string;
    /** What is particular about it for a company that runs the image. @default what all under the licence are asked */
    readonly note?: string;
}

const apache = (source: string): ImageLicence => ({ licence: "Apache-2.0", source });
const postgres: ImageLicence = { licence: "PostgreSQL", source: "https://www.postgresql.org/about/licence/" };

/** The licence of each image of the table. */
export const imageLicences: Readonly<Record<ImageRole, ImageLicence>> = {
    alertmanager: apache("https://github.com/prometheus/alertmanager/blob/main/LICENSE"),
    busybox: { licence: "GPL-2.0-only", source: "https://busybox.net/license.html" },
    cloudNativePostgres16: { ...postgres, note: "The image's own scripts are Apache-2.0." },
    fluentBit: apache("https://github.com/fluent/fluent-bit/blob/master/LICENSE"),
    grafana: {
        licence: "AGPL-3.0-only", source: "https://github.com/grafana/grafana/blob/main/LICENSING.md",
        note: "Run as it is, with dashboards and settings only, it obliges to nothing more. Whoever changes its sources and lets others "
            + "use it over a network offers them the changed sources.",
    },
    haproxy: { licence: "GPL-2.0-or-later", source: "https://github.com/haproxy/haproxy/blob/master/LICENSE" },
    jaeger: apache("https://github.com/jaegertracing/jaeger/blob/main/LICENSE"),
    k6: {
        licence: "AGPL-3.0-only", source: "https://github.com/grafana/k6/blob/master/LICENSE.md",
        note: "Test scripts are no part of it. It runs as a Job inside the company; nobody outside uses it over a network.",
    },
    kubeStateMetrics: apache("https://github.com/kubernetes/kube-state-metrics/blob/main/LICENSE"),
    minio: {
        licence: "AGPL-3.0-only", source: "https://github.com/pgsty/silo/blob/main/LICENSE",
        note: "Silo goes on where MinIO's community edition ended, under its licence. Run unchanged, and spoken to by S3's protocol, it "
            + "obliges to nothing more; changed, its users over the network have to be offered the sources. Some companies allow no AGPL "
            + "at all: docs/object-storage.md names others, and each store takes an image of yours as a setting.",
    },
    minioClient: { licence: "AGPL-3.0-only", source: "https://github.com/pgsty/mc/blob/main/LICENSE", note: "Runs in Jobs only, unchanged." },
    mysql84: {
        licence: "GPL-2.0-only", source: "https://downloads.mysql.com/docs/licenses/mysqld-8.4-gpl-en.pdf",
        note: "The community edition. Client libraries have an exception for programs under free licences; services that talk to "
            + "the server over the network are no part of it.",
    },
    mysqlExporter: apache("https://github.com/prometheus/mysqld_exporter/blob/main/LICENSE"),
    nats: apache("https://github.com/nats-io/nats-server/blob/main/LICENSE"),
    natsBox: apache("https://github.com/nats-io/nats-box/blob/main/LICENSE"),
    natsExporter: apache("https://github.com/nats-io/prometheus-nats-exporter/blob/main/LICENSE"),
    nginx: { licence: "BSD-2-Clause", source: "https://nginx.org/LICENSE" },
    nginxExporter: apache("https://github.com/nginx/nginx-prometheus-exporter/blob/main/LICENSE"),
    nodeExporter: apache("https://github.com/prometheus/node_exporter/blob/master/LICENSE"),
    postgres15: postgres,
    postgres16: postgres,
    postgres17: postgres,
    postgresExporter: apache("https://github.com/prometheus-community/postgres_exporter/blob/master/LICENSE"),
    prometheus: apache("https://github.com/prometheus/prometheus/blob/main/LICENSE"),
    rabbitmq: {
        licence: "MPL-2.0", source: "https://github.com/rabbitmq/rabbitmq-server/blob/main/LICENSE",
        note: "Changes of its own files have to be published when they are given to others; plugins of one's own have not.",
    },
    redpandaConnect: {
        licence: "Apache-2.0 and Redpanda Community License", source: "https://github.com/redpanda-data/connect/tree/main/licenses",
        note: "Parts are Apache-2.0, others may be used but not be offered to others as a service; connectors of the enterprise edition "
            + "need a licence key. The platforms use the engine and components of its open part, without a key.",
    },
    redis: {
        licence: "RSALv2 or SSPLv1", source: "https://redis.io/legal/licenses/",
        note: "Redis 7.4 is source-available, not open source. A company may run it for its own applications, as the platforms do. It may not "
            + "offer Redis itself to others as a service (RSALv2), or has to publish all that this service is made of (SSPLv1). Redis 8 may also "
            + "be had under AGPL-3.0; Valkey goes on under BSD-3-Clause, and each store takes its image as a setting.",
    },
    redisExporter: { licence: "MIT", source: "https://github.com/oliver006/redis_exporter/blob/master/LICENSE" },
};
