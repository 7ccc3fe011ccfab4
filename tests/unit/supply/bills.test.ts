import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { merged } from "../../../supply/bills/bill";
import { billOfImages, imagesIn } from "../../../supply/bills/images";
import { billOfModule, billOfPackages } from "../../../supply/bills/sbom";
import { root } from "../../../supply/lines";
import { faults } from "../../harness/bills";
import { recordedOnce } from "../../harness/program";

const digest = `sha256:${"ab12".repeat(16)}`;

describe("bills of materials", () => {
    let scratch: string;

    beforeEach(() => {
        scratch = mkdtempSync(join(tmpdir(), "bills-"));
    });
    afterEach(() => rmSync(scratch, { recursive: true }));

    it("of the program name every package of both lock files, by the schema", async () => {
        const bill = billOfPackages(scratch);
        assert.equal(await faults(bill), null);
        const names = new Set(bill.components.map(({ group, name, version }) => `${group ? `${group}/` : ""}${name}@${version}`));
        for (const file of ["package-lock.json", "policies/package-lock.json"]) {
            const packages = Object.entries<{ name?: string; version: string; optional?: boolean }>(
                JSON.parse(readFileSync(join(root, file), "utf8")).packages);
            const wanted = packages.filter(([path, { optional }]) => path !== "" && !optional)
                .map(([path, { name, version }]) => `${name ?? path.split("node_modules/").at(-1)}@${version}`);
            assert.deepEqual(wanted.filter(name => !names.has(name)), [], file);
        }
    });

    it("of modules that are only read name those of their go.mod, by the schema; merged they name each once", async () => {
        const bill = billOfModule("toolchain/cluster/crds/go.mod", scratch);
        assert.equal(await faults(bill), null);
        assert.ok(bill.components.some(({ name }) => name === "github.com/traefik/traefik/v3"));
        const both = merged("both", [bill, bill]);
        assert.equal(await faults(both), null);
        assert.equal(both.components.length, bill.components.length + 1, "and the module itself");
    });

    it("of a stack name the images that it runs, by the schema, and what they are in the registries", async () => {
        const { recording } = await recordedOnce("dev");
        const images = imagesIn(recording.objects.map(({ inputs }) => inputs));
        const bill = billOfImages("images", images);
        assert.equal(await faults(bill), null);
        assert.ok(images.length > 20 && images.some(image => image.startsWith("redis:")));
        const purls = billOfImages("x", ["redis:7.4", `quay.io/a/b:1@${digest}`]).components.map(({ purl }) => purl);
        assert.deepEqual(purls, ["pkg:docker/library/redis@7.4", `pkg:docker/a/b@${encodeURIComponent(digest)}?repository_url=quay.io`]);
    });

    it("that are no bills are refused by the schema", async () => {
        assert.notEqual(await faults({ ...billOfImages("x", []), bomFormat: "Other" as "CycloneDX" }), null);
    });
});
