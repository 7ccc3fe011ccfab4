import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { billOfModule } from "../../../supply/bills/sbom";
import { faults } from "../../harness/bills";

// The tool is built here, which the unit tests do not wait for; make sbom runs it on every go.mod.
describe("bills of materials by cyclonedx-gomod", () => {
    it("of a Go module name what its go.mod requires and what that needs, by the schema", async () => {
        const scratch = mkdtempSync(join(tmpdir(), "bills-"));
        try {
            const bill = billOfModule("supply/registry/go.mod", scratch);
            assert.equal(await faults(bill), null);
            for (const module of ["github.com/google/go-containerregistry", "github.com/opencontainers/go-digest"]) {
                assert.ok(bill.components.some(({ purl }) => purl?.startsWith(`pkg:golang/${module}@v`)), module);
            }
        } finally {
            rmSync(scratch, { recursive: true });
        }
    });
});
