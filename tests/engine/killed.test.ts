import assert from "node:assert/strict";
import { TestCluster } from "../harness/cluster";
import { assertSucceeded, changes, TestStack } from "../harness/stack";

const namespace = "taskflow";

describe("An update that was killed", () => {
    let cluster: TestCluster;
    let stack: TestStack;

    before(async () => {
        cluster = await TestCluster.start();
        stack = await TestStack.create(cluster, "dev", { values: { enabled: [namespace] }, checkpoints: true });
    });

    after(async () => {
        await stack?.remove();
        await cluster?.stop();
    });

    async function secrets(): Promise<Map<string, string>> {
        return new Map((await cluster.list("secrets", namespace)).map(({ metadata, data }) => [metadata.name, JSON.stringify(data)]));
    }

    it("leaves a state that knows each finished step, from which the next one goes on without losing or doubling anything", async () => {
        await stack.killedUp(async () => (await cluster.list("statefulsets", namespace)).length > 0 && (await secrets()).size > 0);
        const generated = await secrets();
        const left = JSON.parse(await stack.state()).deployment.resources.length;
        assert.ok(left > 5, `the state knows ${left} resources`);

        await stack.command("pulumi", "cancel", "--yes", "--stack", "dev");
        assertSucceeded(await stack.command("pulumi", "refresh", "--yes", "--skip-preview", "--clear-pending-creates", "--run-program=false",
            "--stack", "dev", "--non-interactive"));
        const next = await stack.up();
        assertSucceeded(next);
        assert.ok(next.steps.some(({ operation }) => operation === "same"));

        const after = await secrets();
        assert.deepEqual([...generated].map(([name]) => [name, after.get(name)]), [...generated]);
        const urns: string[] = JSON.parse(await stack.state()).deployment.resources.map(({ urn }: { urn: string }) => urn);
        assert.deepEqual([...new Set(urns)], urns);
        assert.deepEqual(changes(await stack.up()), []);
    });
});
