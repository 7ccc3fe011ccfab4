import assert from "node:assert/strict";
import type { EnvironmentName } from "../../../../components/kit/environment";
import type { GauzianOutputs } from "../../../../components/platforms/gauzian/gauzian";
import type { Inputs } from "../../../harness/mocks";
import type { StackValues } from "../../../harness/program";
import { find, gauzian, object, stacks } from "../../../harness/platforms/gauzian";

const domains: Readonly<Record<EnvironmentName, string>> = {
    dev: "gauzian.localhost", staging: "staging.gauzian.pupin.fr", prod: "gauzian.pupin.fr",
};

interface RenderedRoute {
    readonly match: string;
    readonly priority: number;
    readonly middlewares: readonly { readonly name: string; readonly namespace?: string }[];
    readonly services: readonly { readonly name: string; readonly port?: number; readonly kind?: string }[];
}

async function routes(stack: EnvironmentName, settings: StackValues = {}): Promise<RenderedRoute[]> {
    return (await object(stack, "IngressRoute", "gauzian-https", settings)).spec.routes;
}

async function middleware(name: string, settings: StackValues = {}, namespace = "gauzian-v2", stack: EnvironmentName = "prod"): Promise<Inputs> {
    return (await object(stack, "Middleware", name, settings, namespace)).spec;
}

/**
 * The route that Traefik takes for a request: of all that match, the one with the highest priority.
 * @see https://doc.traefik.io/traefik/reference/routing-configuration/http/routing/rules-and-priority/
 */
async function routeOf(stack: EnvironmentName, host: string, path: string, settings: StackValues = {}): Promise<RenderedRoute | undefined> {
    const matches = (rule: string): boolean => new Function("Host", "Path", "PathPrefix", `return ${rule};`)(
        (name: string) => name === host, (exact: string) => path === exact, (prefix: string) => path.startsWith(prefix)) as boolean;
    const [found] = (await routes(stack, settings)).filter(({ match }) => matches(match)).sort((a, b) => b.priority - a.priority);
    return found;
}

async function serves(stack: EnvironmentName, host: string, path: string, settings: StackValues = {}): Promise<string | undefined> {
    const found = await routeOf(stack, host, path, settings);
    return found && `${found.services[0]?.name}:${found.services[0]?.port}`;
}

const headers = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-XSS-Protection": "1; mode=block",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "Content-Security-Policy": "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'",
};

