import assert from "node:assert/strict";
import { parseQuantity } from "../../../../components/kit/quantity";
import type { Inputs } from "../../../harness/mocks";
import { application, domains, messaging, names, object, objects, shop, stacks } from "../../../harness/platforms/ecommerce";
import { altered, enlarged } from "../../../harness/platforms/ecommerceVariants";

/** The document's table: fewest and most pods. */
const table: Readonly<Record<string, readonly [number, number]>> = {
    "api-gateway": [3, 15], "auth-service": [3, 10], "products-service": [3, 12], "orders-service": [3, 10],
    ...Object.fromEntries(["baskets", "deliveries", "addresses", "websites", "sav", "contacts", "newsletters", "questions"]
        .map(name => [`${name}-service`, [2, 8]])),
    "messages-broker": [2, 8],
};
const critical = ["api-gateway", "auth-service", "products-service", "orders-service"];

describe("e-commerce availability", () => {
    it("E-20 E-134 E-230 E-235: in prod an autoscaler per service with the table's bounds, and no number of pods of its own", async () => {
        const scalers = await objects("prod", "HorizontalPodAutoscaler");
        assert.deepEqual([...scalers.keys()].sort(), names.map(name => `${name}-hpa`).sort());
        for (const name of names) {
            const { spec } = await object("prod", "HorizontalPodAutoscaler", `${name}-hpa`);
            assert.deepEqual([spec.minReplicas, spec.maxReplicas], table[name], name);
            assert.deepEqual(spec.metrics.map(({ resource }: Inputs) => [resource.name, resource.target.averageUtilization]),
                [["cpu", 70], ["memory", 80]]);
            assert.equal(spec.scaleTargetRef.name, name);
            assert.equal((await object("prod", "Deployment", name)).spec.replicas, undefined);
        }
    });

    it("E-20 E-135 E-230: no autoscaler elsewhere: one pod in dev, two in staging", async () => {
        for (const [stack, replicas] of [["dev", 1], ["staging", 2]] as const) {
            assert.equal((await objects(stack, "HorizontalPodAutoscaler")).size, 0);
            for (const name of names) {
                assert.equal((await object(stack, "Deployment", name)).spec.replicas, replicas);
            }
        }
    });

    it("E-136: three pods can be made the least of every service", async () => {
        for (const name of names) {
            assert.equal((await object("prod", "HorizontalPodAutoscaler", `${name}-hpa`, enlarged)).spec.minReplicas, 3);
        }
    });

    it("E-137: pods are doubled or two more a minute; one less a minute after five minutes", async () => {
        const { behavior } = (await object("prod", "HorizontalPodAutoscaler", "sav-service-hpa")).spec;
        assert.deepEqual(behavior.scaleUp.policies.map((policy: Inputs) => [policy.type, policy.value, policy.periodSeconds]),
            [["Percent", 100, 60], ["Pods", 2, 60]]);
        assert.equal(behavior.scaleDown.stabilizationWindowSeconds, 300);
        assert.deepEqual(behavior.scaleDown.policies, [{ type: "Pods", value: 1, periodSeconds: 60 }]);
    });

    it("E-138 E-139 E-140 E-141 E-236: two of the four critical services always run; of the others one pod may go; none in dev", async () => {
        assert.equal((await objects("dev", "PodDisruptionBudget")).size, 0);
        for (const name of names) {
            const prod = (await object("prod", "PodDisruptionBudget", `${name}-pdb`)).spec;
            assert.deepEqual([prod.minAvailable, prod.maxUnavailable], critical.includes(name) ? [2, undefined] : [undefined, 1], name);
            const staging = (await object("staging", "PodDisruptionBudget", `${name}-pdb`)).spec;
            assert.deepEqual([staging.minAvailable, staging.maxUnavailable], [undefined, 1]);
        }
    });

    it("E-139 E-142 E-271: no budget can block the drain of a node", async () => {
        for (const stack of ["staging", "prod"] as const) {
            for (const [name, { inputs: { spec } }] of await objects(stack, "PodDisruptionBudget")) {
                const service = name.replace(/-pdb$/, "");
                const fewest = stack === "prod" ? table[service]?.[0] ?? 0 : 2;
                assert.ok(fewest - (spec.minAvailable ?? fewest - spec.maxUnavailable) >= 1, `${stack} ${name}`);
            }
            const budgets = [...(await objects(stack, "PodDisruptionBudget")).keys()];
            assert.deepEqual(budgets.filter(name => name.includes("mysql") || name.startsWith("redis")), []);
            assert.deepEqual([...(await objects(stack, "PodDisruptionBudget", {}, messaging)).keys()], ["rabbitmq-cluster"]);
        }
        assert.equal((await object("prod", "PodDisruptionBudget", "auth-service-pdb", altered)).spec.maxUnavailable, 1);
    });

    it("E-22 E-234: pods of one service avoid each other's nodes; in prod they are spread over zones", async () => {
        for (const name of names) {
            const pod = async (stack: typeof stacks[number]): Promise<Inputs> => (await object(stack, "Deployment", name)).spec.template.spec;
            const prod = await pod("prod");
            assert.deepEqual(prod.topologySpreadConstraints.map((one: Inputs) => [one.topologyKey, one.maxSkew, one.whenUnsatisfiable]),
                [["topology.kubernetes.io/zone", 1, "ScheduleAnyway"]]);
            for (const { affinity } of [prod, await pod("staging")]) {
                const [term] = affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution;
                assert.equal(term.podAffinityTerm.topologyKey, "kubernetes.io/hostname");
                assert.equal(term.podAffinityTerm.labelSelector.matchLabels.app, name);
            }
            assert.equal((await pod("staging")).topologySpreadConstraints, undefined);
            assert.equal((await pod("dev")).affinity, undefined);
        }
    });

    it("E-143: in prod data and gateway go before core services, and these before the others", async () => {
        const { recording } = await shop("prod");
        const values = new Map(recording.ofKind("PriorityClass").map(({ inputs }) => [inputs.metadata.name, inputs.value]));
        const priority = async (kind: string, name: string): Promise<number> =>
            values.get((await object("prod", kind, name)).spec.template.spec.priorityClassName);
        const [data, edge, core, support] = [
            await priority("StatefulSet", "auth-service-mysql"), await priority("Deployment", "api-gateway"),
            await priority("Deployment", "orders-service"), await priority("Deployment", "sav-service"),
        ];
        assert.equal(data, edge);
        assert.ok((edge as number) > (core as number) && (core as number) > (support as number));
        assert.equal((await shop("dev")).recording.ofKind("PriorityClass").length, 0);
    });

    it("E-215: the quota has room for every pod at its greatest number, with one more of each during roll-outs", async () => {
        const most = Object.values(table).reduce((sum, [, maximum]) => sum + maximum, 0);
        assert.equal(most, 119);
        for (const stack of stacks) {
            const { hard } = (await object(stack, "ResourceQuota", "quota")).spec;
            const pods = stack === "prod" ? most : names.length * (stack === "dev" ? 1 : 2);
            assert.ok(Number(hard.pods) >= pods + names.length + domains.length + 1, `${stack}: ${hard.pods}`);
            const memory = { dev: 256, staging: 512, prod: 1024 }[stack] * (pods + names.length);
            assert.ok(parseQuantity(hard["limits.memory"]) >= memory * 2 ** 20, `${stack}: ${hard["limits.memory"]}`);
        }
        for (const namespace of [application("prod"), messaging]) {
            assert.equal((await objects("prod", "LimitRange", {}, namespace)).size, 1);
        }
    });
});
