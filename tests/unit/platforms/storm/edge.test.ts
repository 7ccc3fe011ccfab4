import assert from "node:assert/strict";
import { object, perStack, stacks, storm } from "../../../harness/platforms/storm";

describe("Storm's edge", () => {
    it("S-51 S-60 S-89 S-112: in dev the gateway opens port 30080 of the nodes, and nothing else opens any", async () => {
        const exposed = await perStack(async stack => (await storm(stack)).recording.ofKind("Service")
            .filter(({ inputs }) => inputs.spec.type && inputs.spec.type !== "ClusterIP")
            .map(({ inputs }) => `${inputs.metadata.name} ${inputs.spec.type}`));
        assert.deepEqual(exposed, [["gateway-service NodePort"], [], []]);
        const [port] = (await object("dev", "Service", "gateway-service")).spec.ports;
        assert.deepEqual([port.port, port.nodePort, port.targetPort], [8080, 30080, "http"]);
        assert.equal((await storm("dev")).recording.ofKind("Ingress").length, 0);
        await assert.rejects(storm("prod", { gateway: { exposure: "nodeport" } }), /gateway\.exposure is "nodeport"; allowed is "ingress"/);
    });

    it("S-52 S-53 S-89: staging and prod route one host, over HTTPS, to the gateway alone", async () => {
        for (const [stack, host] of [["staging", "storm.staging.example.com"], ["prod", "storm.example.com"]] as const) {
            const { recording } = await storm(stack);
            assert.equal(recording.ofKind("Ingress").length, 1);
            const { spec, metadata } = recording.object("Ingress", "storm").inputs;
            assert.equal(spec.ingressClassName, "traefik");
            assert.deepEqual(spec.tls, [{ hosts: [host], secretName: "storm-tls" }]);
            assert.deepEqual(spec.rules, [{
                host,
                http: { paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "gateway-service", port: { number: 8080 } } } }] },
            }]);
            assert.equal(metadata.annotations["cert-manager.io/cluster-issuer"], `letsencrypt-${stack}`);
            assert.equal(metadata.annotations["traefik.ingress.kubernetes.io/router.entrypoints"], "websecure");
        }
        const { spec } = await object("prod", "Ingress", "storm", { edge: { host: "chat.example.org", ingressClassName: "public" } });
        assert.deepEqual([spec.ingressClassName, spec.rules[0].host], ["public", "chat.example.org"]);
    });

    it("S-52: security headers, a rate limit and a long timeout for chats apply, and plain HTTP is redirected", async () => {
        const { recording } = await storm("prod");
        assert.equal(recording.object("Ingress", "storm").inputs.metadata.annotations["traefik.ingress.kubernetes.io/router.middlewares"],
            "storm-security-headers@kubernetescrd,storm-rate-limit@kubernetescrd");
        assert.deepEqual(recording.object("Middleware", "rate-limit").inputs.spec.rateLimit, { average: 50, period: "1s", burst: 100 });
        assert.ok(recording.object("Middleware", "security-headers").inputs.spec.headers.customResponseHeaders["Strict-Transport-Security"]);
        const [route] = recording.object("IngressRoute", "storm-http").inputs.spec.routes;
        assert.match(route.match, /^\(Host\(`storm\.example\.com`\)\) && !PathPrefix\(`\/\.well-known\/acme-challenge\/`\)$/);
        assert.deepEqual(route.middlewares, [{ name: "storm-redirect-https" }]);
        assert.deepEqual(recording.object("ServersTransport", "storm-transport").inputs.spec.forwardingTimeouts,
            { responseHeaderTimeout: "3600s", idleConnTimeout: "3600s" });
        assert.equal(recording.object("Service", "gateway-service").inputs.metadata.annotations["traefik.ingress.kubernetes.io/service.serverstransport"],
            "storm-storm-transport@kubernetescrd");
    });

    it("S-42 S-53 F19: MinIO is not routed; a public host leads to the path of the bucket only, never to the console", async () => {
        for (const stack of stacks) {
            const routed = JSON.stringify((await storm(stack)).recording.ofKind("Ingress").map(({ inputs }) => inputs.spec));
            assert.doesNotMatch(routed, /minio/);
        }
        const { spec } = await object("prod", "Ingress", "storm", { minio: { publicHost: "media.example.com" } });
        const rule = spec.rules.find(({ host }: { host: string }) => host === "media.example.com");
        const backend = { service: { name: "minio", port: { number: 9000 } } };
        assert.deepEqual(rule.http.paths, [{ path: "/media", pathType: "Exact", backend }, { path: "/media/", pathType: "Prefix", backend }]);
    });

    it("S-52: without an issuer Traefik's own certificate serves, or the one of its resolver", async () => {
        const { spec, metadata } = await object("prod", "Ingress", "storm", { edge: { clusterIssuer: null } });
        assert.deepEqual(spec.tls, [{ hosts: ["storm.example.com"] }]);
        assert.equal(metadata.annotations["cert-manager.io/cluster-issuer"], undefined);
        assert.equal(metadata.annotations["traefik.ingress.kubernetes.io/router.tls.certresolver"], "letsencrypt");
    });
});
