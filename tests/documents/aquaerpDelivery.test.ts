import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

const root = join(__dirname, "../..");
const read = (path: string): Workflow => parse(readFileSync(join(root, path), "utf8")) as Workflow;
const selective = "examples/aquaerp-delivery/.github/workflows/selective-deploy.yml";

interface Step {
    readonly uses?: string;
    readonly run?: string;
    readonly with?: Record<string, string>;
}
interface Job {
    readonly needs?: string | readonly string[];
    readonly if?: string;
    readonly environment?: string;
    readonly strategy?: { readonly matrix: Record<string, unknown> };
    readonly steps: readonly Step[];
}
interface Workflow {
    readonly name: string;
    readonly on: { readonly push: { readonly branches: readonly string[]; readonly paths: readonly string[] } };
    readonly jobs: Readonly<Record<string, Job>>;
}

function job(name: string): Job {
    const found = read(selective).jobs[name];
    assert.ok(found, name);
    return found;
}

describe("the workflow of AquaERP's delivery, which runs in the repository of its services", () => {
    it("A-111: runs on a push to main that touches services, page or the cluster's description", () => {
        const { name, on: { push } } = read(selective);
        assert.equal(name, "Selective Microservice Deploy");
        assert.deepEqual(push, { branches: ["main"], paths: ["services/**", "frontend/**", "k8s/**", "components/platforms/aquaerp/**"] });
    });

    it("A-113: images of two architectures are tagged by the commit; a changed description is previewed for every stack", () => {
        const { with: build } = job("build").steps.find(({ uses }) => uses?.startsWith("docker/build-push-action@")) ?? {};
        assert.equal(build?.["platforms"], "linux/amd64,linux/arm64");
        assert.match(build?.["tags"] ?? "", /:\$\{\{ github\.sha \}\}$/);
        const preview = job("preview");
        assert.match(preview.if ?? "", /infrastructure == 'true'/);
        assert.deepEqual(preview.strategy?.matrix, { stack: ["dev", "staging", "prod"] });
    });

    it("A-114 A-125: dev follows the build and the tests, staging what dev has, prod what staging has, behind its environment's approval", () => {
        assert.deepEqual(["dev", "staging", "prod"].map(stack => job(stack).environment), ["dev", "staging", "prod"]);
        assert.deepEqual(["dev", "staging", "prod"].map(stack => job(stack).needs),
            [["changes", "build", "test"], ["changes", "dev"], ["changes", "staging"]]);
        for (const stack of ["dev", "staging", "prod"]) {
            const { with: inputs } = job(stack).steps.find(({ uses }) => uses === "./.github/actions/deploy-services") ?? {};
            assert.deepEqual([inputs?.["stack"], inputs?.["tag"]], [stack, "${{ github.sha }}"]);
        }
        assert.ok(job("test").steps.some(({ run }) => run === "make test"));
    });

    it("A-112: each changed service is built in a job of its own", () => {
        assert.deepEqual(job("build").strategy?.matrix, { service: "${{ fromJSON(needs.changes.outputs.services) }}" });
    });

    it("A-115: a pull request is tested, rendered for each stack under the policy pack, and commented on", () => {
        const { jobs } = read(".github/workflows/pull-request.yaml");
        assert.ok(jobs["test"]?.steps.some(({ run }) => run === "make test"));
        const stages = /^all_stages=\((.*)\)$/m.exec(readFileSync(join(root, "toolchain/steps/test.sh"), "utf8"))?.[1]?.split(" ") ?? [];
        assert.deepEqual(["types", "lint", "unit", "policies", "engine"].filter(stage => !stages.includes(stage)), []);
        assert.deepEqual(jobs["preview"]?.strategy?.matrix, { stack: ["dev", "staging", "prod"] });
        const { with: preview } = jobs["preview"]?.steps.find(({ uses }) => uses === "./.github/actions/preview") ?? {};
        assert.deepEqual(preview, { stack: "${{ matrix.stack }}", base: "${{ github.event.pull_request.base.sha }}" });
        assert.ok(jobs["preview"]?.steps.some(({ with: inputs }) => inputs?.["script"]?.includes("preview-comment.cjs")));
    });
});
