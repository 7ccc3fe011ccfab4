/**
 * The specification of one Traefik middleware.
 * @see https://doc.traefik.io/traefik/reference/routing-configuration/http/middlewares/overview/
 */
export type MiddlewareSpec = Readonly<Record<string, unknown>>;

/** Sends plain HTTP to HTTPS, for good. */
export const redirectToHttps: MiddlewareSpec = { redirectScheme: { scheme: "https", permanent: true } };

/** Response headers that browsers use to protect their users. */
export function securityHeaders(headers: Readonly<Record<string, string>> = {}): MiddlewareSpec {
    return {
        headers: {
            customResponseHeaders: {
                "X-Content-Type-Options": "nosniff",
                "X-Frame-Options": "SAMEORIGIN",
                "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
                ...headers,
            },
        },
    };
}

/** Whose requests a limit counts together. */
export interface RateLimitSource {
    /**
     * How many proxies stand before Traefik: the client is that many entries from the end of X-Forwarded-For.
     * @default 0, the address that the connection comes from
     */
    readonly proxies?: number;
    /** Time over which the average is taken, such as `1m`. @default "1s" */
    readonly period?: string;
}

/** At most `average` requests a period and client address, with bursts up to `burst`. */
export function rateLimit(average: number, burst: number, { proxies = 0, period = "1s" }: RateLimitSource = {}): MiddlewareSpec {
    const sourceCriterion = { ipStrategy: { depth: proxies } };
    return { rateLimit: { average, period, burst, ...(proxies > 0 && { sourceCriterion }) } };
}

/** At most `amount` requests to one host at the same time, whoever sends them. */
export function inFlightLimit(amount: number): MiddlewareSpec {
    return { inFlightReq: { amount } };
}

/** Takes prefixes off the path before the request goes on. */
export function stripPrefix(...prefixes: readonly string[]): MiddlewareSpec {
    return { stripPrefix: { prefixes: [...prefixes] } };
}

/** Compresses answers with Brotli or gzip, but not content that would only grow. */
export function compress(excludedContentTypes: readonly string[] = []): MiddlewareSpec {
    return { compress: { encodings: ["br", "gzip"], excludedContentTypes: [...excludedContentTypes] } };
}

/** Lets in clients of some address blocks only. */
export function allowAddresses(blocks: readonly string[], { proxies = 0 }: Pick<RateLimitSource, "proxies"> = {}): MiddlewareSpec {
    return { ipAllowList: { sourceRange: [...blocks], ...(proxies > 0 && { ipStrategy: { depth: proxies } }) } };
}

/**
 * Asks for a name and a password before anything reaches the service.
 * @param secret Secret of type kubernetes.io/basic-auth in the middleware's namespace
 */
export function basicAuthentication(secret: string): MiddlewareSpec {
    return { basicAuth: { secret } };
}

/** Refuses requests whose body is larger, with status 413. */
export function bodyLimit(bytes: number): MiddlewareSpec {
    return { buffering: { maxRequestBodyBytes: bytes } };
}

/**
 * Answers for a service that fails, until it has recovered.
 * @param expression such as `LatencyAtQuantileMS(50.0) > 100`
 * @see https://doc.traefik.io/traefik/reference/routing-configuration/http/middlewares/circuitbreaker/
 */
export function circuitBreaker(expression: string): MiddlewareSpec {
    return { circuitBreaker: { expression } };
}
