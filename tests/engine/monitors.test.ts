import assert from "node:assert/strict";
import type { Inputs } from "../harness/mocks";
import { TestCluster } from "../harness/cluster";
import { recordProgram } from "../harness/program";

/** Kinds of the Prometheus Operator. */
const kinds = ["ServiceMonitor", "PodMonitor", "PrometheusRule"];

describe("objects for a Prometheus Operator", () => {
    let cluster: TestCluster;
    let objects: Inputs[];
    before(async () => {
        cluster = await TestCluster.start();
        const operator = { monitoring: { operator: true } };
        const { recording } = await recordProgram("staging", {
            enabled: ["taskflow", "gauzian", "ecommerce"],
            taskflow: { prometheus: { operator: true } },
            gauzian: { ...operator, backend: { metricsSecret: true } },
            ecommerce: operator,
        });
        objects = kinds.flatMap(kind => recording.ofKind(kind).map(({ inputs }) => inputs));
        for (const namespace of new Set(objects.map(({ metadata }) => metadata.namespace as string))) {
            await cluster.kubectl("create", "namespace", namespace);
        }
    });
    after(() => cluster?.stop());

    it("T-139 E-182 G-109: the API server takes every monitor and rule by the operator's own definitions, and knows every field", async () => {
        assert.deepEqual([...new Set(objects.map(({ kind }) => kind))].sort(), [...kinds].sort());
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
