import assert from "node:assert/strict";
import type { EnvironmentName } from "../../../../components/kit/environment";
import type { TaskFlowOutputs } from "../../../../components/platforms/taskflow/taskflow";
import { object, stacks, taskflow } from "../../../harness/platforms/taskflow";

const nginx = async (stack: EnvironmentName, settings = {}): Promise<string[]> =>
    (await object(stack, "ConfigMap", "frontend-nginx-config", settings)).data["nginx.conf"].split("\n").map((line: string) => line.trim());

const routed = [["staging", "taskflow.staging.example.com", "letsencrypt-staging"], ["prod", "taskflow.example.com", "letsencrypt"]] as const;

describe("TaskFlow edge", () => {
    it("T-69 T-74: frontend-nginx-config is labelled for the front end, with two workers and no user", async () => {
        for (const stack of stacks) {
            assert.equal((await object(stack, "ConfigMap", "frontend-nginx-config")).metadata.labels.app, "frontend");
            const lines = await nginx(stack);
            assert.ok(lines.includes("worker_processes 2;"));
            assert.deepEqual(lines.filter(line => line.startsWith("user ")), []);
        }
    });

    it("T-72 T-75: the front end leads to Service backend-api, which must be there before nginx starts", async () => {
        for (const stack of stacks) {
            const { recording } = await taskflow(stack);
            assert.ok((await nginx(stack)).includes("server backend-api:5000;"));
            assert.ok(recording.before(recording.object("Deployment", "frontend")).has(recording.object("Service", "backend-api").urn));
        }
    });

    it("T-76: /api/metrics and /api/stress are closed everywhere; the stack config opens stress in dev", async () => {
        const closed = async (stack: EnvironmentName, settings = {}): Promise<string[]> =>
            (await nginx(stack, settings)).flatMap(line => /^location = (\/api\/\S+) \{$/.exec(line)?.[1] ?? []);
        for (const stack of stacks) {
            assert.deepEqual(await closed(stack), ["/api/metrics", "/api/stress"]);
        }
        assert.deepEqual(await closed("dev", { backend: { exposeStress: true } }), ["/api/metrics"]);
    });

    it("T-77: nothing that the front end serves names an address of the cluster", async () => {
        for (const stack of stacks) {
            const served = (await object(stack, "ConfigMap", "frontend-html")).data;
            assert.deepEqual(Object.keys(served), ["index.html"]);
            assert.doesNotMatch(served["index.html"], /\.svc\b|cluster\.local/);
        }
    });

    it("T-25 T-88: dev has no route, and its outputs say how to find the load balancers", async () => {
        const { recording, outputs } = await taskflow("dev");
        assert.deepEqual(recording.ofKind("IngressRoute"), []);
        const { url, grafanaUrl } = outputs["taskflow"] as TaskFlowOutputs;
        assert.equal(url, "kubectl get service frontend --namespace taskflow");
        assert.equal(grafanaUrl, "kubectl get service grafana --namespace taskflow");
    });

    for (const [stack, host, resolver] of routed) {
        it(`T-25 T-88 T-135: ${stack} serves ${host} and Grafana over HTTPS, with headers and a limit of requests`, async () => {
            const { spec } = await object(stack, "IngressRoute", "taskflow-https");
            assert.deepEqual(spec.entryPoints, ["websecure"]);
            assert.deepEqual(spec.tls, { certResolver: resolver });
            const [page, grafana] = [`Host(\`${host}\`)`, `Host(\`grafana.${host}\`)`];
            const route = (match: string, priority: number, name: string, port: number): object => ({
                kind: "Rule", match, priority, middlewares: [{ name: "security-headers" }, { name: "rate-limit" }], services: [{ name, port }],
            });
            assert.deepEqual(spec.routes, [route(page, grafana.length + 1, "frontend", 80), route(grafana, grafana.length, "grafana", 3000)]);
            assert.deepEqual((await object(stack, "Middleware", "rate-limit")).spec, { rateLimit: { average: 100, period: "1s", burst: 200 } });
            assert.equal((await object(stack, "Middleware", "security-headers")).spec.headers.customResponseHeaders["X-Content-Type-Options"], "nosniff");
            const { url, grafanaUrl } = (await taskflow(stack)).outputs["taskflow"] as TaskFlowOutputs;
            assert.deepEqual([url, grafanaUrl], [`https://${host}/`, `https://grafana.${host}/`]);
        });

        it(`T-88: ${stack} redirects plain HTTP for good, except for the certificate authority`, async () => {
            const { spec } = await object(stack, "IngressRoute", "taskflow-http");
            assert.deepEqual(spec.entryPoints, ["web"]);
            assert.deepEqual(spec.routes[0].middlewares, [{ name: "redirect-https" }]);
            assert.equal(spec.routes[0].match,
                `(Host(\`${host}\`) || Host(\`grafana.${host}\`)) && !PathPrefix(\`/.well-known/acme-challenge/\`)`);
            assert.deepEqual((await object(stack, "Middleware", "redirect-https")).spec, { redirectScheme: { scheme: "https", permanent: true } });
        });
    }

    it("T-88: host and issuer are stack config", async () => {
        const { recording } = await taskflow("staging", {}, { shared: { domain: "lab.example.org", certificateResolver: "internal" } });
        const { spec } = recording.object("IngressRoute", "taskflow-https").inputs;
        assert.equal(spec.routes[0].match, "Host(`taskflow.lab.example.org`)");
        assert.equal(spec.tls.certResolver, "internal");
    });
});
