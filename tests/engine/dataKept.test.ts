import assert from "node:assert/strict";
import { TestCluster } from "../harness/cluster";
import { changes, TestStack } from "../harness/stack";

describe("A change that deletes data", () => {
    let cluster: TestCluster;
    let stack: TestStack;

    before(async () => {
        cluster = await TestCluster.start();
        stack = await TestStack.create(cluster, "dev", { values: { enabled: ["storm"] }, policies: false });
        const result = await stack.up();
        assert.equal(result.code, 0, result.output);
    });

    after(async () => {
        await stack?.remove();
        await cluster?.stop();
    });

    const losses: readonly [string, Record<string, unknown>, readonly string[]][] = [
        ["a platform that is left out", { enabled: ["taskflow"] }, ["storm/minio-pvc", "storm/nats-data"]],
        ["another namespace", { storm: { namespace: "chat" } }, ["storm/minio-pvc", "storm/nats-data"]],
        ["another form of a store", { storm: { nats: { nodes: 3 } } }, ["storm/nats-data"]],
    ];
    for (const [what, values, lost] of losses) {
        it(`${what}: is refused by preview and up alike, before anything is registered, with what would be lost`, async () => {
            await stack.configure(values);
            for (const result of [await stack.preview(), await stack.up()]) {
                assert.notEqual(result.code, 0);
                const named = [...result.output.matchAll(/^ +(storm\/\S+)$/gm)].map(([, name]) => name);
                assert.deepEqual(lost.filter(name => !named.includes(name)), [], result.output);
                assert.match(result.output, /pulumi config set --path 'mayDelete\[0\]' storm/);
                assert.doesNotMatch(result.output, /unhandled exception|\n\s+at /);
                assert.deepEqual(changes(result), []);
            }
        });
    }

    it("F2: a smaller volume: is refused by preview and up alike, before anything is registered, with both sizes", async () => {
        await stack.configure({ storm: { minio: { storage: "1Gi" } } });
        for (const result of [await stack.preview(), await stack.up()]) {
            assert.notEqual(result.code, 0);
            assert.match(result.output, /volumes do not shrink, [^]*\n +storm\/minio-pvc of \S+, which is declared with 1Gi\n/);
            assert.doesNotMatch(result.output, /unhandled exception|\n\s+at /);
            assert.deepEqual(changes(result), []);
        }
    });

    it("what is named in mayDelete goes, and nothing else of it does", async () => {
        await stack.configure({ storm: { nats: { ephemeral: true } } });
        const refused = await stack.preview();
        const [, name = ""] = /^ +(storm\/\S+)$/m.exec(refused.output) ?? [];
        await stack.configure({ storm: { nats: { ephemeral: true } }, mayDelete: [name] });
        const permitted = await stack.up();
        assert.equal(permitted.code, 0, permitted.output);
        const deleted = changes(permitted).filter(({ operation, type }) => operation === "delete" && type.endsWith(":PersistentVolumeClaim"));
        assert.deepEqual(deleted.map(step => `storm/${step.name.replace(/^storm-/, "")}`), [name]);
    });
});
