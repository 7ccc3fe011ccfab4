import type { Environment } from "../../kit/connection";
import { SecretKey } from "../../kit/secretKey";
import type { ConfigFiles } from "../../kit/volumes";
import type { Tracing } from "./globalConfig";
import { exchangeOf, queueOf } from "./messaging";
import type { ServiceName, ServiceTier } from "./services";
import { gateway, specOf } from "./services";
import type { EcommerceSettings } from "./settings";

/** What the services have in common. */
export interface ServiceContext {
    readonly settings: EcommerceSettings;
    readonly namespace: string;
    /** ConfigMap with the variables of all services. */
    readonly globalConfig: ConfigFiles;
    /** Where traces go; null where nothing is traced. */
    readonly tracing: Tracing | null;
    /** PriorityClasses by tier. */
    readonly priorities?: Readonly<Record<ServiceTier, string>>;
}

/** Ports that the containers listen on. */
export const ports = { gateway: 8100, service: 8000, metrics: 9090 };

/**
 * Addresses of objects for browsers, where they have any: the endpoint that signed addresses must name, and the beginning
 * of public ones, to which Laravel adds the object's name only.
 * @see https://laravel.com/docs/filesystem#configuration
 */
function publicAddresses({ minio: { publicHost } }: EcommerceSettings, bucket: string): Environment {
    return publicHost === null ? {} : { MINIO_PUBLIC_ENDPOINT: `https://${publicHost}`, AWS_URL: `https://${publicHost}/${bucket}` };
}

/** Variables of one service that are no secrets; those of its stores come with its connections. */
export function variablesOf({ settings, tracing }: ServiceContext, name: ServiceName): Environment {
    const { domain, queue = false, redis = false, bucket, variables } = specOf(name);
    const { mail, application } = settings;
    const store = redis ? "redis" : "file";
    return {
        APP_NAME: name,
        APP_PORT: String(name === gateway ? ports.gateway : ports.service),
        CACHE_STORE: store,
        SESSION_DRIVER: store,
        ...(redis && { REDIS_PREFIX: `${name}:` }),
        ...(queue && { RABBITMQ_EXCHANGE: exchangeOf(domain as string), RABBITMQ_QUEUE: queueOf(domain as string) }),
        ...(bucket && { MINIO_BUCKET: bucket, AWS_BUCKET: bucket, ...publicAddresses(settings, bucket) }),
        // Tokens are checked over HTTP, and no service talks to another one: the gateway leads to the one that can.
        ...(name !== gateway && application.throughGateway && { AUTH_SERVICE_URL: `http://${gateway}:${specOf(gateway).port}/v1/auth` }),
        ...(name === "newsletters-service" && mail && {
            MAIL_MAILER: mail.mailer, MAIL_HOST: mail.host, MAIL_PORT: String(mail.port), MAIL_ENCRYPTION: mail.encryption,
            MAIL_FROM_ADDRESS: mail.fromAddress, MAIL_FROM_NAME: mail.fromName,
        }),
        ...(tracing !== null && { OTEL_SERVICE_NAME: name }),
        ...variables,
        ...settings.services[name]?.variables,
    };
}

/** Name and password at the relay, for the service that sends. */
export function mailCredentials({ settings: { mail }, namespace }: ServiceContext, name: ServiceName): Environment {
    return mail && name === "newsletters-service" ? {
        MAIL_USERNAME: new SecretKey(namespace, mail.secretName, "username", mail.secretName),
        MAIL_PASSWORD: new SecretKey(namespace, mail.secretName, "password", mail.secretName),
    } : {};
}
