import assert from "node:assert/strict";
import { provenIds, requirementIds, summary } from "./coverage";

const passed = (...titles: string[]): { passed: string[]; failed: string[] } => ({ passed: titles, failed: [] });

describe("requirements report", () => {
    it("reads the ids that a list defines and not those it mentions", () => {
        assert.deepEqual(requirementIds("# List\n- T-01 (dev) A, see T-99. [doc: explicit]\n- T-02b B\n* T-03 C\n"), ["T-01", "T-02b"]);
    });

    it("refuses a list that defines an id twice", () => {
        assert.throws(() => requirementIds("- T-01 A\n- T-01 B\n"), { message: "requirement T-01 is defined twice; every id stands for one line" });
    });

    it("finds every id that the title of a passing test names", () => {
        assert.deepEqual([...provenIds([passed("backend T-01 T-02: starts"), passed("S-7 recovers", "no id, XT-5")])], ["T-01", "T-02", "S-7"]);
    });

    it("does not count an id that a failing test names as well", () => {
        assert.deepEqual([...provenIds([passed("T-01: a", "T-02: b"), { passed: [], failed: ["T-02: c"] }])], ["T-01"]);
    });

    it("lists what is proven and what is not", () => {
        assert.equal(
            summary("taskflow", ["T-01", "T-02"], new Set(["T-02", "S-1"])),
            "taskflow: 1 of 2 requirements proven by tests that ran and passed\n  proven:\n    T-02\n  without a passing test:\n    T-01",
        );
    });

    it("breaks long lists into lines that fit a terminal", () => {
        const ids = Array.from({ length: 60 }, (_, index) => `T-${index + 100}`);
        const lines = summary("taskflow", ids, new Set()).split("\n");
        assert.ok(lines.every(line => line.length <= 104) && lines.length === 6, lines.join("\n"));
    });
});
