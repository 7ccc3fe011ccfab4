import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { matches } from "../../policies/framework/exemption";
import { nameOf } from "../../supply/digests/lock";
import { keptPage, policiesPage } from "../../policies/docs";

describe("docs/policies.md", () => {
    it("describes the pack, policy by policy", () => {
        assert.equal(keptPage(), policiesPage(), "run: npm run docs --prefix policies");
    });
});

describe("Pages that set an image", () => {
    const root = join(__dirname, "../..");
    const { imageRegistry: { registries } } = JSON.parse(readFileSync(join(root, "policies/platforms.json"), "utf8")) as
        { imageRegistry: { registries: string[] } };
    const pages = globSync(["README.md", "docs/**/*.md", "components/**/*.md", "examples/**/*.md"], { cwd: root });
    const set = pages.flatMap(page => [...readFileSync(join(root, page), "utf8").matchAll(/config set (?:--path )?'?[\w:.]+\.image'?\s+([^\s`]+)/g)]
        .map(([, image = ""]) => [page, image] as const));

    it("take it from a registry that the policy pack allows", () => {
        assert.ok(set.some(([page]) => page === "README.md") && set.length > 3, JSON.stringify(set));
        assert.deepEqual(set.filter(([, image]) => !registries.some(pattern => matches(pattern, nameOf(image)))), []);
    });
});
