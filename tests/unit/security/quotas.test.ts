import assert from "node:assert/strict";
import fc from "fast-check";
import { parseQuantity } from "../../../components/kit/quantity";
import type { ContainerResources } from "../../../components/kit/resources";
import { resources } from "../../../components/kit/resources";
import { containerLimits, quotaOf } from "../../../components/security/quotas";
import { workload } from "../../harness/graphs";

const container = fc.record({ cpu: fc.integer({ min: 1, max: 4000 }), memory: fc.integer({ min: 1, max: 8192 }) })
    .map(({ cpu, memory }) => resources(`${cpu}m/${memory}Mi`, `${cpu * 2}m/${memory * 2}Mi`));
const workloads = fc.array(fc.record({
    containers: fc.array(container, { minLength: 1, maxLength: 3 }),
    initContainers: fc.array(container, { maxLength: 2 }),
    maximumPods: fc.integer({ min: 1, max: 20 }),
}), { maxLength: 6 }).map(list => list.map((capacity, index) => workload("shop", `w${index}`, { capacity })));

describe("quota", () => {
    it("T-96 E-215 F4: is the sum over all workloads at their greatest number, a tenth more for what comes on top, and room for volumes of before", () => {
        const web = workload("shop", "web", { capacity: { containers: [resources("100m/128Mi", "500m/256Mi")], maximumPods: 11 } });
        const database = workload("shop", "db", {
            capacity: { containers: [resources("250m/256Mi", "500m/512Mi"), resources("10m/32Mi", "100m/64Mi")], maximumPods: 1 },
            storage: { "db-pvc": "2Gi", "backup-pvc": "512Mi" },
        });
        assert.deepEqual(quotaOf([web, database]), {
            "requests.cpu": "1496m", "requests.memory": "1866Mi", "requests.ephemeral-storage": "916Mi",
            "limits.cpu": "6710m", "limits.memory": "3732Mi", "limits.ephemeral-storage": "1831Mi",
            pods: "14", persistentvolumeclaims: "5", "requests.storage": "8704Mi",
        });
    });

    it("T-96: never falls short of what the workloads need, nor exceeds it by much", () => {
        fc.assert(fc.property(workloads, nodes => {
            const quota = quotaOf(nodes);
            for (const side of ["requests", "limits"] as const) {
                for (const resource of ["cpu", "memory"] as const) {
                    const of = (each: ContainerResources): number => parseQuantity(each[side][resource]);
                    const needed = nodes.reduce((sum, { capacity: { containers, initContainers = [], maximumPods } }) =>
                        sum + maximumPods * Math.max(containers.map(of).reduce((a, b) => a + b), ...initContainers.map(of)), 0);
                    const allowed = parseQuantity(quota[`${side}.${resource}`] as string);
                    assert.ok(allowed >= needed * 1.1 * (1 - 1e-9) && allowed <= needed * 1.1 * (1 + 1e-9) + 2 ** 20, `${side}.${resource}: ${allowed} for ${needed}`);
                }
            }
            assert.ok(Number(quota["pods"]) >= nodes.reduce((sum, { capacity }) => sum + capacity.maximumPods, 0));
        }));
    });
});

describe("limits of a container", () => {
    it("T-96: admit every declared container, and the default lies within them", () => {
        fc.assert(fc.property(workloads, nodes => {
            const { max, default: standard } = containerLimits(nodes) as { max: Record<string, string>; default: Record<string, string> };
            for (const [resource, most] of Object.entries(max)) {
                assert.ok(parseQuantity(standard[resource] as string) <= parseQuantity(most));
                for (const { limits } of nodes.flatMap(({ capacity }) => [...capacity.containers, ...capacity.initContainers ?? []])) {
                    assert.ok(parseQuantity(limits[resource as "cpu"]) <= parseQuantity(most));
                }
            }
        }));
    });

    it("of a namespace with small containers are what a container gets that asks for nothing", () => {
        const small = workload("shop", "web", { capacity: { containers: [resources("1m/1Mi", "10m/8Mi", "1Mi")], maximumPods: 1 } });
        assert.deepEqual(containerLimits([small]), {
            type: "Container",
            max: { cpu: "100m", memory: "64Mi", "ephemeral-storage": "64Mi" },
            default: { cpu: "100m", memory: "64Mi", "ephemeral-storage": "64Mi" },
        });
    });
});
