import type { Workload } from "../../app/workload";
import type { CertificateSource } from "../../edge/certificate";
import type { HttpsRoutesArgs, Route } from "../../edge/httpsRoutes";
import type { MiddlewareSpec } from "../../edge/middlewares";
import { allowAddresses, compress, inFlightLimit, rateLimit, securityHeaders, stripPrefix } from "../../edge/middlewares";
import type { Issuers } from "../../security/certificateIssuers";
import type { GauzianSettings } from "./settings";

/** What the routes lead to. */
export interface RoutedWorkloads {
    readonly backend: Workload;
    readonly front: Workload;
    /** MinIO's server, with the ports `api` and `console`. */
    readonly minio: Workload;
}

/** The platform's hosts. */
export function hosts({ domain }: GauzianSettings): { readonly page: string; readonly minio: string; readonly grafana: string } {
    return { page: domain, minio: `minio.${domain}`, grafana: `grafana.${domain}` };
}

function headers({ edge: { csp, extraHeaders } }: GauzianSettings): MiddlewareSpec {
    return securityHeaders({
        "X-Frame-Options": "DENY",
        "X-XSS-Protection": "1; mode=block",
        "Content-Security-Policy": csp,
        ...extraHeaders,
    });
}

/** Grafana evaluates scripts and shows images it makes itself, which the page's policy forbids. */
const grafanaPolicy = "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline' blob:; "
    + "img-src 'self' data: blob:; object-src 'none'; frame-ancestors 'none'";

function allowList({ edge: { adminAllowList, ipStrategyDepth } }: GauzianSettings): Record<string, MiddlewareSpec> {
    return adminAllowList.length === 0 ? {} : { "admin-allow-list": allowAddresses(adminAllowList, { proxies: ipStrategyDepth }) };
}

function middlewares(settings: GauzianSettings): Record<string, MiddlewareSpec> {
    const { ipStrategyDepth: proxies, loginRateLimit: login } = settings.edge;
    return {
        "strip-api-prefix": stripPrefix("/api"),
        "strip-s3-prefix": stripPrefix("/s3"),
        // Encrypted chunks do not get smaller.
        compress: compress(["application/octet-stream"]),
        "security-headers": headers(settings),
        "rate-limit-api": rateLimit(100, 200, { proxies }),
        "rate-limit-s3": rateLimit(50, 100, { proxies }),
        "inflight-limit": inFlightLimit(1000),
        ...(login && { "rate-limit-login": rateLimit(login.average, login.burst, { proxies, period: "1m" }) }),
        ...allowList(settings),
    };
}

const api = ["rate-limit-api", "inflight-limit", "security-headers", "strip-api-prefix", "compress"];

/** The public hosts and paths, the most specific first; the backend's metrics and MinIO's administration are on none of them. */
export function routes(settings: GauzianSettings, { backend, front, minio }: RoutedWorkloads): Route[] {
    const { page, minio: console } = hosts(settings);
    const { s3Route, s3Host, minioConsole, loginRateLimit } = settings.edge;
    const restricted = Object.keys(allowList(settings));
    return [
        ...(minioConsole
            ? [{ host: console, to: minio, port: "console", middlewares: [...restricted, "security-headers", "inflight-limit"] }]
            : []),
        ...(loginRateLimit
            ? [{ host: page, path: { under: "/api/login" }, to: backend, middlewares: ["rate-limit-login", ...api] }]
            : []),
        { host: page, path: { under: "/api", except: ["/api/metrics"] }, to: backend, middlewares: api },
        ...(s3Route ? [{
            host: page,
            path: { under: "/s3", except: ["/s3/minio"] },
            to: minio,
            port: "api",
            middlewares: ["rate-limit-s3", "security-headers", "strip-s3-prefix", "compress"],
        }] : []),
        ...(s3Host === null ? [] : [{
            host: s3Host,
            path: { except: ["/minio"] },
            to: minio,
            port: "api",
            middlewares: ["rate-limit-s3", "security-headers"],
        }]),
        { host: page, to: front, middlewares: ["security-headers", "compress"] },
    ];
}

/** Certificates of cert-manager, or undefined where Traefik's own resolver makes them. */
function certificate(
    { edge: { tls, issuer } }: GauzianSettings, issuers: Issuers, secretName: string,
): { certificate?: CertificateSource } {
    return tls === "certManager" ? { certificate: { secretName, issuer: issuers.issuer(issuer) } } : {};
}

/** The routes of the platform itself. */
export function routeArgs(settings: GauzianSettings, workloads: RoutedWorkloads, issuers: Issuers): HttpsRoutesArgs {
    return {
        routes: routes(settings, workloads),
        middlewares: middlewares(settings),
        ...certificate(settings, issuers, "gauzian-tls"),
    };
}

/** The route of Grafana, in the namespace of monitoring: Traefik lets no route use the middlewares of another namespace. */
export function grafanaRouteArgs(settings: GauzianSettings, grafana: Workload, issuers: Issuers): HttpsRoutesArgs {
    return {
        names: { https: "grafana", http: "grafana-http" },
        routes: [{ host: hosts(settings).grafana, to: grafana }],
        middlewares: {
            ...allowList(settings),
            "security-headers": securityHeaders({
                "X-Frame-Options": "DENY", "X-XSS-Protection": "1; mode=block", "Content-Security-Policy": grafanaPolicy,
            }),
        },
        ...certificate(settings, issuers, "grafana-tls"),
    };
}
