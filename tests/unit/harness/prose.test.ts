import assert from "node:assert/strict";
import fs, { readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "../../..");
const refused = /^Error: docs\/clusters\.md is prose, .* belongs in tests\/documents$/;

describe("tests outside tests/documents", () => {
    it("cannot read a page of prose, however they open it", async () => {
        const page = join(root, "docs/clusters.md");
        assert.throws(() => readFileSync(page, "utf8"), refused);
        assert.throws(() => fs.openSync(page, "r"), refused);
        assert.throws(() => fs.createReadStream(page), refused);
        assert.throws(() => fs.promises.readFile(page), refused);
        assert.throws(() => fs.readFile(page, () => undefined), refused);
    });

    it("read everything else", () => {
        assert.equal(JSON.parse(readFileSync(join(root, "package.json"), "utf8")).name, "platforms");
    });
});
