import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "../..");

const own = "tests/documents/repository.test.ts";

/** Text of every file of the repository, but the requirements and this one, which quote what must not be. */
function files(): { path: string; text: string }[] {
    const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root, encoding: "utf8" });
    return listed.split("\0").filter(path => path !== "" && path !== own && !path.startsWith("docs/requirements/"))
        .map(path => ({ path, text: readFileSync(join(root, path), "utf8") }));
}

const filesWith = (pattern: RegExp): string[] => files().filter(({ text }) => pattern.test(text)).map(({ path }) => path);

describe("the repository", () => {
    it("T-121: no file holds a password of the document", () => assert.deepEqual(filesWith(/(taskflow|admin)2024/), []));

    it("A-04: no credential of a cluster is in a file", () => {
        const credential = /client-key-data: *[A-Za-z0-9+/=]{40}|K10[0-9a-f]{64}::|K3S_TOKEN=\S/;
        assert.match(`client-key-data: ${"A".repeat(40)}`, credential);
        assert.deepEqual(filesWith(credential), []);
    });

    it("S-86: overlays are stacks: there is no kustomization, and nothing is applied or deleted past the engine", () => {
        assert.deepEqual(files().filter(({ path }) => /kustomization\.ya?ml$/.test(path)), []);
        const text = (path: string): string => readFileSync(join(root, path), "utf8");
        // Between quotes it is a command that is only shown.
        const applied = /^[^"'#]*kubectl (apply|delete)/m;
        assert.match("    kubectl delete namespace storm", applied);
        assert.doesNotMatch(text("toolchain/steps/up.sh") + text("toolchain/steps/down.sh"), applied);
    });

    it("A-108: nothing is piped from the network into a shell, and nobody logs in as root to copy files", () => {
        const trap = /\b(curl|wget)\b[^\n|]*\|\s*(sudo\s+)?(ba)?sh\b|\bscp\b[^\n]*root@/;
        assert.match("curl -sfL https://get.example.com | sh -", trap);
        assert.deepEqual(filesWith(trap), []);
    });
});
