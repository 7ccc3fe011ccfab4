import { deployment } from "../compliant";
import type { Json } from "../compliant";
import type { Declared } from "../run";
import { unknownString } from "../run";
import { describeRule } from "../ruleCase";

const budget = (spec: Json): Declared => ({
    type: "kubernetes:policy/v1:PodDisruptionBudget", name: "web",
    props: { metadata: { name: "web", namespace: "shop" }, spec: { selector: { matchLabels: { app: "web" } }, ...spec } },
});
const replicas = (count: unknown, name = "web"): Declared => ({ ...deployment({}, { metadata: { name }, spec: { replicas: count } }), name });
const autoscaler = (spec: Json = {}, type = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler"): Declared => ({
    type, name: "web",
    props: { metadata: { name: "web", namespace: "shop" }, spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" }, ...spec } },
});
const needs = (needed: number, total: number): string[] =>
    [`PodDisruptionBudget shop/web: needs ${needed} of the ${total} pods of Deployment shop/web, so none can be evicted`];

describeRule("podDisruptionBudget", [
    { that: "maxUnavailable 1", program: [replicas(1), budget({ maxUnavailable: 1 })] },
    { that: "fewer than there are", program: [replicas(2), budget({ minAvailable: 1 })] },
    { that: "a percentage that leaves one", program: [replicas(4), budget({ minAvailable: "75%" })] },
    ...[0, "0%"].map(maxUnavailable => ({
        that: `maxUnavailable ${maxUnavailable}`, program: [budget({ maxUnavailable })], at: ["spec.maxUnavailable"],
        refused: ["PodDisruptionBudget shop/web: lets no pod be evicted, so its node can never be drained"],
    })),
    {
        that: "minAvailable 100%", program: [replicas(5), budget({ minAvailable: "100%" })], at: ["spec.minAvailable"],
        refused: ["PodDisruptionBudget shop/web: lets no pod be evicted, so its node can never be drained"],
    },
    { that: "as many as there are", program: [replicas(2), budget({ minAvailable: 2 })], refused: needs(2, 2), at: ["spec.minAvailable"] },
    { that: "one of one, when replicas are left out", program: [deployment(), budget({ minAvailable: 1 })], refused: needs(1, 1) },
    { that: "a percentage that is rounded up to all", program: [replicas(3), budget({ minAvailable: "70%" })], refused: needs(3, 3) },
    { that: "the least that an autoscaler leaves", program: [deployment(), autoscaler({ minReplicas: 1 }), budget({ minAvailable: 1 })], refused: needs(1, 1) },
    { that: "an autoscaler that leaves enough", program: [deployment(), autoscaler({ minReplicas: 2 }), budget({ minAvailable: 1 })] },
    { that: "the sum of two workloads", program: [replicas(1), replicas(1, "web2"), budget({ minAvailable: 1 })] },
    { that: "pods that this program does not have", program: [deployment({}, { metadata: { namespace: "other" } }), budget({ minAvailable: 1 })] },
    ...[{ minAvailable: 1 }, { maxUnavailable: 0 }].map(spec => ({
        that: `no selector and ${JSON.stringify(spec)}`, program: [replicas(1), budget({ ...spec, selector: undefined })],
        refused: ["PodDisruptionBudget shop/web: has no selector, so it protects no pod"], at: ["spec.selector"],
    })),
    { that: "a selector for all pods of its namespace", program: [replicas(1), budget({ minAvailable: 1, selector: {} })], refused: needs(1, 1) },
    { that: "an unknown number, which is not judged", program: [replicas(unknownString), budget({ minAvailable: 1 })], notJudged: ["spec.replicas"] },
]);

const scaled = (name: string, autoscalerKind = "HorizontalPodAutoscaler"): string[] =>
    [`Deployment shop/${name}: sets its replicas, which ${autoscalerKind} shop/web scales`];
describeRule("autoscaledReplicas", [
    { that: "a target without replicas", program: [deployment(), autoscaler()] },
    { that: "replicas without an autoscaler", program: [replicas(3)] },
    { that: "replicas of a workload beside the target", program: [deployment(), replicas(3, "api"), autoscaler()] },
    { that: "replicas of the target", program: [replicas(3), autoscaler()], refused: scaled("web"), at: ["spec.replicas"] },
    { that: "replicas of the target, declared after the autoscaler", program: [autoscaler(), replicas(3)], refused: scaled("web") },
    { that: "replicas of a ScaledObject's target", program: [replicas(3), autoscaler({}, "kubernetes:keda.sh/v1alpha1:ScaledObject")], refused: scaled("web", "ScaledObject") },
    { that: "a target of the same name but another kind", program: [replicas(3), autoscaler({ scaleTargetRef: { kind: "StatefulSet", name: "web" } })] },
    { that: "unknown replicas, which are replicas all the same", program: [replicas(unknownString), autoscaler()], refused: scaled("web") },
]);
