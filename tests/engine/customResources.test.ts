import assert from "node:assert/strict";
import type { Inputs } from "../harness/mocks";
import { TestCluster } from "../harness/cluster";
import { recordProgram } from "../harness/program";

/** Kinds that the program creates and others define: Traefik, cert-manager, and the operators of Prometheus, PostgreSQL and RabbitMQ. */
const kinds = [
    "Certificate", "Cluster", "IngressRoute", "Middleware", "PodMonitor", "PrometheusRule", "RabbitmqCluster", "ScrapeConfig", "ServiceMonitor",
];
const groups = /^(traefik\.io|cert-manager\.io|monitoring\.coreos\.com|postgresql\.cnpg\.io|rabbitmq\.com)\//;

describe("objects that operators define", () => {
    let cluster: TestCluster;
    let objects: Inputs[];
    before(async () => {
        cluster = await TestCluster.start();
        const operator = { monitoring: { operator: true } };
        const { recording } = await recordProgram("staging", {
            taskflow: { prometheus: { operator: true }, postgres: { mode: "ha" } },
            gauzian: { ...operator, backend: { metricsSecret: true } },
            ecommerce: { ...operator, rabbitmq: { operator: true } },
            aquaerp: { rabbitmq: { operator: true } },
        });
        objects = recording.objects.map(({ inputs }) => inputs).filter(({ apiVersion }) => groups.test(apiVersion));
        for (const namespace of new Set(objects.flatMap(({ metadata }) => metadata.namespace ?? []))) {
            await cluster.kubectl("create", "namespace", namespace as string);
        }
    });
    after(() => cluster?.stop());

    it("T-139 E-182 G-109: the API server takes each by the operator's own definition, and knows every field", async () => {
        assert.deepEqual(kinds.filter(kind => !objects.some(object => object.kind === kind)), []);
        const { code, stderr } = await cluster.apply({ apiVersion: "v1", kind: "List", items: objects }, "--server-side", "--dry-run=server", "--validate=strict");
        assert.equal(code, 0, stderr);
    });

    it("one with a field that the operator does not know is refused", async () => {
        const [first] = objects;
        const { code, stderr } = await cluster.apply({ ...first, spec: { ...first.spec, everything: true } }, "--server-side", "--dry-run=server", "--validate=strict");
        assert.notEqual(code, 0);
        assert.match(stderr, /spec\.everything: field not declared in schema/);
    });
});
