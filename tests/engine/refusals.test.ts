import assert from "node:assert/strict";
import { join } from "node:path";
import { TestCluster } from "../harness/cluster";
import { changes, TestStack } from "../harness/stack";

/** What a state says of resources, without the time of the update that wrote it. */
function resources(state: string): unknown {
    return JSON.parse(state).deployment.resources.map(({ modified, ...resource }: Record<string, unknown>) => (void modified, resource));
}

describe("What must not be deployed", () => {
    let cluster: TestCluster;
    const stacks: TestStack[] = [];

    before(async () => {
        cluster = await TestCluster.start();
    });

    after(async () => {
        await Promise.all(stacks.map(stack => stack.remove()));
        await cluster?.stop();
    });

    async function create(options?: Parameters<typeof TestStack.create>[2]): Promise<TestStack> {
        const stack = await TestStack.create(cluster, "dev", options);
        stacks.push(stack);
        return stack;
    }

    const mistakes: readonly { values: Record<string, unknown>; says: string }[] = [
        { values: { enabled: ["taskflow", "shop"] }, says: 'platforms:enabled[1] is "shop"; allowed is "' },
        { values: { taskflow: { frontend: { replicas: 0 } } }, says: "platforms:taskflow.frontend.replicas is 0; allowed is 1 or more" },
        {
            values: { taskflow: { postgres: { storage: "5 apples" } } },
            says: 'platforms:taskflow.postgres.storage is "5 apples"; allowed is a size from 256Mi to 64Ti, such as 5Gi',
        },
        {
            values: { taskflow: { backend: { image: "registry.example.com/taskflow:latest" } } },
            says: 'platforms:taskflow.backend.image is "registry.example.com/taskflow:latest"; allowed is an image with a tag other than latest',
        },
    ];
    for (const { values, says } of mistakes) {
        it(`refuses ${JSON.stringify(values)} before anything is registered`, async () => {
            const stack = await create();
            await stack.configure(values);
            const result = await stack.preview();
            assert.notEqual(result.code, 0);
            assert.ok(result.output.includes(says), result.output);
            assert.deepEqual(changes(result), []);
        });
    }

    it("registers nothing of a program that throws after two platforms were composed, and leaves the state as it was", async () => {
        const stack = await create({ program: join(__dirname, "programs/throwsLate.ts"), policies: false });
        const values = (throws: boolean): Record<string, unknown> => ({ enabled: ["gauzian"], gauzian: { throws } });
        await stack.configure(values(false));
        assert.equal((await stack.up()).code, 0);
        const state = await stack.state();
        assert.match(state, /"gauzian": "composed"/);

        await stack.configure({ ...values(true), enabled: ["all"] });
        const result = await stack.up();
        assert.notEqual(result.code, 0);
        assert.match(result.output, /this platform cannot be composed\n.*nothing was changed/);
        assert.deepEqual(result.steps.map(({ type }) => type), ["pulumi:pulumi:Stack"]);
        assert.equal(await cluster.get("namespace", "taskflow", "default"), undefined);
        assert.deepEqual(resources(await stack.state()), resources(state));
    });

    it("T-117 T-122: the policy pack refuses a pod that runs as root, at preview", async () => {
        const stack = await create({ program: join(__dirname, "programs/rootUser.ts") });
        const result = await stack.preview();
        assert.notEqual(result.code, 0);
        assert.match(result.output, /\[mandatory\].*runAsUser/);
        assert.match(result.output, /spec\.template\.spec/);
    });

    it("T-117: the API server refuses the same pod when the pack is left out", async () => {
        const stack = await create({ program: join(__dirname, "programs/rootUser.ts"), policies: false });
        const result = await stack.up();
        assert.notEqual(result.code, 0);
        assert.deepEqual(await cluster.list("pods", "broken"), []);
        const { stdout } = await cluster.kubectl("get", "events", "--namespace", "broken", "--output", "jsonpath={.items[*].message}");
        assert.match(stdout, /violates PodSecurity "restricted:v1\.\d+": .*runAsUser=0/);
    });
});
