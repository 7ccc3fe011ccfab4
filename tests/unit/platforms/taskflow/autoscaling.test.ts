import assert from "node:assert/strict";
import { parseQuantity } from "../../../../components/kit/quantity";
import type { RenderedContainer, RenderedPods } from "../../../harness/pods";
import { podsOf } from "../../../harness/pods";
import { courseOf } from "../../../harness/platforms/autoscalerModel";
import { everything, object, stacks, taskflow } from "../../../harness/platforms/taskflow";

const aggressive = { hpa: { profile: "aggressive" } };

type Side = "requests" | "limits";
type Resource = "cpu" | "memory" | "ephemeral-storage";

/** What the scheduler counts for one pod: its containers together, or its largest init container. */
function ofPod({ template: { spec } }: RenderedPods, side: Side, resource: Resource): number {
    const amount = ({ resources }: RenderedContainer): number => parseQuantity(resources[side][resource] ?? "0");
    return Math.max(spec.containers.reduce((sum, each) => sum + amount(each), 0), ...(spec.initContainers ?? []).map(amount));
}

/** The document's seven workloads, each with its own container only, at a number of backend pods, in millicores and Mi. */
async function documented(backends: number, loadTest: boolean): Promise<Record<Side, [cpu: number, memory: number]>> {
    const { recording } = await taskflow("dev", everything.dev);
    const count: Record<string, number> = {
        postgres: 1, redis: 1, frontend: 1, prometheus: 1, grafana: 1, "backend-api": backends, ...(loadTest && { "load-generator": 5 }),
    };
    const sum = (side: Side, resource: Resource): number => podsOf(recording).reduce((total, { name, template }) =>
        total + (count[name] ?? 0) * parseQuantity(template.spec.containers[0]?.resources[side][resource] ?? "0"), 0);
    const both = (side: Side): [number, number] => [Math.round(sum(side, "cpu") * 1000), sum(side, "memory") / 2 ** 20];
    return { requests: both("requests"), limits: both("limits") };
}

