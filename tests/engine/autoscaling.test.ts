import assert from "node:assert/strict";
import { join } from "node:path";
import { TestCluster } from "../harness/cluster";
import { assertSucceeded, changes, TestStack } from "../harness/stack";

const autoscaling = { minimum: 2, maximum: 6, cpuPercent: 60 };

describe("an autoscaler that takes a Deployment over", () => {
    let cluster: TestCluster;
    let stack: TestStack;

    before(async () => {
        cluster = await TestCluster.start();
        stack = await TestStack.create(cluster, "staging", { program: join(__dirname, "programs/autoscaled.ts"), policies: false });
    });

    after(async () => {
        await stack?.remove();
        await cluster?.stop();
    });

    /** Numbers of pods to which the Deployment was ever scaled down. */
    async function falls(): Promise<number[]> {
        const events = await cluster.list("events", "shop");
        return events.flatMap(({ reason, message }) => reason === "ScalingReplicaSet" && /^Scaled down/.test(message as string)
            ? [Number(/to (\d+)$|to (\d+) from/.exec(message as string)?.slice(1).find(Boolean))] : []);
    }

    async function pods(): Promise<unknown> {
        return (await cluster.get("deployment", "orders", "shop"))?.spec.replicas;
    }

    it("T-89 G-97 F12: a Deployment of three keeps its pods when it gets an autoscaler from two on", async () => {
        await stack.configure({ size: { replicas: 3 } });
        assertSucceeded(await stack.up());
        assert.equal(await pods(), 3);
        await stack.configure({ size: { autoscaling } });
        assertSucceeded(await stack.up());
        assert.equal(await pods(), 3);
        assert.equal((await cluster.get("horizontalpodautoscaler", "orders-hpa", "shop"))?.spec.minReplicas, 2);
        assert.deepEqual(await falls(), []);
    });

    it("T-89 G-97: what the autoscaler has set stays through a later update, and nothing is to be done afterwards", async () => {
        // As the autoscaler does it: through the subresource, under a manager of its own.
        await cluster.kubectl("scale", "deployment/orders", "--namespace", "shop", "--replicas=5");
        await stack.configure({ size: { autoscaling, terminationGraceSeconds: 40 } });
        assertSucceeded(await stack.up());
        const { spec } = await cluster.get("deployment", "orders", "shop") ?? {};
        assert.deepEqual([spec.replicas, spec.template.spec.terminationGracePeriodSeconds], [5, 40]);
        assert.deepEqual(changes(await stack.up()), []);
    });

    it("F6: switched off again, it gives the number back, though it was the last to write it", async () => {
        await stack.configure({ size: { replicas: 3, terminationGraceSeconds: 40 } });
        assertSucceeded(await stack.up());
        assert.equal(await pods(), 3);
        assert.equal(await cluster.get("horizontalpodautoscaler", "orders-hpa", "shop"), undefined);
        assert.deepEqual(changes(await stack.up()), []);
    });
});
