import assert from "node:assert/strict";
import { join } from "node:path";
import { TestCluster } from "../harness/cluster";
import { run } from "../harness/command";
import { assertSucceeded, changes, TestStack } from "../harness/stack";

const volumes = { size: "1Gi", storageClass: null, replicas: 3 };
const claims = ["data-replicated-0", "data-replicated-1", "data-replicated-2", "single-pvc"];

describe("Volumes of a stack that runs", () => {
    let cluster: TestCluster;
    let stack: TestStack;
    let standard: string;

    before(async () => {
        cluster = await TestCluster.start();
        [{ metadata: { name: standard } }] = await cluster.list("storageclasses", "default") as [{ metadata: { name: string } }];
        await expand(true);
        stack = await TestStack.create(cluster, "staging", { program: join(__dirname, "programs/volumes.ts"), policies: false });
        await stack.configure({ volumes });
        assertSucceeded(await stack.up());
    });

    after(async () => {
        await stack?.remove();
        await cluster?.stop();
    });

    /** Whether volumes of the cluster's class may grow. */
    async function expand(allowVolumeExpansion: boolean): Promise<void> {
        await cluster.kubectl("patch", "storageclass", standard, "--patch", JSON.stringify({ allowVolumeExpansion }));
    }

    async function sizes(): Promise<Record<string, string>> {
        const found = await cluster.list("persistentvolumeclaims", "shop");
        return Object.fromEntries(found.map(({ metadata, spec }) => [metadata.name, spec.resources.requests.storage]));
    }

    /** What would have been replaced or restarted, by its identity. */
    async function identities(): Promise<string[]> {
        return (await cluster.list("pods,statefulsets,persistentvolumeclaims", "shop"))
            .map(({ kind, metadata }) => `${kind} ${metadata.name} ${metadata.uid}`).sort();
    }

    const all = (size: string, names = claims): Record<string, string> => Object.fromEntries(names.map(name => [name, size]));

    /** Neither the preview nor an update goes through, and the preview names each claim. */
    async function assertRefused(changed: object, reason: RegExp): Promise<void> {
        const before = [await sizes(), await identities()];
        await stack.configure({ volumes: { ...volumes, size: "2Gi", ...changed } });
        const preview = await stack.preview();
        assert.notEqual(preview.code, 0, "the preview passes");
        assert.match(preview.output, reason);
        assert.match(preview.output, /single-pvc/);
        assert.deepEqual([await sizes(), await identities()], before);
        // What was there before is not refused afterwards.
        await stack.configure({ volumes: { ...volumes, size: "2Gi" } });
        assert.deepEqual(changes(await stack.up()), []);
    }

    it("F2: grow in place, single and replicated, and pods stay", async () => {
        assert.deepEqual(await sizes(), all("1Gi"));
        const before = await identities();
        await stack.configure({ volumes: { ...volumes, size: "2Gi" } });
        assertSucceeded(await stack.preview());
        const grown = await stack.up();
        assertSucceeded(grown);
        assert.deepEqual(await sizes(), all("2Gi"));
        assert.deepEqual(await identities(), before);
        assert.deepEqual(changes(await stack.up()), []);
    });

    it("F2: a smaller size is refused by the preview, with the claim's name", () => assertRefused({ size: "1Gi" }, /field can not be less than/));

    it("F1: another storage class is refused by the preview", () => assertRefused({ storageClass: "rigid" }, /spec is immutable after creation/));

    it("F3: more of a class that does not expand is refused before make up changes anything, with each claim", async () => {
        await expand(false);
        const before = [await sizes(), await identities()];
        await stack.configure({ volumes: { ...volumes, size: "3Gi" } });
        const { stdout } = await stack.command("pulumi", "preview", "--json", "--show-sames", "--stack", "staging", "--non-interactive");
        const judged = await run(process.execPath, [join(__dirname, "../../toolchain/preflight/claims.mjs")],
            { input: stdout, environment: cluster.environment });
        assert.equal(judged.code, 1);
        const lines = judged.stdout.trim().split("\n");
        const refused = /^PersistentVolumeClaim shop\/(\S+) cannot go from 2Gi to 3Gi: .*must support resize$/;
        assert.deepEqual(lines.map(line => refused.exec(line)?.[1]).sort(), claims);
        assert.deepEqual([await sizes(), await identities()], before);
        await expand(true);
        const allowed = await run(process.execPath, [join(__dirname, "../../toolchain/preflight/claims.mjs")],
            { input: stdout, environment: cluster.environment });
        assert.deepEqual([allowed.code, allowed.stdout, await sizes()], [0, "", all("2Gi")]);
    });

    it("F2 F4: fewer pods leave the volumes of the others with their data, and more find them again", async () => {
        const before = (await identities()).filter(name => name.startsWith("PersistentVolumeClaim"));
        await stack.configure({ volumes: { ...volumes, size: "2Gi", replicas: 1 } });
        assertSucceeded(await stack.up());
        assert.deepEqual((await identities()).filter(name => name.startsWith("PersistentVolumeClaim")), before);
        await stack.configure({ volumes: { ...volumes, size: "2Gi" } });
        const back = await stack.up();
        assertSucceeded(back);
        assert.deepEqual((await identities()).filter(name => name.startsWith("PersistentVolumeClaim")), before);
        assert.deepEqual(changes(await stack.up()), []);
    });

    it("F2: a claim that somebody enlarged stays so, and updates go on beside it", async () => {
        await cluster.kubectl("patch", "persistentvolumeclaim", "single-pvc", "--namespace=shop", "--patch",
            JSON.stringify({ spec: { resources: { requests: { storage: "4Gi" } } } }));
        const recovered = await stack.recover();
        assertSucceeded(recovered);
        assert.match(recovered.output, /PersistentVolumeClaim shop\/single-pvc was enlarged to 4Gi, declared is 2Gi: it stays so/);
        assert.doesNotMatch(recovered.output, /reading them back/);
        assert.deepEqual(changes(await stack.up()), []);
        assert.equal((await sizes())["single-pvc"], "4Gi");
        await stack.configure({ volumes: { ...volumes, size: "4Gi" } });
        assertSucceeded(await stack.up());
        assert.deepEqual(await sizes(), all("4Gi"));
        assert.doesNotMatch((await stack.recover()).output, /enlarged/);
    });
});
