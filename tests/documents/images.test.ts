import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { imagesPage } from "../harness/imageTable";

describe("docs/images.md", () => {
    it("lists every assembled image", () => {
        assert.equal(readFileSync(join(__dirname, "../../docs/images.md"), "utf8"), imagesPage(), "run: npm run docs:images");
    });
});
