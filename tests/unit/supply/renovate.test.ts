import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { imageTable } from "../../../components/kit/images";
import { root } from "../../../supply/lines";

interface Configuration {
    readonly enabledManagers: readonly string[];
    readonly ignorePaths: readonly string[];
    readonly customManagers: readonly { readonly managerFilePatterns: readonly string[]; readonly matchStrings: readonly string[] }[];
    readonly packageRules: readonly { readonly matchManagers?: readonly string[]; readonly groupName?: string }[];
}

const text = (path: string): string => readFileSync(join(root, path), "utf8");
const { enabledManagers, ignorePaths, customManagers, packageRules } = JSON.parse(text(".github/renovate.json")) as Configuration;

/** What the manager of a file finds in it. */
function found(file: string): { depName?: string; currentValue?: string }[] {
    const managers = customManagers.filter(({ managerFilePatterns }) =>
        managerFilePatterns.some(pattern => new RegExp(pattern.slice(1, -1)).test(file)));
    return managers.flatMap(({ matchStrings }) => matchStrings.flatMap(pattern =>
        [...text(file).matchAll(new RegExp(pattern, "g"))].map(({ groups }) => groups ?? {})));
}

describe("configuration of Renovate", () => {
    it("finds every row of the table of images, and nothing else in its file", () => {
        assert.deepEqual(found("components/kit/images.ts").map(({ depName, currentValue }) => `${depName}:${currentValue}`),
            Object.values(imageTable).map(({ image }) => image));
    });

    it("finds the Kubernetes of the embedded cluster", () => {
        assert.deepEqual(found("toolchain/engine/recipe.sh").map(({ currentValue }) => currentValue),
            [/^kubernetes_version=(.*)$/m.exec(text("toolchain/engine/recipe.sh"))?.[1]]);
    });

    it("covers npm, Go, Python, GitHub Actions, the example's image and the table, each in a group", () => {
        assert.deepEqual(enabledManagers, ["npm", "gomod", "pip_requirements", "github-actions", "dockerfile", "custom.regex"]);
        for (const manager of enabledManagers) {
            assert.ok(packageRules.some(({ matchManagers, groupName }) => matchManagers?.includes(manager) && groupName), manager);
        }
        assert.deepEqual(ignorePaths, ["**/node_modules/**"], "examples and tests are looked at too");
    });
});
