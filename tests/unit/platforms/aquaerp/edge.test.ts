import assert from "node:assert/strict";
import type { AquaErpOutputs } from "../../../../components/platforms/aquaerp/aquaerp";
import type { Inputs } from "../../../harness/mocks";
import { variablesOf } from "../../../harness/pods";
import { aquaerp, backend, container, find, names, object, objectNames, stacks, workers } from "../../../harness/platforms/aquaerp";

const hosts = { dev: "dev.aquaerp.cloud", staging: "staging.aquaerp.cloud", prod: "aquaerp.cloud" };
const issuers = { dev: "self-signed", staging: "letsencrypt-staging", prod: "letsencrypt-prod" };
const smtp = { host: "smtp.example.com", user: "erp", from: "erp@example.com", password: { secretName: "smtp", key: "password" } };

describe("AquaERP edge, scaling and variables", () => {
    it("A-59 A-60 A-61 A-62 A-63 A-65 A-121 A-122: an Ingress of class traefik with host, TLS and the environment's issuer; HTTP is redirected", async () => {
        for (const stack of stacks) {
            const { metadata, spec } = await object(stack, "Ingress", "aquaerp-ingress");
            assert.equal(spec.ingressClassName, "traefik");
            assert.equal(metadata.annotations["kubernetes.io/ingress.class"], undefined);
            assert.equal(metadata.annotations["cert-manager.io/cluster-issuer"], issuers[stack]);
            assert.deepEqual(spec.tls, [{ hosts: [hosts[stack]], secretName: "aquaerp-tls" }]);
            assert.deepEqual(spec.rules.map(({ host }: { host: string }) => host), [hosts[stack]]);
            const middlewares = metadata.annotations["traefik.ingress.kubernetes.io/router.middlewares"];
            assert.equal(middlewares, "aquaerp-security-headers@kubernetescrd,aquaerp-rate-limit@kubernetescrd");
            const redirect = await object(stack, "IngressRoute", "aquaerp-ingress-http");
            assert.deepEqual(redirect.spec.entryPoints, ["web"]);
            const [{ name }] = redirect.spec.routes[0].middlewares;
            assert.deepEqual((await object(stack, "Middleware", name)).spec, { redirectScheme: { scheme: "https", permanent: true } });
        }
    });

    it("A-141: the certificate is for the host that is served, and plain HTTP of that host is redirected", async () => {
        const { metadata, spec } = await object("prod", "Ingress", "aquaerp-ingress");
        assert.equal(metadata.annotations["cert-manager.io/cluster-issuer"], "letsencrypt-prod");
        assert.deepEqual(spec.tls[0].hosts, spec.rules.map(({ host }: { host: string }) => host));
        const { spec: { routes } } = await object("prod", "IngressRoute", "aquaerp-ingress-http");
        assert.match(routes[0].match, /^\(?Host\(`aquaerp\.cloud`\)/);
        const middleware = await object("prod", "Middleware", routes[0].middlewares[0].name);
        assert.deepEqual(middleware.spec, { redirectScheme: { scheme: "https", permanent: true } });
    });

    it("A-64 F19: /api leads to the gateway with its path, all else to the page; the prefix goes on demand", async () => {
        for (const stack of stacks) {
            const { spec } = await object(stack, "Ingress", "aquaerp-ingress");
            assert.deepEqual(spec.rules[0].http.paths.map(({ path, pathType, backend: { service } }: Inputs) =>
                [path, pathType, service.name, service.port.number]), [["/api", "Exact", "api-gateway", 3000],
                ["/api/", "Prefix", "api-gateway", 3000], ["/", "Prefix", "frontend", 8080]]);
            assert.ok(!(await objectNames(stack, "Middleware")).includes("strip-api-prefix"));
        }
        const stripped = { stripApiPrefix: true };
        assert.deepEqual((await object("dev", "Middleware", "strip-api-prefix", stripped)).spec, { stripPrefix: { prefixes: ["/api"] } });
        assert.match((await object("dev", "Ingress", "aquaerp-ingress", stripped)).metadata.annotations["traefik.ingress.kubernetes.io/router.middlewares"],
            /aquaerp-strip-api-prefix@kubernetescrd/);
    });

    it("A-66 A-127: without a host there is no Ingress but a command that leads to the page; outputs name the checks", async () => {
        const { outputs } = await aquaerp("prod", { host: null });
        assert.deepEqual(await objectNames("prod", "Ingress", { host: null }), []);
        const shown = outputs["aquaerp"] as AquaErpOutputs;
        assert.equal(shown.url, "kubectl port-forward service/frontend 8080:8080 -n aquaerp");
        assert.equal(shown.showObjects, "kubectl get all -n aquaerp");
        assert.equal(shown.showDeployments, "kubectl get deployments -n aquaerp");
        assert.equal(((await aquaerp("prod")).outputs["aquaerp"] as AquaErpOutputs).url, "https://aquaerp.cloud/");
    });

    it("A-67: Grafana has no public host unless one is set", async () => {
        for (const stack of stacks) {
            assert.deepEqual(await objectNames(stack, "Ingress", {}, "aquaerp-monitoring"), []);
        }
        const { spec } = await object("prod", "Ingress", "grafana", { monitoring: { grafana: { host: "grafana.aquaerp.cloud" } } }, "aquaerp-monitoring");
        assert.deepEqual(spec.rules[0].http.paths[0].backend.service, { name: "grafana", port: { number: 3000 } });
    });

    it("A-68 A-69 A-71 A-72 A-117: autoscalers of gateway and page outside dev, which remove pods after five minutes", async () => {
        assert.deepEqual(await objectNames("dev", "HorizontalPodAutoscaler"), []);
        for (const stack of ["staging", "prod"] as const) {
            assert.deepEqual(await objectNames(stack, "HorizontalPodAutoscaler"), ["api-gateway-hpa", "frontend-hpa"]);
            for (const [name, minimum, maximum] of [["api-gateway", 2, 5], ["frontend", 3, 6]] as const) {
                const { spec } = await object(stack, "HorizontalPodAutoscaler", `${name}-hpa`);
                assert.deepEqual(spec.scaleTargetRef, { apiVersion: "apps/v1", kind: "Deployment", name });
                assert.deepEqual([spec.minReplicas, spec.maxReplicas], [minimum, maximum]);
                assert.deepEqual(spec.metrics, [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } } }]);
                assert.equal(spec.behavior.scaleDown.stabilizationWindowSeconds, 300);
            }
        }
        assert.equal((await object("staging", "HorizontalPodAutoscaler", "api-gateway-hpa", { hpa: { gateway: { minimum: 5 } } })).spec.minReplicas, 5);
    });

    it("A-73: one pod of a back-end service may be evicted, two pages stay, and the single database blocks no drain", async () => {
        for (const stack of ["staging", "prod"] as const) {
            for (const name of backend) {
                const { spec } = await object(stack, "PodDisruptionBudget", name);
                assert.deepEqual([spec.maxUnavailable, spec.minAvailable], [1, undefined]);
            }
            assert.equal((await object(stack, "PodDisruptionBudget", "frontend")).spec.minAvailable, 2);
            assert.ok(!(await objectNames(stack, "PodDisruptionBudget")).includes("postgresql"));
        }
        assert.deepEqual(await objectNames("dev", "PodDisruptionBudget"), []);
    });

    it("A-53: the key of the log-in tokens goes to auth-service and gateway, or to those that a setting names", async () => {
        const receivers = async (settings = {}): Promise<string[]> => {
            const found = await Promise.all(names.map(async name => [name, variablesOf(await container("prod", name, settings))["JWT_SECRET"]] as const));
            return found.filter(([, value]) => value === "jwt-secret/secret").map(([name]) => name);
        };
        assert.deepEqual(await receivers(), ["api-gateway", "auth-service"]);
        assert.deepEqual(await receivers({ jwt: { receivers: names } }), names);
    });

    it("A-54 A-88: the mailer's relay is a setting, its password a reference; nothing else leaves the cluster", async () => {
        const settings = { mailer: { smtp } };
        const { SMTP_HOST, SMTP_PORT, SMTP_USER, SMTP_FROM, SMTP_PASSWORD } = variablesOf(await container("prod", "mailer-service", settings));
        assert.deepEqual([SMTP_HOST, SMTP_PORT, SMTP_USER, SMTP_FROM, SMTP_PASSWORD],
            ["smtp.example.com", "587", "erp", "erp@example.com", "smtp/password"]);
        for (const name of names) {
            const policy = name === "api-gateway" ? "microservices-network-policy" : `${name}-network-policy`;
            const { egress } = (await object("prod", "NetworkPolicy", policy, settings)).spec;
            const outside = egress.filter(({ to }: Inputs) => to.every((peer: Inputs) => peer.ipBlock));
            assert.deepEqual(outside.map((rule: Inputs) => rule.ports), name === "mailer-service" ? [[{ port: 587, protocol: "TCP" }]] : []);
        }
        assert.equal(variablesOf(await container("dev", "mailer-service"))["SMTP_HOST"], undefined);
    });

    it("A-55 A-56 A-85: the gateway knows the seven services, the page its API; names are settings", async () => {
        for (const stack of stacks) {
            const known = variablesOf(await container(stack, "api-gateway"));
            for (const [index, name] of workers.entries()) {
                assert.equal(known[`${name.replace("-service", "").toUpperCase()}_SERVICE_URL`], `http://${name}:${3001 + index}`);
            }
            const page = variablesOf(await container(stack, "frontend"));
            assert.deepEqual([page["API_BASE_URL"], page["API_GATEWAY_URL"]], [`https://${hosts[stack]}/api`, "http://api-gateway:3000"]);
        }
        const settings = { gatewayHttp: false };
        assert.equal(variablesOf(await container("prod", "api-gateway", settings))["AUTH_SERVICE_URL"], undefined);
        const named = { variables: { serviceUrls: { "auth-service": "AUTH_URL" }, publicApiUrl: "VITE_API" } };
        assert.equal(variablesOf(await container("prod", "api-gateway", named))["AUTH_URL"], "http://auth-service:3001");
        assert.equal(variablesOf(await container("prod", "frontend", named))["VITE_API"], "https://aquaerp.cloud/api");
    });

    it("A-103: traces are sent nowhere unless a receiver is named", async () => {
        assert.equal(variablesOf(await container("prod", "auth-service"))["OTEL_EXPORTER_OTLP_ENDPOINT"], undefined);
        const traced = variablesOf(await container("prod", "auth-service", { tracing: "tempo.monitoring.svc:4318" }));
        assert.deepEqual([traced["OTEL_EXPORTER_OTLP_ENDPOINT"], traced["OTEL_SERVICE_NAME"]], ["http://tempo.monitoring.svc:4318", "auth-service"]);
    });

    it("A-105: the quota is the sum at the autoscalers' maximum with a tenth of head room", async () => {
        const { spec } = find(await aquaerp("prod"), "ResourceQuota", "quota").inputs;
        // Gateway 5, page 6 and 7 services of 2, with one more of each during a roll-out, PostgreSQL, RabbitMQ 3, set-up, dump and restore.
        assert.equal(spec.hard.pods, String(Math.ceil((5 + 6 + 14 + 9 + 1 + 3 + 1 + 2) * 1.1)));
        assert.equal((await object("prod", "LimitRange", "limits")).spec.limits[0].type, "Container");
    });
});
