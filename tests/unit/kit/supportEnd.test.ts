import assert from "node:assert/strict";
import type { End, SupportFinding } from "../../../components/kit/supportEnd";
import { daysLeft, supportFindings } from "../../../components/kit/supportEnd";

const source = "https://example.com/lines";

function findings(ends: End, now: string): SupportFinding[] {
    return supportFindings([{ name: "redis:7.4.11", line: "7.4", ends, source, file: "images.ts" }], new Date(now));
}

describe("end of a release line", () => {
    for (const [now, expected] of [
        ["2027-01-30T00:00:00Z", undefined],
        ["2027-01-31T23:59:59Z", ["warning", "in 90 days"]],
        ["2027-05-01T23:59:59Z", ["warning", "in 0 days"]],
        ["2027-05-02T00:00:00Z", ["error", "ended on 2027-05-01"]],
        ["2031-01-01T00:00:00Z", ["error", "ended on 2027-05-01"]],
    ] as const) {
        it(`on 2027-05-01 is ${expected?.[0] ?? "nothing"} on ${now}`, () => {
            const [found, ...more] = findings("2027-05-01", now);
            assert.deepEqual(more, []);
            assert.equal(found?.level, expected?.[0]);
            assert.ok(found === undefined || found.message.includes(expected?.[1] ?? "nothing"), found?.message);
        });
    }

    it("is told with what to do: which file to change, and where the ends are announced", () => {
        const [{ message } = { message: "" }] = findings("2027-05-01", "2027-06-01T00:00:00Z");
        assert.match(message, /^redis:7\.4\.11: line 7\.4 ended .* change it in images\.ts .*line, ends and source/);
        assert.ok(message.endsWith(`(${source}; make outdated lists the versions)`), message);
    });

    it("that nobody announced is passed over", () =>
        assert.deepEqual(findings({ notAnnounced: "no date yet" }, "2099-01-01T00:00:00Z"), []));

    it("is a day that exists, written year first", () => {
        for (const bad of ["2027", "01.05.2027", "2027-13-01", "2027-5-1"]) {
            assert.throws(() => daysLeft(bad, new Date()), { message: `"${bad}" is no date; allowed is a day such as 2027-04-30` });
        }
    });
});
