import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { TestRun } from "./coverage";
import { requirementIds, standing, summary } from "./coverage";

const root = join(__dirname, "../..");
const passed = (...titles: string[]): TestRun => ({ passed: titles, failed: [] });
const none = standing([]);

describe("requirements report", () => {
    it("reads the ids that a list defines and not those it mentions", () => {
        assert.deepEqual(requirementIds("# List\n- T-01 (dev) A, see T-99. [doc: explicit]\n- T-02b B\n* T-03 C\n"), ["T-01", "T-02b"]);
    });

    it("refuses a list that defines an id twice", () => {
        assert.throws(() => requirementIds("- T-01 A\n- T-01 B\n"), { message: "requirement T-01 is defined twice; every id stands for one line" });
    });

    it("finds every id that the title of a passing test names", () => {
        const { proven } = standing([passed("backend T-01 T-02: starts"), passed("S-7 recovers", "no id, XT-5")]);
        assert.deepEqual([...proven], ["T-01", "T-02", "S-7"]);
    });

    it("does not count an id that a failing test names as well", () => {
        const { proven, documented } = standing([passed("T-01: a", "T-02: b"), { passed: [], failed: ["T-02: c", "T-03: d"], documented: ["T-03: e"] }]);
        assert.deepEqual([[...proven], [...documented]], [["T-01"], []]);
    });

    it("calls documented what tests of prose alone name", () => {
        const { proven, documented } = standing([{ passed: ["T-01: a"], failed: [], documented: ["T-01: page", "T-02: page"] }]);
        assert.deepEqual([[...proven], [...documented]], [["T-01"], ["T-02"]]);
    });

    it("lists what is proven, what is documented, and why the rest is not", () => {
        const tested = standing([{ passed: ["T-02: a", "S-1: b"], failed: ["T-03: c"], documented: ["T-04: d"], pending: ["T-05: e"] }]);
        assert.deepEqual(summary("taskflow", ["T-01", "T-02", "T-03", "T-04", "T-05", "T-06"], tested, { "T-01": "a wish" }).split("\n"), [
            "taskflow: of 6 requirements 1 proven, 1 documented, 4 neither",
            "  proven by a test of an object, a daemon or a running pod:", "    T-02",
            "  documented, and a test reads the page:", "    T-04",
            "  neither:", "    T-01: a wish", "    T-03: a test that names it failed", "    T-05: a test that names it was skipped",
            "    T-06: no test that names it ran",
        ]);
    });

    it("breaks long lists into lines that fit a terminal", () => {
        const ids = Array.from({ length: 60 }, (_, index) => `T-${index + 100}`);
        const lines = summary("taskflow", ids, { ...none, proven: new Set(ids) }).split("\n");
        assert.ok(lines.every(line => line.length <= 104) && lines.length === 6, lines.join("\n"));
    });

    it("has a reason for each requirement that no test names, and for no other", () => {
        const folders = ["tests", "policies/tests", "examples", "toolchain"];
        const sources = folders.flatMap(folder => readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
            .filter(name => /\.(ts|go|py)$/.test(name) && !name.includes("node_modules") && !name.startsWith("requirements"))
            .map(name => readFileSync(join(root, folder, name), "utf8")));
        const named = new Set(sources.flatMap(text => text.match(/\b[A-Z]-\d+[a-z]?\b/g) ?? []));
        const lists = readdirSync(join(root, "docs/requirements")).filter(name => name.endsWith(".md"));
        const ids = lists.flatMap(name => requirementIds(readFileSync(join(root, "docs/requirements", name), "utf8")));
        const reasons = parse(readFileSync(join(root, "docs/requirements/untested.yaml"), "utf8")) as Record<string, string>;
        assert.deepEqual(Object.keys(reasons).sort(), ids.filter(id => !named.has(id)).sort());
    });
});
