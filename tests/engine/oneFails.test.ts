import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { TestCluster } from "../harness/cluster";
import { TestStack } from "../harness/stack";
import { ApiProxy } from "./apiProxy";

const { PLATFORMS_ENGINE: engine = "", OWN_PULUMI: own = "" } = process.env;
const isPatched = own === "" && !["unpatched", "without-0002"].includes(engine);

/** A policy pack that is still judging one object when the update ends. */
const pack = (asked: string): string => `
    const { writeFileSync } = require("node:fs");
    const { PolicyPack } = require("@pulumi/policy");
    new PolicyPack("slow", { policies: [{
        name: "slow", description: "Never done with one.",
        validateResource: ({ name }) => name === "judged" ? new Promise(() => writeFileSync(${JSON.stringify(asked)}, "")) : undefined,
    }] });
`;

describe("An object that fails while a policy judges another", () => {
    let cluster: TestCluster;
    let proxy: ApiProxy;
    let stack: TestStack;
    let folder: string;

    before(async () => {
        folder = await mkdtemp(join(tmpdir(), "one-fails-"));
        cluster = await TestCluster.start();
    });

    after(async () => {
        await stack?.remove();
        await proxy?.stop();
        await cluster?.stop();
        await rm(folder, { recursive: true, force: true });
    });

    const title = isPatched ? "F24: is all that is shown as failed" : "is shown with the other as failed by an engine that lacks the patch for it";
    it(title, async () => {
        const [sent, asked] = [join(folder, "sent"), join(folder, "asked")];
        // The refusal comes when the other object is being judged, not before.
        proxy = await ApiProxy.start(cluster, join(folder, "kubeconfig"), async (method, path) => {
            if (method !== "PATCH" || !path.includes("/configmaps/refused")) {
                return undefined;
            }
            writeFileSync(sent, "");
            while (!existsSync(asked)) {
                await setTimeout(50);
            }
            return { code: 422, reason: "Invalid", message: "refused by the test" };
        });
        await symlink(resolve(__dirname, "../../policies/node_modules"), join(folder, "node_modules"));
        await writeFile(join(folder, "PulumiPolicy.yaml"), "runtime: nodejs\n");
        await writeFile(join(folder, "package.json"), JSON.stringify({ name: "slow", version: "1.0.0", main: "index.js" }));
        await writeFile(join(folder, "index.js"), pack(asked));
        stack = await TestStack.create(proxy, "dev", { program: join(__dirname, "programs/oneFails.ts"), policies: false });
        await stack.configure({ sent });

        const result = await stack.up("--policy-pack", folder);
        assert.notEqual(result.code, 0);
        assert.match(result.output, /refused by the test/);
        const shown = [...result.output.matchAll(/^ {2}kubernetes:\S+ \((\w+)\):\n {4}error: (.*)$/gm)].map(([, name = "", error = ""]) => [name, error]);
        assert.deepEqual(shown.map(([name]) => name).sort(), isPatched ? ["refused"] : ["judged", "refused"], result.output);
        assert.equal(result.output.includes("context canceled"), !isPatched, result.output);
    });
});
