/** The specification of one Traefik middleware. */
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

/** At most `average` requests a second and client address, with bursts up to `burst`. */
export function rateLimit(average: number, burst: number): MiddlewareSpec {
    return { rateLimit: { average, period: "1s", burst } };
}
