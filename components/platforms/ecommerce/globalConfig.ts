import type { Connectable } from "../../kit/connection";
import { qualifiedHost } from "../../kit/connection";
import type { WorkloadNode } from "../../kit/graph";
import type { ConfigFiles } from "../../kit/volumes";
import { mysqlPort } from "../../data/mysql/mysql";
import { rabbitmqPorts } from "../../data/rabbitmq/configuration";
import { redisPort } from "../../data/redis/server";
import { globalConfigName } from "./delivery";
import { hostOf } from "./edge";
import type { EcommerceSettings } from "./settings";

/** Where traces go. */
export interface Tracing {
    /** Address of OTLP over HTTP. */
    readonly endpoint: string;
    readonly receiver: Connectable;
}

/** Where the S3 API is, for clients with a qualified name. */
const objectStorageUrl = (minio: WorkloadNode): string => `http://${qualifiedHost(minio)}:9000`;

/** Variables of all services, none of which is secret. */
export function globalConfig(
    { application, edge, traceRatio }: EcommerceSettings, tracing: Tracing | null,
    { rabbitmq, minio }: Readonly<Record<"rabbitmq" | "minio", WorkloadNode>>,
): ConfigFiles {
    return {
        name: globalConfigName,
        files: {
            APP_ENV: application.environment,
            APP_DEBUG: String(application.debug),
            APP_URL: `https://${hostOf(edge)}`,
            LOG_CHANNEL: "stderr",
            LOG_LEVEL: application.logLevel,
            DB_CONNECTION: "mysql",
            DB_PORT: String(mysqlPort),
            RABBITMQ_HOST: qualifiedHost(rabbitmq),
            RABBITMQ_PORT: String(rabbitmqPorts.amqp),
            RABBITMQ_VHOST: "/",
            REDIS_HOST: "redis",
            REDIS_PORT: String(redisPort),
            QUEUE_CONNECTION: "rabbitmq",
            MINIO_ENDPOINT: objectStorageUrl(minio),
            MINIO_REGION: "us-east-1",
            MINIO_USE_PATH_STYLE: "true",
            AWS_ENDPOINT: objectStorageUrl(minio),
            AWS_DEFAULT_REGION: "us-east-1",
            AWS_USE_PATH_STYLE_ENDPOINT: "true",
            ...(tracing !== null && {
                OTEL_EXPORTER_OTLP_ENDPOINT: tracing.endpoint,
                OTEL_TRACES_SAMPLER: "parentbased_traceidratio",
                OTEL_TRACES_SAMPLER_ARG: String(traceRatio),
            }),
        },
    };
}
