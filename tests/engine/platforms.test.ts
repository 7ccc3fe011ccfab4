import assert from "node:assert/strict";
import * as catalogue from "../../components/platforms";
import { TestCluster } from "../harness/cluster";
import type { StackResult } from "../harness/stack";
import { assertSucceeded, changes, TestStack } from "../harness/stack";

const everyPlatform = Object.values(catalogue).map(({ name }) => name);

describe("All five platforms on the real engine, provider and API server", () => {
    let cluster: TestCluster;
    let stack: TestStack;
    let first: StackResult;

    before(async () => {
        cluster = await TestCluster.start();
        stack = await TestStack.create(cluster, "dev");
        first = await stack.up();
    });

    after(async () => {
        await stack?.remove();
        await cluster?.stop();
    });

    /** Pods that neither run nor have done their work. */
    async function waitingPods(): Promise<string[]> {
        const { items } = JSON.parse((await cluster.kubectl("get", "pods", "--all-namespaces", "--output", "json")).stdout);
        assert.ok(items.length > 0);
        return items.filter(({ status }: { status: { phase: string } }) => !["Running", "Succeeded"].includes(status.phase))
            .map(({ metadata }: { metadata: { namespace: string; name: string } }) => `${metadata.namespace}/${metadata.name}`);
    }

    it("up ends 0 with every pod Running, whatever else comes up at the same time", async () => {
        assertSucceeded(first);
        assert.deepEqual(await waitingPods(), []);
        const components = changes(first).filter(({ type }) => type.startsWith("platforms:platforms:")).map(({ name }) => name);
        assert.deepEqual(components.sort(), [...everyPlatform].sort());
    });

    it("a second up changes nothing", async () => {
        const result = await stack.up();
        assertSucceeded(result);
        assert.deepEqual(changes(result), []);
    });

    it("S-86: a platform that is switched off goes alone and wholly, and comes back alone", async () => {
        const beside = (result: StackResult, expected: string): string[] => {
            assert.ok(changes(result).length > 50);
            return changes(result).filter(({ operation, name }) => operation !== expected || !name.startsWith("storm")).map(({ urn }) => urn);
        };
        const enabled = everyPlatform.filter(name => name !== "storm");
        await stack.configure({ enabled });
        const refused = await stack.up();
        assert.notEqual(refused.code, 0);
        assert.match(refused.output, /this change deletes data, nothing was changed[^]*\n\s+storm\//);
        assert.match(refused.output, /pulumi config set --path 'mayDelete\[0\]' storm/);
        assert.deepEqual(changes(refused), []);
        await stack.configure({ enabled, mayDelete: ["storm"] });
        const off = await stack.up();
        assertSucceeded(off);
        assert.deepEqual(beside(off, "delete"), []);
        assert.equal(await cluster.get("namespace", "storm", "default"), undefined);
        await stack.configure({});
        const on = await stack.up();
        assertSucceeded(on);
        assert.deepEqual(beside(on, "create"), []);
        assert.deepEqual(await waitingPods(), []);
    });
});
