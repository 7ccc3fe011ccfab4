import assert from "node:assert/strict";
import type { Config, Declared, Reported } from "./run";
import { runPack } from "./run";

/** One program, and what one policy says about it: the first lines of its mandatory violations. */
export interface RuleCase {
    readonly that: string;
    readonly program: readonly Declared[];
    /** Settings of the policy. */
    readonly settings?: Readonly<Record<string, unknown>>;
    /** First lines of the violations; none when the program is accepted. */
    readonly refused?: readonly string[];
    /** Paths of the fields the violations point at. */
    readonly at?: readonly string[];
    /** Unknown fields reported as not judged. */
    readonly notJudged?: readonly string[];
}

/** What one policy reports about a program. */
export function reportsOf(policy: string, program: readonly Declared[], settings: Config[string] = {}): Reported[] {
    return runPack(program, { [policy]: settings }).filter(report => report.policy === policy);
}

function linesOf(label: string, reports: readonly Reported[]): string[] {
    return reports.flatMap(({ message }) => message.split("\n").filter(line => line.startsWith(`  ${label} `)).map(line => line.slice(12).split(" (container")[0]!));
}

/** A test for each case of a policy; there must be one that is accepted and one that is refused. */
export function describeRule(policy: string, cases: readonly RuleCase[]): void {
    describe(policy, () => {
        for (const { that, program, settings, refused = [], at, notJudged = [] } of cases) {
            it(`${refused.length > 0 ? "refuses" : "accepts"} ${that}`, () => {
                const reports = reportsOf(policy, program, settings);
                const mandatory = reports.filter(({ level }) => level === "mandatory");
                assert.deepEqual(mandatory.map(({ message }) => message.split("\n")[0]), refused);
                if (at) {
                    assert.deepEqual(linesOf("at", mandatory), at);
                }
                assert.deepEqual(linesOf("unknown", reports), notJudged);
                assert.equal(reports.length, mandatory.length + (notJudged.length > 0 ? 1 : 0), "no report of another kind");
            });
        }

        it("has cases of both kinds", () => {
            assert.ok(cases.some(({ refused = [] }) => refused.length > 0) && cases.some(({ refused = [] }) => refused.length === 0));
        });
    });
}
