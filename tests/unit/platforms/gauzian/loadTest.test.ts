import assert from "node:assert/strict";
import { find, gauzian, object, pods, stacks } from "../../../harness/platforms/gauzian";

describe("GAUZIAN under load", () => {
    const loadTest = { loadTest: { enabled: true } };

    it("G-174: a Job of k6 with 100 users for five minutes, on demand, with the document's marks, never in prod", async () => {
        for (const stack of stacks) {
            assert.ok(!(await gauzian(stack)).recording.has("Job", "k6-load"), stack);
        }
        const program = await gauzian("staging", loadTest);
        const job = find(program, "Job", "k6-load");
        const { containers: [k6], volumes } = job.inputs.spec.template.spec;
        assert.match(k6.image, /^grafana\/k6:\d+\.\d+\.\d+$/);
        assert.equal(job.inputs.metadata.annotations["pulumi.com/skipAwait"], "true");
        const [{ name }] = volumes.flatMap(({ configMap }: { configMap?: { name: string } }) => (configMap ? [configMap] : []));
        const script: string = (await object("staging", "ConfigMap", name, loadTest)).data["load.js"];
        const options = JSON.parse(/options = (\{[^]*?\n\});/.exec(script)?.[1] ?? "") as Record<string, unknown>;
        assert.deepEqual(options, {
            vus: 100, duration: "300s", thresholds: { http_req_failed: ["rate<0.05"], http_req_duration: ["p(95)<3000"] },
        });
        assert.match(script, /http\.get\("http:\/\/backend:8080\/health\/ready"\)/);
        const ways = program.graph.edges.filter(({ from }) => from.name === "k6-load" && from.type === "workload").map(({ to }) => to.name);
        assert.deepEqual([...new Set(ways)].sort(), ["backend", "cluster-dns"]);
        await assert.rejects(gauzian("prod", loadTest), /loadTest\.enabled is true; allowed is false in prod/);
    });

    it("G-172: the autoscaler has numbers for processor and memory, requests to measure against, and two pods at rest", async () => {
        for (const stack of ["dev", "staging"] as const) {
            const { spec } = await object(stack, "HorizontalPodAutoscaler", "backend-hpa");
            const targets = spec.metrics.map(({ resource }: { resource: { name: string; target: { averageUtilization: number } } }) =>
                [resource.name, Number.isInteger(resource.target.averageUtilization)]);
            assert.deepEqual(targets.sort(), [["cpu", true], ["memory", true]]);
            assert.equal(spec.minReplicas, 2);
            for (const { name, resources: { requests } } of (await pods(stack, "backend")).template.spec.containers) {
                assert.ok(requests["cpu"] && requests["memory"], `${stack} ${name}: the target would be <unknown>`);
            }
        }
    });

    it("G-65: only Traefik's two ports are public", async () => {
        for (const stack of ["staging", "prod"] as const) {
            const { recording } = await gauzian(stack);
            const entryPoints = recording.ofKind("IngressRoute").flatMap(({ inputs }) => inputs.spec.entryPoints);
            assert.deepEqual([...new Set(entryPoints)].sort(), ["web", "websecure"]);
            const types = recording.ofKind("Service").map(({ inputs: { spec } }) => spec.type ?? "ClusterIP");
            assert.deepEqual([...new Set(types)], ["ClusterIP"]);
        }
    });
});
