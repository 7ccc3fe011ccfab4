import assert from "node:assert/strict";
import { podsOf } from "../../../harness/pods";
import { find, gauzian, object, pods, stacks } from "../../../harness/platforms/gauzian";

const priorityOf = (name: string): string => (/^(postgres|redis|minio)$/.test(name) ? "gauzian-data" : /^(backend|front)$/.test(name)
    ? "gauzian-application" : "gauzian-batch");

describe("GAUZIAN autoscaling and availability", () => {
    it("G-94 G-95 G-96 G-97: the backend's autoscaler, its behaviour in both directions, and its settings", async () => {
        const metric = (name: string, averageUtilization: number): object =>
            ({ type: "Resource", resource: { name, target: { type: "Utilization", averageUtilization } } });
        for (const stack of stacks) {
            const { spec } = await object(stack, "HorizontalPodAutoscaler", "backend-hpa");
            assert.deepEqual(spec.scaleTargetRef, { apiVersion: "apps/v1", kind: "Deployment", name: "backend" });
            assert.deepEqual([spec.minReplicas, spec.maxReplicas], [2, 10]);
            assert.deepEqual(spec.metrics, [metric("cpu", 50), metric("memory", 70)]);
            assert.deepEqual(spec.behavior, {
                scaleUp: {
                    stabilizationWindowSeconds: 0, selectPolicy: "Max",
                    policies: [{ type: "Percent", value: 100, periodSeconds: 30 }, { type: "Pods", value: 2, periodSeconds: 30 }],
                },
                scaleDown: { stabilizationWindowSeconds: 300, policies: [{ type: "Percent", value: 50, periodSeconds: 60 }] },
            });
        }
        const hpa = { minimum: 3, maximum: 5, cpuPercent: 60, memoryPercent: 80 };
        const { spec } = await object("prod", "HorizontalPodAutoscaler", "backend-hpa", { backend: { hpa } });
        assert.deepEqual([spec.minReplicas, spec.maxReplicas, spec.metrics], [3, 5, [metric("cpu", 60), metric("memory", 80)]]);
        await assert.rejects(gauzian("prod", { backend: { hpa: { minimum: 6, maximum: 5 } } }),
            /backend\.hpa\.minimum is 6; allowed is at most the maximum of 5/);
    });

    it("G-12 G-97 G-103: the autoscaler owns the number of pods, and has requests to measure against", async () => {
        for (const stack of stacks) {
            assert.equal((await object(stack, "Deployment", "backend")).spec.replicas, undefined);
            for (const { resources } of (await pods(stack, "backend")).template.spec.containers) {
                assert.ok(resources.requests["cpu"] && resources.requests["memory"]);
            }
        }
    });

    it("G-99: budgets of one pod for both tiers, none for stores of a single pod", async () => {
        for (const stack of stacks) {
            const { recording } = await gauzian(stack);
            const budgets = recording.ofKind("PodDisruptionBudget");
            assert.deepEqual(budgets.map(({ inputs }) => inputs.metadata.name).sort(), ["backend-pdb", "front-pdb"]);
            for (const { inputs: { spec, metadata } } of budgets) {
                assert.equal(spec.maxUnavailable, 1);
                assert.equal(spec.selector.matchLabels.app, metadata.name.replace("-pdb", ""));
            }
        }
    });

    it("G-100: staging and prod spread both tiers over nodes and zones, strictly where there are enough nodes", async () => {
        const constraints = async (stack: "dev" | "staging" | "prod", settings = {}): Promise<[string, string][]> =>
            ((await pods(stack, "backend", settings)).template.spec.topologySpreadConstraints ?? [])
                .map(({ topologyKey, whenUnsatisfiable }) => [topologyKey, whenUnsatisfiable]);
        const zone = ["topology.kubernetes.io/zone", "ScheduleAnyway"];
        for (const stack of ["staging", "prod"] as const) {
            assert.deepEqual(await constraints(stack), [["kubernetes.io/hostname", "ScheduleAnyway"], zone]);
            assert.deepEqual(await constraints(stack, { multiNode: true }), [["kubernetes.io/hostname", "DoNotSchedule"], zone]);
            assert.equal((await pods(stack, "front")).template.spec.topologySpreadConstraints.length, 2);
        }
    });

    it("G-101: in prod stores go before applications, and these before batch work", async () => {
        const program = await gauzian("prod");
        const value = (name: string): number => find(program, "PriorityClass", name).inputs.value;
        assert.ok(value("gauzian-data") > value("gauzian-application"));
        assert.ok(value("gauzian-application") > value("gauzian-batch"));
        for (const { name, template } of podsOf(program.recording).filter(pod => pod.namespace === "gauzian-v2")) {
            assert.equal(template.spec.priorityClassName, priorityOf(name), name);
        }
    });

    it("G-102: quota and limits cover the backend's eleven pods and everything beside them", async () => {
        for (const stack of stacks) {
            const { graph } = await gauzian(stack);
            const backend = graph.workloads.find(({ name }) => name === "backend");
            assert.equal(backend?.capacity.maximumPods, 11);
            const { hard } = (await object(stack, "ResourceQuota", "quota")).spec;
            const milli = (text: string): number => Number(/^(\d+)m$/.exec(text)?.[1]);
            const mebi = (text: string): number => Number(/^(\d+)Mi$/.exec(text)?.[1]);
            assert.ok(milli(hard["requests.cpu"]) >= 1100 && milli(hard["limits.cpu"]) >= 5500, JSON.stringify(hard));
            assert.ok(mebi(hard["requests.memory"]) >= 5632 && mebi(hard["limits.memory"]) >= 11 * 1024, JSON.stringify(hard));
            assert.equal(hard.persistentvolumeclaims, "7");
            assert.ok((await object(stack, "LimitRange", "limits")).spec.limits.length > 0);
        }
    });
});
