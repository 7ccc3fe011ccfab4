import type { Workload } from "../../app/workload";
import type { HttpsIngressArgs } from "../../edge/httpsIngress";
import { rateLimit, securityHeaders, stripPrefix } from "../../edge/middlewares";
import type { Issuers } from "../../security/certificateIssuers";
import type { AquaErpSettings } from "./settings";

/** The public host: the API under /api, the page everywhere else. */
export function ingressArgs(
    settings: AquaErpSettings, host: string, { gateway, frontend }: { gateway: Workload; frontend: Workload }, issuers: Issuers,
): HttpsIngressArgs {
    const { issuer, stripApiPrefix, rateLimit: { average, burst } } = settings;
    return {
        ingressClassName: "traefik",
        rules: [{ host, path: "/api", to: gateway }, { host, to: frontend }],
        middlewares: {
            "security-headers": securityHeaders(),
            "rate-limit": rateLimit(average, burst),
            ...(stripApiPrefix && { "strip-api-prefix": stripPrefix("/api") }),
        },
        issuer: issuers.issuer(issuer),
        secretName: "aquaerp-tls",
    };
}

/** The public host of Grafana. */
export function grafanaIngressArgs({ issuer }: AquaErpSettings, host: string, to: Workload, issuers: Issuers): HttpsIngressArgs {
    return {
        ingressClassName: "traefik",
        rules: [{ host, to }],
        middlewares: { "security-headers": securityHeaders() },
        issuer: issuers.issuer(issuer),
    };
}
