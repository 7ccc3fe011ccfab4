import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../supply/lines";
import { held } from "../../supply/outdated/held";

describe("docs/versions.md", () => {
    it("gives the reasons of make outdated for what stays behind", () => {
        const page = readFileSync(join(root, "docs/versions.md"), "utf8");
        assert.deepEqual(held.filter(({ why }) => !page.includes(`| ${why} |`)).map(({ why }) => why), []);
    });
});
