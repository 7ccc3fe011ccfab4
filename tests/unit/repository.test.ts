import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { clusterProvider } from "../../components/platforms/clusterProvider";
import { record } from "../harness/mocks";

const root = join(__dirname, "../..");

const own = "tests/unit/repository.test.ts";

/** Text of every file of the repository, but the requirements and this one, which quote what must not be. */
function files(): { path: string; text: string }[] {
    const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root, encoding: "utf8" });
    return listed.split("\0").filter(path => path !== "" && path !== own && !path.startsWith("docs/requirements/"))
        .map(path => ({ path, text: readFileSync(join(root, path), "utf8") }));
}

describe("the repository", () => {
    it("A-04: the context is configuration, and no credential of a cluster is in a file", async () => {
        for (const kubernetesContext of ["erp", undefined]) {
            const recording = await record(() => void clusterProvider({ kubernetesContext }));
            assert.equal(recording.ofType("pulumi:providers:kubernetes")[0]?.inputs.context, kubernetesContext);
        }
        const credential = /client-key-data: *[A-Za-z0-9+/=]{40}|K10[0-9a-f]{64}::|K3S_TOKEN=\S/;
        assert.deepEqual(files().filter(({ text }) => credential.test(text)).map(({ path }) => path), []);
    });

    it("S-86: overlays are stacks: there is no kustomization, and a stack is deployed and removed by pulumi", () => {
        assert.deepEqual(files().filter(({ path }) => /kustomization\.ya?ml$/.test(path)), []);
        const text = (path: string): string => readFileSync(join(root, path), "utf8");
        for (const stack of ["dev", "staging", "prod"]) {
            assert.match(text(`Pulumi.${stack}.yaml`), new RegExp(`platforms:environment: ${stack}$`, "m"));
        }
        assert.match(text("toolchain/steps/up.sh"), /^pulumi up /m);
        assert.match(text("toolchain/steps/down.sh"), /pulumi destroy /);
        assert.doesNotMatch(text("toolchain/steps/up.sh") + text("toolchain/steps/down.sh"), /kubectl (apply|delete)/);
    });

    it("A-108: nothing is piped from the network into a shell, and nobody logs in as root to copy files", () => {
        const trap = /\b(curl|wget)\b[^\n|]*\|\s*(sudo\s+)?(ba)?sh\b|\bscp\b[^\n]*root@/;
        assert.deepEqual(files().filter(({ text }) => trap.test(text)).map(({ path }) => path), []);
        assert.match("curl -sfL https://get.k3s.io | sh -", trap);
    });
});
