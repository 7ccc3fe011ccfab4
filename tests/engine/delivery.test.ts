import assert from "node:assert/strict";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import type { KubernetesObject } from "../harness/cluster";
import { TestCluster } from "../harness/cluster";
import { assertSucceeded, changes, TestStack } from "../harness/stack";

describe("Services that Argo CD delivers", () => {
    let cluster: TestCluster;
    let stack: TestStack;

    before(async () => {
        cluster = await TestCluster.start();
        stack = await TestStack.create(cluster, "dev", { program: join(__dirname, "programs/deliveredByArgoCd.ts"), policies: false });
    });

    after(async () => {
        await stack?.remove();
        await cluster?.stop();
    });

    async function written(): Promise<KubernetesObject[]> {
        const { stdout } = await stack.command("find", "manifests", "-name", "*.yaml", "-exec", "sh", "-c", "echo ---; cat \"$1\"", "sh", "{}", ";");
        return parseAllDocuments(stdout).map(document => document.toJS() as KubernetesObject).filter(object => object !== null);
    }

    it("E-226: an update writes them as files, in the order that migrations need, and puts none of them on the cluster", async () => {
        assertSucceeded(await stack.up());
        const objects = await written();
        assert.deepEqual(objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`).sort(), [
            "Deployment shop/orders", "Job shop/orders-migrate-1.0", "Service shop/orders",
            "ServiceAccount shop/orders", "ServiceAccount shop/orders-migrate-1.0",
        ]);
        const waves = Object.fromEntries(objects.map(({ kind, metadata: { name, annotations } }) =>
            [`${kind} ${name}`, annotations?.["argocd.argoproj.io/sync-wave"]]).filter(([, wave]) => wave));
        assert.deepEqual(waves, { "Job orders-migrate-1.0": "-1", "ServiceAccount orders-migrate-1.0": "-2" });
        assert.ok(await cluster.get("namespace", "shop", "default"));
        assert.deepEqual(await cluster.list("deployments,jobs,services", "shop"), []);
        assert.deepEqual(changes(await stack.up()), []);
    });
});
