import type { Served } from "../../app/service";
import type { Workload } from "../../app/workload";
import type { HttpsRoutesArgs, Route } from "../../edge/httpsRoutes";
import { allowAddresses, basicAuthentication, bodyLimit, circuitBreaker, inFlightLimit, rateLimit, securityHeaders } from "../../edge/middlewares";
import { parseQuantity } from "../../kit/quantity";
import type { Issuers } from "../../security/certificateIssuers";
import { administrator } from "./messaging";
import type { EcommerceSettings } from "./settings";

/** The shop's host. */
export function hostOf({ host, domain }: EcommerceSettings["edge"]): string {
    return `${host}.${domain}`;
}

/** Grafana's host. */
export function grafanaHostOf({ host, domain }: EcommerceSettings["edge"]): string {
    return host === "www" ? `grafana.${domain}` : `grafana-${host}.${domain}`;
}

/** The only way into the shop. */
export function gatewayRoutes({ edge }: EcommerceSettings, gateway: Workload, issuers: Issuers): HttpsRoutesArgs {
    const { average, burst } = edge.rateLimit;
    return {
        names: { https: "api-gateway", http: "api-gateway-http" },
        routes: [{ host: hostOf(edge), to: gateway }],
        middlewares: {
            ...(edge.allowList.length > 0 && { "allow-list": allowAddresses(edge.allowList) }),
            "rate-limit": rateLimit(average, burst),
            "in-flight-limit": inFlightLimit(edge.inFlight),
            "security-headers": securityHeaders({ "X-Frame-Options": "DENY" }),
            "body-limit": bodyLimit(parseQuantity(edge.maximumBody)),
            "circuit-breaker": circuitBreaker(edge.circuitBreaker),
        },
        certificate: { secretName: "e-commerce-tls", issuer: issuers.issuer(edge.issuer) },
    };
}

/** Host of RabbitMQ's management interface, where it has one. */
export function managementHostOf({ host, domain }: EcommerceSettings["edge"]): string {
    return host === "www" ? `rabbitmq.${domain}` : `rabbitmq-${host}.${domain}`;
}

/**
 * RabbitMQ's management interface. Traefik and RabbitMQ ask for the same name and password: a browser sends one pair for
 * both.
 */
export function managementRoutes({ edge, rabbitmq }: EcommerceSettings, server: Served, issuers: Issuers): HttpsRoutesArgs {
    return {
        names: { https: "rabbitmq-management", http: "rabbitmq-management-http" },
        prefix: "rabbitmq",
        routes: [{ host: managementHostOf(edge), to: server, port: "management" }],
        middlewares: {
            "rabbitmq-allow-list": allowAddresses(rabbitmq.ingress.allowList),
            "rabbitmq-authentication": basicAuthentication(administrator.secretName),
            "rabbitmq-headers": securityHeaders(),
        },
        certificate: { secretName: "rabbitmq-management-tls", issuer: issuers.issuer(edge.issuer) },
    };
}

/** Grafana, in the namespace of monitoring: Traefik lets no route use the middlewares of another namespace. */
export function grafanaRoutes({ edge }: EcommerceSettings, name: string, grafana: Workload, issuers: Issuers): HttpsRoutesArgs {
    return {
        names: { https: name, http: `${name}-http` },
        prefix: "e-commerce",
        routes: [{ host: grafanaHostOf(edge), to: grafana }],
        middlewares: { [`${name}-headers`]: securityHeaders() },
        certificate: { secretName: `${name}-tls`, issuer: issuers.issuer(edge.issuer) },
    };
}

/** Public objects and signed addresses; neither MinIO's console nor its administration. */
export function objectRoutes({ edge }: EcommerceSettings, host: string, minio: Workload, issuers: Issuers): HttpsRoutesArgs {
    const { average, burst } = edge.rateLimit;
    return {
        names: { https: "minio", http: "minio-http" },
        routes: ["/products", "/newsletters", "/sav"].map((under): Route => ({ host, path: { under }, to: minio, port: "api" })),
        middlewares: { "minio-rate-limit": rateLimit(average, burst), "minio-headers": securityHeaders() },
        certificate: { secretName: "minio-tls", issuer: issuers.issuer(edge.issuer) },
    };
}
