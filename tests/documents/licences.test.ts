import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { imageTable, parseImage } from "../../components/kit/images";
import { modulesNamed, npmLicences, pagePath } from "../../supply/licences/licences";
import { obligationOf } from "../../supply/licences/obligations";
import { root } from "../../supply/lines";
import { pythonPins, requirementFiles } from "../../supply/outdated/python";

const page = readFileSync(pagePath, "utf8");

/** The names that a section of the page lists. */
function listed(section: string): string[] {
    const text = page.split("\n## ").find(part => part.startsWith(section)) ?? "";
    return text.split("\n").filter(line => line.startsWith("**")).flatMap(line => [...line.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name)).sort();
}

describe("docs/licences.md is current (make licences renews it)", () => {
    it("lists every npm package, under the licence that it says it has", () => {
        const packages = npmLicences();
        assert.deepEqual(listed("npm packages"), packages.map(({ name }) => name).sort());
        for (const { name, licence } of packages) {
            const line = page.split("\n").find(text => text.startsWith(`**${licence || "Not recognised"}**`) && text.includes(`\`${name}\``));
            assert.ok(line, `${name} is under ${licence}`);
        }
    });

    it("lists every Go module that a go.mod names", () => assert.deepEqual(listed("Go modules"), [...modulesNamed().keys()].sort()));

    it("lists every Python package of the example", () => {
        const pins = requirementFiles.flatMap(file => pythonPins(file, readFileSync(join(root, file), "utf8")));
        assert.deepEqual(listed("Python packages"), pins.map(({ name }) => name).sort());
    });

    it("lists every image of the table, with what it obliges to", () => {
        for (const [role, { image }] of Object.entries(imageTable)) {
            assert.ok(page.includes(`| \`${parseImage(image).repository}\` (${role}) | [`), role);
        }
    });

    it("tells the strictest of several obligations", () => {
        assert.match(obligationOf("Apache-2.0 AND AGPL-3.0"), /over a network/);
        assert.match(obligationOf("RSALv2 or SSPLv1"), /^Source-available/);
        assert.match(obligationOf("MIT"), /keeps its notices/);
        assert.match(obligationOf(""), /^Not recognised/);
    });
});