describe("TaskFlow autoscaling and availability", () => {
    it("T-89 T-90 T-151: backend-api-hpa scales from 2 to 10 pods by CPU 50 % and memory 70 %, in autoscaling/v2", async () => {
        const target = (name: string, averageUtilization: number): object =>
            ({ type: "Resource", resource: { name, target: { type: "Utilization", averageUtilization } } });
        for (const stack of stacks) {
            const { recording } = await taskflow(stack);
            assert.deepEqual(recording.ofKind("HorizontalPodAutoscaler").map(({ type }) => type),
                ["kubernetes:autoscaling/v2:HorizontalPodAutoscaler"]);
            const { spec } = await object(stack, "HorizontalPodAutoscaler", "backend-api-hpa");
            assert.deepEqual(spec.scaleTargetRef, { apiVersion: "apps/v1", kind: "Deployment", name: "backend-api" });
            assert.deepEqual([spec.minReplicas, spec.maxReplicas], [2, 10]);
            assert.deepEqual(spec.metrics, [target("cpu", 50), target("memory", 70)]);
            assert.doesNotMatch(JSON.stringify(spec), /targetAverageUtilization/);
        }
    });

    it("T-91: scales up at once, by 100 % or 4 pods every 15 s, whichever is more", async () => {
        for (const stack of stacks) {
            assert.deepEqual((await object(stack, "HorizontalPodAutoscaler", "backend-api-hpa")).spec.behavior.scaleUp, {
                stabilizationWindowSeconds: 0, selectPolicy: "Max",
                policies: [{ type: "Percent", value: 100, periodSeconds: 15 }, { type: "Pods", value: 4, periodSeconds: 15 }],
            });
        }
    });

    it("T-92 T-93: scales down by half a minute after 60 s, in prod after 300 s, or what the stack config says", async () => {
        for (const [stack, seconds] of [["dev", 60], ["staging", 60], ["prod", 300]] as const) {
            assert.deepEqual((await object(stack, "HorizontalPodAutoscaler", "backend-api-hpa")).spec.behavior.scaleDown,
                { stabilizationWindowSeconds: seconds, policies: [{ type: "Percent", value: 50, periodSeconds: 60 }] });
        }
        const { recording } = await taskflow("prod", {}, { shared: { scaleDownWindowSeconds: 120 } });
        const { behavior } = recording.object("HorizontalPodAutoscaler", "backend-api-hpa").inputs.spec;
        assert.equal(behavior.scaleDown.stabilizationWindowSeconds, 120);
    });

    it("T-140: the aggressive profile aims at 30 % and 15 pods, and changes nothing else of the autoscaler", async () => {
        const before = structuredClone((await object("dev", "HorizontalPodAutoscaler", "backend-api-hpa")).spec);
        const after = (await object("dev", "HorizontalPodAutoscaler", "backend-api-hpa", aggressive)).spec;
        assert.deepEqual([after.maxReplicas, after.metrics[0].resource.target.averageUtilization], [15, 30]);
        before.metrics[0].resource.target.averageUtilization = 30;
        assert.deepEqual({ ...before, maxReplicas: 15 }, after);
    });

    it("T-140: the model adds what the policies allow, stops at the maximum, and leaves what is near the target alone", () => {
        const autoscaler = {
            minReplicas: 2, maxReplicas: 10, metrics: [{ resource: { target: { averageUtilization: 50 } } }],
            behavior: { scaleUp: { policies: [{ type: "Percent", value: 100, periodSeconds: 15 }] } },
        };
        const cpu = { request: 100, limit: 500 };
        assert.deepEqual(courseOf(autoscaler, cpu, 109), { peak: 2, seconds: 0, percent: 55 });
        assert.deepEqual(courseOf(autoscaler, cpu, 111), { peak: 3, seconds: 15, percent: 37 });
        assert.deepEqual(courseOf(autoscaler, cpu, 350), { peak: 7, seconds: 30, percent: 50 });
        assert.deepEqual(courseOf(autoscaler, cpu, 9000), { peak: 10, seconds: 45, percent: 500 });
    });

    it("T-96: the document's own arithmetic follows from what is rendered", async () => {
        assert.deepEqual((await documented(2, false)).requests, [950, 1376]);
        assert.deepEqual((await documented(10, false)).requests, [1750, 2400]);
        const atWorst = await documented(10, true);
        assert.deepEqual(atWorst.requests, [2250, 2560]);
        // 5120Mi of the document, and the 64Mi by which T-48 raises Redis.
        assert.deepEqual(atWorst.limits, [7500, 5120 + 64]);
        const [without, fifteen] = [(await documented(0, false)).requests, (await documented(15, false)).requests];
        assert.deepEqual([fifteen[0] - without[0], fifteen[1] - without[1]], [1500, 1920]);
    });

    for (const [what, settings] of [["", {}], [" with the aggressive profile", aggressive]] as const) {
        it(`T-96 T-140: the quota admits every pod at its greatest number and one more of each roll-out${what}`, async () => {
            for (const stack of stacks) {
                const { recording } = await taskflow(stack, { ...everything[stack], ...settings });
                const { hard } = recording.object("ResourceQuota", "quota").inputs.spec;
                const most = ({ kind, name }: RenderedPods): number => {
                    const { spec } = recording.object(kind, name).inputs;
                    const scaled = recording.ofKind("HorizontalPodAutoscaler").find(({ inputs }) => inputs.spec.scaleTargetRef.name === name);
                    const surge = kind === "Deployment" && spec.strategy.type === "RollingUpdate" ? 1 : 0;
                    return (scaled?.inputs.spec.maxReplicas ?? spec.replicas ?? spec.parallelism ?? 1) + surge;
                };
                for (const side of ["requests", "limits"] as const) {
                    for (const resource of ["cpu", "memory", "ephemeral-storage"] as const) {
                        const needed = podsOf(recording).reduce((sum, pods) => sum + most(pods) * ofPod(pods, side, resource), 0);
                        const allowed = parseQuantity(hard[`${side}.${resource}`]);
                        assert.ok(allowed >= needed && allowed <= needed * 1.3, `${stack} ${side}.${resource}: ${allowed} for ${needed}`);
                    }
                }
                const pods = podsOf(recording).reduce((sum, each) => sum + most(each), 0);
                assert.ok(Number(hard.pods) >= pods);
                const claims = recording.ofKind("PersistentVolumeClaim").map(({ inputs }) => parseQuantity(inputs.spec.resources.requests.storage));
                assert.ok(Number(hard.persistentvolumeclaims) >= claims.length, `${stack}: ${claims.length} claims`);
                assert.ok(parseQuantity(hard["requests.storage"]) >= claims.reduce((sum, size) => sum + size, 0));
            }
        });
    }

    it("T-96: the LimitRange admits every container of the program", async () => {
        for (const stack of stacks) {
            const { recording } = await taskflow(stack, everything[stack]);
            const [range] = recording.object("LimitRange", "limits").inputs.spec.limits;
            for (const { name, template: { spec } } of podsOf(recording)) {
                for (const each of [...spec.initContainers ?? [], ...spec.containers]) {
                    for (const [resource, limit] of Object.entries<string>(each.resources.limits)) {
                        assert.ok(parseQuantity(limit) <= parseQuantity(range.max[resource]), `${stack} ${name}/${each.name} ${resource}`);
                    }
                }
            }
        }
    });

    it("T-97: dev fits a cluster of 4 GB by requests, with ten backend pods and the load test", async () => {
        const { recording } = await taskflow("dev", everything.dev);
        const pods: Record<string, number> = { "backend-api": 10, "load-generator": 5 };
        const needed = podsOf(recording).reduce((sum, each) => sum + (pods[each.name] ?? 1) * ofPod(each, "requests", "memory"), 0);
        assert.ok(needed < 4e9, `${needed / 1e9} GB`);
        assert.ok(parseQuantity(recording.object("ResourceQuota", "quota").inputs.spec.hard["requests.memory"]) < 4e9);
    });

    it("T-98 T-147: one pod of backend-api at a time may be evicted, of frontend where it has two, none is protected alone", async () => {
        for (const [stack, names] of [["dev", ["backend-api"]], ["staging", ["backend-api", "frontend"]]] as const) {
            const { recording } = await taskflow(stack);
            assert.deepEqual(recording.ofKind("PodDisruptionBudget").map(({ inputs }) => inputs.metadata.name).sort(), names);
        }
        const { recording } = await taskflow("prod");
        for (const { inputs: { metadata, spec } } of recording.ofKind("PodDisruptionBudget")) {
            assert.equal(spec.maxUnavailable, 1);
            assert.equal("minAvailable" in spec, false);
            const protectedPods = podsOf(recording).filter(({ template }) =>
                Object.entries(spec.selector.matchLabels).every(([key, value]) => template.metadata.labels[key] === value));
            assert.deepEqual(protectedPods.map(({ name }) => name), [metadata.name]);
        }
    });

    it("T-99 T-138: backend-api and frontend are spread over nodes in staging and prod, as far as possible", async () => {
        for (const stack of stacks) {
            for (const name of ["backend-api", "frontend"]) {
                const { spec } = (await object(stack, "Deployment", name)).spec.template;
                assert.deepEqual(spec.topologySpreadConstraints, stack === "dev" ? undefined : [{
                    maxSkew: 1, topologyKey: "kubernetes.io/hostname", whenUnsatisfiable: "ScheduleAnyway",
                    labelSelector: { matchLabels: { app: name, "app.kubernetes.io/part-of": "taskflow" } },
                }]);
                assert.equal(spec.nodeName ?? spec.nodeSelector, undefined);
            }
        }
    });
});
