import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { alertScenarios as gauzian } from "../harness/scenarios/gauzian";
import { scenarioTables } from "../harness/scenarios";

const runbooks = resolve(__dirname, "../../docs/runbooks");
const files = readdirSync(runbooks);
const pages = files.filter(file => file !== "README.md").map(file => basename(file, ".md"));

/** What a page lacks. */
function faultsOf(page: string): string[] {
    const content = readFileSync(join(runbooks, `${page}.md`), "utf8");
    const parts = [new RegExp(`^# ${page}\n\n\\S`), /\n## What to look at\n\n[-`\w]/, /\n## What to do\n\n1\. /];
    const targets = [...content.matchAll(/\]\(([^)#]+)\)/g)].map(([, target = ""]) => target).filter(target => !target.startsWith("http"));
    return [
        ...parts.filter(part => !part.test(content)).map(part => `${page}: no ${part}`),
        ...targets.filter(target => dirname(target) === "." && !files.includes(target)).map(target => `${page}: ${target} is no page`),
    ];
}

describe("runbooks", () => {
    it("T-116 G-131: each alert that a test makes fire has a page, and each page belongs to one", () => {
        const alerts = [...Object.values(scenarioTables).flatMap(({ scenarios }) => Object.keys(scenarios)), ...Object.keys(gauzian)];
        assert.deepEqual([...new Set(alerts)].sort(), [...pages].sort());
    });

    it("say what to look at and what to do, and their links lead to pages", () => {
        assert.ok(pages.length > 0);
        assert.deepEqual(pages.flatMap(faultsOf), []);
    });
});