describe("GAUZIAN edge", () => {
    it("G-62: routes and middlewares of traefik.io/v1alpha1; the controller is the stack's setting, none is installed", async () => {
        for (const stack of stacks) {
            const { recording } = await gauzian(stack);
            for (const { inputs } of [...recording.ofKind("IngressRoute"), ...recording.ofKind("Middleware")]) {
                assert.equal(inputs.apiVersion, "traefik.io/v1alpha1");
            }
            assert.ok(!recording.objects.some(({ inputs }) => /traefik/.test(inputs.metadata?.name ?? "")));
        }
        const shared = { shared: { ingressController: { namespace: "edge", podLabels: { app: "proxy" } } } };
        const { spec } = find(await gauzian("prod", {}, shared), "NetworkPolicy", "front").inputs;
        assert.deepEqual(spec.ingress[0].from, [{
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "edge" } }, podSelector: { matchLabels: { app: "proxy" } },
        }]);
    });

    it("G-63 G-64: hosts derive from the domain, and the stack shows the three names", async () => {
        for (const stack of stacks) {
            const domain = domains[stack];
            const { outputs } = await gauzian(stack);
            assert.deepEqual((outputs["gauzian"] as GauzianOutputs).dnsNames, [domain, `minio.${domain}`, `grafana.${domain}`]);
        }
        assert.equal(await serves("prod", "files.example.com", "/", { domain: "files.example.com" }), "front:8080");
    });

    it("G-66 G-67 G-68 G-69: redirect, both prefixes, compression without encrypted chunks", async () => {
        assert.deepEqual(await middleware("redirect-https"), { redirectScheme: { scheme: "https", permanent: true } });
        assert.deepEqual(await middleware("strip-api-prefix"), { stripPrefix: { prefixes: ["/api"] } });
        assert.deepEqual(await middleware("strip-s3-prefix"), { stripPrefix: { prefixes: ["/s3"] } });
        assert.deepEqual(await middleware("compress"),
            { compress: { encodings: ["br", "gzip"], excludedContentTypes: ["application/octet-stream"] } });
    });

    it("G-70 G-88: the security headers are exactly the documented five, the same in every stack", async () => {
        for (const stack of stacks) {
            assert.deepEqual(await middleware("security-headers", {}, "gauzian-v2", stack), { headers: { customResponseHeaders: headers } });
        }
    });

    it("G-71: the content policy and further headers are settings", async () => {
        const edge = { csp: "default-src 'none'", extraHeaders: { "Referrer-Policy": "no-referrer" } };
        const { customResponseHeaders } = (await middleware("security-headers", { edge })).headers;
        assert.equal(customResponseHeaders["Content-Security-Policy"], "default-src 'none'");
        assert.equal(customResponseHeaders["Referrer-Policy"], "no-referrer");
        assert.equal(customResponseHeaders["X-Frame-Options"], "DENY");
    });

    it("G-72 G-73 G-74 G-75: limits per address and in flight; behind proxies the address is theirs to tell", async () => {
        assert.deepEqual(await middleware("rate-limit-api"), { rateLimit: { average: 100, period: "1s", burst: 200 } });
        assert.deepEqual(await middleware("rate-limit-s3"), { rateLimit: { average: 50, period: "1s", burst: 100 } });
        assert.deepEqual(await middleware("inflight-limit"), { inFlightReq: { amount: 1000 } });
        assert.deepEqual(await middleware("rate-limit-api", { edge: { ipStrategyDepth: 2 } }),
            { rateLimit: { average: 100, period: "1s", burst: 200, sourceCriterion: { ipStrategy: { depth: 2 } } } });
    });

    it("G-76 G-77 G-78 G-79 G-80 G-81 G-82 G-83: four routes with their middlewares in order", async () => {
        for (const stack of stacks) {
            const domain = domains[stack];
            const { spec } = await object(stack, "IngressRoute", "gauzian-https");
            assert.deepEqual(spec.entryPoints, ["websecure"]);
            assert.deepEqual((spec.routes as RenderedRoute[]).map(({ match, services, middlewares }) =>
                [match, services.map(({ name, port }) => `${name}:${port}`).join(), middlewares.map(({ name }) => name).join(" ")]), [
                [`Host(\`minio.${domain}\`)`, "minio:9001", "security-headers inflight-limit"],
                [`Host(\`${domain}\`) && (Path(\`/api\`) || PathPrefix(\`/api/\`)) && !(Path(\`/api/metrics\`) || PathPrefix(\`/api/metrics/\`))`,
                    "backend:8080", "rate-limit-api inflight-limit security-headers strip-api-prefix compress"],
                [`Host(\`${domain}\`) && (Path(\`/s3\`) || PathPrefix(\`/s3/\`)) && !(Path(\`/s3/minio\`) || PathPrefix(\`/s3/minio/\`))`,
                    "minio:9000", "rate-limit-s3 security-headers strip-s3-prefix compress"],
                [`Host(\`${domain}\`)`, "front:8080", "security-headers compress"],
            ]);
        }
    });

    it("G-80 G-81 G-82 G-83: requests reach what they should: no look-alikes, no metrics, no MinIO administration", async () => {
        for (const stack of stacks) {
            const domain = domains[stack];
            const expected: [string, string][] = [
                ["/", "front:8080"], ["/_nuxt/app.js", "front:8080"],
                ["/api", "backend:8080"], ["/api/health/ready", "backend:8080"], ["/apixyz", "front:8080"],
                ["/api/metrics", "front:8080"], ["/api/metrics/", "front:8080"], ["/api/metricsx", "backend:8080"],
                ["/s3", "minio:9000"], ["/s3/gauzian-chunks/a", "minio:9000"], ["/s3xyz", "front:8080"],
                ["/s3/minio", "front:8080"], ["/s3/minio/admin/v3/info", "front:8080"], ["/s3/minio/v2/metrics/cluster", "front:8080"],
                ["/s3/minio/health/live", "front:8080"],
            ];
            for (const [path, service] of expected) {
                assert.equal(await serves(stack, domain, path), service, `${stack} ${path}`);
            }
            assert.equal(await serves(stack, `minio.${domain}`, "/login"), "minio:9001");
            assert.equal(await serves(stack, "other.example.com", "/"), undefined);
        }
    });

    it("G-84 G-85: the S3 route and the console can go, S3 can have a host, the console and Grafana an allow list", async () => {
        const domain = domains.prod;
        assert.equal(await serves("prod", domain, "/s3/gauzian-chunks/a", { edge: { s3Route: false } }), "front:8080");
        assert.equal(await serves("prod", `minio.${domain}`, "/", { edge: { minioConsole: false } }), undefined);
        const s3Host = { edge: { s3Host: "s3.example.com" } };
        assert.equal(await serves("prod", "s3.example.com", "/gauzian-chunks/a", s3Host), "minio:9000");
        assert.equal(await serves("prod", "s3.example.com", "/minio/admin/v3/info", s3Host), undefined);
        const restricted = { edge: { adminAllowList: ["203.0.113.0/24"] } };
        for (const namespace of ["gauzian-v2", "monitoring"]) {
            assert.deepEqual(await middleware("admin-allow-list", restricted, namespace), { ipAllowList: { sourceRange: ["203.0.113.0/24"] } });
        }
        const [console] = await routes("prod", restricted);
        assert.deepEqual(console?.middlewares.map(({ name }) => name), ["admin-allow-list", "security-headers", "inflight-limit"]);
        const grafana = (await object("prod", "IngressRoute", "grafana", restricted, "monitoring")).spec.routes[0] as RenderedRoute;
        assert.equal(grafana.middlewares[0]?.name, "admin-allow-list");
    });

    it("G-86: plain HTTP is redirected for both hosts, except for the challenges of the certificate authority", async () => {
        for (const stack of stacks) {
            const domain = domains[stack];
            const { spec } = await object(stack, "IngressRoute", "gauzian-http");
            assert.deepEqual(spec.entryPoints, ["web"]);
            assert.deepEqual(spec.routes, [{
                kind: "Rule",
                match: `(Host(\`minio.${domain}\`) || Host(\`${domain}\`)) && !PathPrefix(\`/.well-known/acme-challenge/\`)`,
                middlewares: [{ name: "redirect-https" }],
                services: [{ kind: "TraefikService", name: "noop@internal" }],
            }]);
        }
    });

    it("G-87 G-88: certificates of Let's Encrypt in prod, of its staging in staging, Traefik's own in dev", async () => {
        const tls = { dev: {}, staging: { certResolver: "letsencrypt-staging" }, prod: { certResolver: "letsencrypt" } };
        for (const stack of stacks) {
            assert.deepEqual((await object(stack, "IngressRoute", "gauzian-https")).spec.tls, tls[stack]);
            assert.deepEqual((await object(stack, "IngressRoute", "grafana", {}, "monitoring")).spec.tls, tls[stack]);
        }
    });

    it("G-89: or certificates of cert-manager in Secrets, and the way to the pods that answer its challenges", async () => {
        const settings = { edge: { tls: "certManager" } };
        const issuers = { dev: "self-signed", staging: "letsencrypt-staging", prod: "letsencrypt-prod" };
        for (const stack of stacks) {
            const domain = domains[stack];
            const program = await gauzian(stack, settings);
            for (const [namespace, route, secretName, dnsNames] of [
                ["gauzian-v2", "gauzian-https", "gauzian-tls", [`minio.${domain}`, domain]], ["monitoring", "grafana", "grafana-tls", [`grafana.${domain}`]],
            ] as const) {
                assert.deepEqual(find(program, "IngressRoute", route, namespace).inputs.spec.tls, { secretName });
                const { spec } = find(program, "Certificate", secretName, namespace).inputs;
                assert.deepEqual([spec.secretName, spec.dnsNames, spec.issuerRef.name, spec.issuerRef.kind],
                    [secretName, dnsNames, issuers[stack], "ClusterIssuer"]);
            }
            const solver = program.recording.has("NetworkPolicy", "acme-http01-solver");
            assert.equal(solver, stack !== "dev", "only Let's Encrypt asks questions");
        }
        assert.ok(!(await gauzian("prod")).recording.ofKind("Certificate").length);
    });

    it("G-91 G-92 G-93: Grafana's route, its redirect and its middlewares are in its own namespace; no Ingress, no reference elsewhere", async () => {
        for (const stack of stacks) {
            const program = await gauzian(stack);
            const { spec } = find(program, "IngressRoute", "grafana", "monitoring").inputs;
            assert.deepEqual(spec.entryPoints, ["websecure"]);
            assert.equal(spec.routes[0].match, `Host(\`grafana.${domains[stack]}\`)`);
            assert.deepEqual(spec.routes[0].services, [{ name: "grafana", port: 3000 }]);
            assert.equal(find(program, "IngressRoute", "grafana-http", "monitoring").inputs.spec.routes[0].services[0].name, "noop@internal");
            assert.equal(program.recording.ofKind("Ingress").length, 0);
            for (const { inputs } of program.recording.ofKind("IngressRoute")) {
                for (const { middlewares } of inputs.spec.routes as RenderedRoute[]) {
                    for (const { name, namespace } of middlewares) {
                        assert.equal(namespace, undefined);
                        find(program, "Middleware", name, inputs.metadata.namespace);
                    }
                }
            }
            assert.equal((await middleware("security-headers", {}, "monitoring", stack)).headers.customResponseHeaders["X-Frame-Options"], "DENY");
        }
    });

    it("G-140: the log-in can be limited by itself", async () => {
        const settings = { edge: { loginRateLimit: {} } };
        assert.ok(!(await routes("prod")).some(({ match }) => match.includes("/api/login")));
        const middlewares = async (path: string): Promise<string[] | undefined> =>
            (await routeOf("prod", domains.prod, path, settings))?.middlewares.map(({ name }) => name);
        const api = ["rate-limit-api", "inflight-limit", "security-headers", "strip-api-prefix", "compress"];
        for (const path of ["/api/login", "/api/login/"]) {
            assert.deepEqual(await middlewares(path), ["rate-limit-login", ...api], path);
        }
        for (const path of ["/api", "/api/files", "/api/loginx"]) {
            assert.deepEqual(await middlewares(path), api, path);
        }
        assert.equal(await serves("prod", domains.prod, "/api/login", settings), "backend:8080");
        assert.deepEqual(await middleware("rate-limit-login", settings), { rateLimit: { average: 5, period: "1m", burst: 10 } });
    });

    it("G-76: each route outranks those that are declared after it, with every optional route too", async () => {
        for (const settings of [{}, { edge: { loginRateLimit: {}, s3Host: "s3.example.com" } }]) {
            const priorities = (await routes("prod", settings)).map(({ priority }) => priority);
            assert.deepEqual(priorities, [...new Set(priorities)].sort((a, b) => b - a));
        }
    });
});
