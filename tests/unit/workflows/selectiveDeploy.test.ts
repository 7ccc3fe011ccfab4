import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { parse } from "yaml";

const github = join(__dirname, "../../../.github");
const read = (path: string): Workflow => parse(readFileSync(join(github, path), "utf8")) as Workflow;

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

interface Changes {
    changedServices(paths: readonly string[]): { services: string[]; infrastructure: boolean };
    listing(push: { before: string; after: string }): string[];
}
const { changedServices, listing } = require(join(github, "changed-services.cjs")) as Changes;

function job(name: string): Job {
    const found = read("workflows/selective-deploy.yml").jobs[name];
    assert.ok(found, name);
    return found;
}

describe("selective deployment of AquaERP", () => {
    it("A-111: runs on a push to main that touches services, page or the cluster's description", () => {
        const { name, on: { push } } = read("workflows/selective-deploy.yml");
        assert.equal(name, "Selective Microservice Deploy");
        assert.deepEqual(push, { branches: ["main"], paths: ["services/**", "frontend/**", "k8s/**", "components/platforms/aquaerp/**"] });
        assert.ok(existsSync(join(github, "../components/platforms/aquaerp")), "the folder that stands here for k8s/");
    });

    it("A-112: changed services are built, each once; a file beside them is none", () => {
        assert.deepEqual(changedServices([
            "services/auth-service/src/a.ts", "services/auth-service/Dockerfile", "frontend/app.js", "services/README.md", "docs/x.md", "",
        ]), { services: ["auth-service", "frontend"], infrastructure: false });
        assert.deepEqual(changedServices(["k8s/base/x.yaml"]), { services: [], infrastructure: true });
        assert.deepEqual(changedServices(["components/platforms/aquaerp/settings.ts"]), { services: [], infrastructure: true });
        assert.deepEqual(listing({ before: "a1", after: "b2" }), ["diff", "--name-only", "a1", "b2"]);
        assert.deepEqual(listing({ before: "0".repeat(40), after: "b2" }), ["ls-tree", "-r", "--name-only", "b2"]);
        assert.deepEqual(job("build").strategy?.matrix, { service: "${{ fromJSON(needs.changes.outputs.services) }}" });
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

    it("A-115: a pull request is tested, rendered for each stack under the policy pack, and commented on", () => {
        const { jobs } = read("workflows/pull-request.yaml");
        assert.ok(jobs["test"]?.steps.some(({ run }) => run === "make test"));
        const stages = /^all_stages=\((.*)\)$/m.exec(readFileSync(join(github, "../toolchain/steps/test.sh"), "utf8"))?.[1]?.split(" ") ?? [];
        assert.deepEqual(["types", "lint", "unit", "policies", "engine"].filter(stage => !stages.includes(stage)), []);
        assert.deepEqual(jobs["preview"]?.strategy?.matrix, { stack: ["dev", "staging", "prod"] });
        const { with: preview } = jobs["preview"]?.steps.find(({ uses }) => uses === "./.github/actions/preview") ?? {};
        assert.deepEqual(preview, { stack: "${{ matrix.stack }}", base: "${{ github.event.pull_request.base.sha }}" });
        assert.ok(jobs["preview"]?.steps.some(({ with: inputs }) => inputs?.["script"]?.includes("preview-comment.cjs")));
    });

    describe("tags", () => {
        let root: string;

        beforeEach(() => {
            root = mkdtempSync(join(tmpdir(), "selective-deploy-"));
        });
        afterEach(() => rmSync(root, { recursive: true }));

        /** What is set after a history of the stack, as `pulumi stack history --json` prints it. */
        function set(history: string): string[] {
            const calls = join(root, "calls");
            writeFileSync(join(root, "history.json"), history);
            writeFileSync(join(root, "pulumi"), `#!/bin/sh
case "$1 $2" in
    'stack history') cat '${root}/history.json' ;;
    'config set') echo "$4 $5" >> '${calls}' ;;
esac
`);
            chmodSync(join(root, "pulumi"), 0o755);
            const { status, stderr } = spawnSync(join(github, "actions/deploy-services/tags.sh"), ["abc", "auth-service"],
                { encoding: "utf8", env: { PATH: [root, process.env["PATH"]].join(delimiter) } });
            assert.equal(status, 0, stderr);
            return existsSync(calls) ? readFileSync(calls, "utf8").trim().split("\n") : [];
        }

        it("A-113: a changed service gets the new tag, the others keep that of the last deployment", function () {
            if (spawnSync("jq", ["--version"]).error) {
                this.skip();
            }
            const services = { "mailer-service": { tag: "old" }, "auth-service": { tag: "older" }, "frontend": { runAsUser: 101 } };
            const config = { "platforms:aquaerp": { value: JSON.stringify({ services }), objectValue: { services } } };
            assert.deepEqual(set(JSON.stringify([{ config }])), [
                'platforms:aquaerp.services["mailer-service"].tag old', 'platforms:aquaerp.services["auth-service"].tag older',
                'platforms:aquaerp.services["auth-service"].tag abc',
            ]);
            rmSync(join(root, "calls"));
            assert.deepEqual(set("[]"), ['platforms:aquaerp.services["auth-service"].tag abc']);
        });
    });
});
