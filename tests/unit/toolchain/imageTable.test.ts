import assert from "node:assert/strict";
import type { PinnedImage } from "../../../components/kit/images";
import { imageTable } from "../../../components/kit/images";
import { podsOf, containersOf } from "../../harness/pods";
import { otherAlertmanager, recordedOnce } from "../../harness/program";
import { layers, rowOf, rows, sourcesOf } from "../../harness/imageTable";

describe("the table of assembled images", () => {
    it("says what stands in every image that the program names", () => {
        for (const { image } of Object.values<PinnedImage>(imageTable)) {
            assert.ok(rowOf(image), `${image} has no row in toolchain/images/table.yaml`);
        }
    });

    it("says what stands in every image that a stack runs, applications included", async () => {
        for (const [stack, values] of [["dev", {}], ["prod", { shared: { alertmanager: otherAlertmanager } }]] as const) {
            for (const pods of podsOf((await recordedOnce(stack, values)).recording)) {
                for (const { image } of containersOf(pods)) {
                    assert.ok(rowOf(image), `${stack}: ${image} has no row in toolchain/images/table.yaml`);
                }
            }
        }
    });

    it("says of each row where it comes from and what differs; stand-ins say so", () => {
        for (const { name, program, version, differs, layer, standIn = false } of rows) {
            assert.ok(layers[layer], `${name} stands on layer ${layer}`);
            assert.ok(program && version && differs, name);
            assert.ok(sourcesOf(layer).length > 0, `${name} comes from nowhere`);
            assert.equal(version === "stand-in" && layer === "standin", standIn, name);
        }
        assert.equal(new Set(rows.map(({ name }) => name)).size, rows.length);
    });
});
