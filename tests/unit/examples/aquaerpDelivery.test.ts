import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

const github = join(__dirname, "../../../examples/aquaerp-delivery/.github");

interface Changes {
    changedServices(paths: readonly string[]): { services: string[]; infrastructure: boolean };
    listing(push: { before: string; after: string }): string[];
}
const { changedServices, listing } = require(join(github, "changed-services.cjs")) as Changes;

describe("selective deployment of AquaERP", () => {
    it("A-112: changed services are built, each once; a file beside them is none", () => {
        assert.deepEqual(changedServices([
            "services/auth-service/src/a.ts", "services/auth-service/Dockerfile", "frontend/app.js", "services/README.md", "docs/x.md", "",
        ]), { services: ["auth-service", "frontend"], infrastructure: false });
        assert.deepEqual(changedServices(["k8s/base/x.yaml"]), { services: [], infrastructure: true });
        assert.deepEqual(changedServices(["components/platforms/aquaerp/settings.ts"]), { services: [], infrastructure: true });
        assert.deepEqual(listing({ before: "a1", after: "b2" }), ["diff", "--name-only", "a1", "b2"]);
        assert.deepEqual(listing({ before: "0".repeat(40), after: "b2" }), ["ls-tree", "-r", "--name-only", "b2"]);
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

        it("A-113: a changed service gets the new tag, the others keep that of the last deployment", () => {
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
