import assert from "node:assert/strict";
import { keptPage, policiesPage } from "../../policies/docs";

describe("docs/policies.md", () => {
    it("describes the pack, policy by policy", () => {
        assert.equal(keptPage(), policiesPage(), "run: npm run docs --prefix policies");
    });
});
