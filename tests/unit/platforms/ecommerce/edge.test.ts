import assert from "node:assert/strict";
import type { Inputs } from "../../../harness/mocks";
import { messaging, names, object, objects, shop, stacks } from "../../../harness/platforms/ecommerce";
import { enlarged } from "../../../harness/platforms/ecommerceVariants";

const hosts = { dev: "dev.votredomaine.com", staging: "staging.votredomaine.com", prod: "www.votredomaine.com" };

async function middlewares(settings = {}): Promise<Map<string, Inputs>> {
    return new Map([...await objects("prod", "Middleware", settings)].map(([name, { inputs }]) => [name, inputs.spec]));
}

describe("e-commerce edge", () => {
    it("E-127 E-132 E-233: one host per environment leads to the gateway, and nothing else does from outside but Grafana", async () => {
        for (const stack of stacks) {
            const { recording } = await shop(stack);
            const { routes: [route] } = (await object(stack, "IngressRoute", "api-gateway")).spec;
            assert.equal(route.match, `Host(\`${hosts[stack]}\`)`);
            assert.deepEqual(route.services, [{ name: "api-gateway", port: 8100 }]);
            const services = recording.ofKind("IngressRoute").flatMap(({ inputs }) => inputs.spec.routes.flatMap((one: Inputs) => one.services));
            assert.deepEqual(services.map((service: Inputs) => service.name).filter((name: string) => name !== "noop@internal").sort(),
                ["api-gateway", "e-commerce-grafana"]);
            for (const { inputs } of recording.ofKind("Service")) {
                assert.ok(inputs.spec.type === "ClusterIP" || inputs.spec.clusterIP === "None", inputs.metadata.name);
                assert.equal(inputs.spec.externalIPs, undefined);
            }
            assert.equal(recording.ofKind("Ingress").length, 0);
        }
    });

    it("E-127: the domain is configuration", async () => {
        const { routes: [route] } = (await object("prod", "IngressRoute", "api-gateway", enlarged)).spec;
        assert.equal(route.match, "Host(`www.shop.example.com`)");
    });

    it("E-126: plain HTTP is redirected for good", async () => {
        const { entryPoints, routes: [route] } = (await object("prod", "IngressRoute", "api-gateway-http")).spec;
        assert.deepEqual(entryPoints, ["web"]);
        const redirect = (await middlewares()).get(route.middlewares[0].name);
        assert.deepEqual(redirect, { redirectScheme: { scheme: "https", permanent: true } });
    });

    it("E-128: Grafana has a host of its own", async () => {
        for (const [stack, host] of [["dev", "grafana-dev"], ["staging", "grafana-staging"], ["prod", "grafana"]] as const) {
            const { routes: [route] } = (await object(stack, "IngressRoute", "e-commerce-grafana", {}, "monitoring")).spec;
            assert.equal(route.match, `Host(\`${host}.votredomaine.com\`)`);
            assert.deepEqual(route.services, [{ name: "e-commerce-grafana", port: 3000 }]);
        }
    });

    it("E-129 E-241: cert-manager keeps a certificate per host, from the environment's issuer", async () => {
        const issuers = { dev: "self-signed", staging: "letsencrypt-staging", prod: "letsencrypt-prod" };
        for (const stack of stacks) {
            const { spec } = await object(stack, "Certificate", "e-commerce-tls");
            assert.deepEqual([spec.dnsNames, spec.issuerRef.name], [[hosts[stack]], issuers[stack]]);
            assert.equal((await object(stack, "IngressRoute", "api-gateway")).spec.tls.secretName, spec.secretName);
        }
    });

    it("E-130: the gateway's circuit is broken on errors and slowness; another balance of load than by turns is not asked for", async () => {
        assert.deepEqual((await middlewares()).get("circuit-breaker"),
            { circuitBreaker: { expression: "ResponseCodeRatio(500, 600, 0, 600) > 0.30 || LatencyAtQuantileMS(95.0) > 5000" } });
        const { routes: [route] } = (await object("prod", "IngressRoute", "api-gateway")).spec;
        assert.ok(route.middlewares.some((middleware: Inputs) => middleware.name === "circuit-breaker"));
        assert.equal(route.services[0].strategy, undefined);
    });

    it("E-131: requests are limited by rate, number and size, by address where that is configured, and no privileged pod bans anybody", async () => {
        const specs = await middlewares(enlarged);
        assert.deepEqual([specs.get("rate-limit")?.rateLimit.average, specs.get("rate-limit")?.rateLimit.burst], [100, 200]);
        assert.equal(specs.get("in-flight-limit")?.inFlightReq.amount, 1000);
        assert.equal(specs.get("body-limit")?.buffering.maxRequestBodyBytes, 16 * 2 ** 20);
        assert.deepEqual(specs.get("allow-list")?.ipAllowList.sourceRange, ["203.0.113.0/24"]);
        assert.ok(specs.get("security-headers")?.headers);
        const { recording } = await shop("prod");
        assert.deepEqual(recording.ofKind("DaemonSet").map(({ inputs }) => inputs.metadata.name).sort(), ["fluent-bit", "node-exporter"]);
    });

    it("E-95 E-176: RabbitMQ's management interface has a host only where one is asked for, for some addresses, behind TLS and a password", async () => {
        for (const stack of stacks) {
            assert.ok(!(await objects(stack, "IngressRoute", {}, messaging)).has("rabbitmq-management"));
        }
        const { spec } = await object("prod", "IngressRoute", "rabbitmq-management", enlarged, messaging);
        const [route] = spec.routes;
        assert.deepEqual([route.match, route.services], ["Host(`rabbitmq.shop.example.com`)", [{ name: "rabbitmq-cluster", port: 15672 }]]);
        assert.equal(spec.tls.secretName, "rabbitmq-management-tls");
        const specs = await Promise.all(route.middlewares.map(async ({ name }: Inputs) => (await object("prod", "Middleware", name, enlarged, messaging)).spec));
        assert.deepEqual(specs[0], { ipAllowList: { sourceRange: ["203.0.113.64/28"] } });
        assert.deepEqual(specs[1], { basicAuth: { secret: "rabbitmq-administrator" } });
        const secret = await object("prod", "Secret", "rabbitmq-administrator", enlarged, messaging);
        assert.deepEqual([secret.type, secret.stringData.username], ["kubernetes.io/basic-auth", "administrator"]);
        const definitions = await object("prod", "Secret", "rabbitmq-cluster-definitions", enlarged, messaging);
        const { users } = JSON.parse(definitions.stringData["definitions.json"]) as { users: { name: string; tags: string[] }[] };
        assert.deepEqual(users.filter(({ tags }) => tags.length > 0).map(({ name }) => name), ["administrator"]);
        const operated = { rabbitmq: { operator: true, ingress: { enabled: true, allowList: ["203.0.113.64/28"] } } };
        for (const settings of [enlarged, operated]) {
            const { graph } = await shop("prod", settings);
            assert.ok(graph.edges.some(({ from, to, ports }) =>
                from.name === "ingress-controller" && to.name === "rabbitmq-cluster" && ports.some(({ number }) => number === 15672)));
            const { services: [service] } = (await object("prod", "IngressRoute", "rabbitmq-management", settings, messaging)).spec.routes[0];
            assert.deepEqual([service.name, service.port], ["rabbitmq-cluster", 15672]);
        }
        await assert.rejects(shop("prod", { rabbitmq: { ingress: { enabled: true } } }), /rabbitmq\.ingress\.allowList/);
    });

    it("E-133: the stack shows the hosts that must be known outside", async () => {
        const { dnsNames, url } = (await shop("prod")).outputs["ecommerce"] as { dnsNames: string[]; url: string };
        assert.deepEqual(dnsNames, ["www.votredomaine.com", "grafana.votredomaine.com"]);
        assert.equal(url, "https://www.votredomaine.com/");
    });

    it("E-109 E-161: objects get a public host only where one is named; neither console nor administration is on it", async () => {
        assert.equal((await objects("prod", "IngressRoute", {}, messaging)).size, 0);
        const { routes } = (await object("prod", "IngressRoute", "minio", enlarged, messaging)).spec;
        assert.deepEqual(routes.map((route: Inputs) => [/PathPrefix\(`(.*?)\/`\)/.exec(route.match)?.[1], route.services[0].port]),
            [["/products", 9000], ["/newsletters", 9000], ["/sav", 9000]]);
        const { dnsNames } = (await shop("prod", enlarged)).outputs["ecommerce"] as { dnsNames: string[] };
        assert.ok(dnsNames.includes("media.shop.example.com"));
    });

    it("E-109: services with a bucket know the public host for signing, and where their public objects are", async () => {
        for (const name of names) {
            const addresses = async (settings = {}): Promise<unknown[]> => {
                const { data } = await object("prod", "ConfigMap", `${name}-config`, settings);
                return [data.MINIO_PUBLIC_ENDPOINT, data.AWS_URL];
            };
            const bucket = /^(products|sav|newsletters)-service$/.exec(name)?.[1];
            assert.deepEqual(await addresses(enlarged), bucket === undefined ? [undefined, undefined]
                : ["https://media.shop.example.com", `https://media.shop.example.com/${bucket}`], name);
            assert.deepEqual(await addresses(), [undefined, undefined], name);
        }
    });
});
