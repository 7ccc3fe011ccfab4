import assert from "node:assert/strict";
import { parseSeconds, requireSeconds } from "../../../components/kit/seconds";

describe("seconds", () => {
    for (const [text, seconds] of [["500ms", 0.5], ["1s", 1], ["1.5s", 1.5], ["2m", 120], ["10m", 600], ["1h", 3600], ["0.25h", 900]] as const) {
        it(`${text} are ${seconds}`, () => assert.equal(parseSeconds(text), seconds));
    }

    for (const text of ["", "5", "s", "1d", "1 s", "-1s", "1.s", ".5s", "1s ", " 1s", "1sm", "1m30s"]) {
        it(`"${text}" is refused`, () => assert.throws(() => parseSeconds(text), {
            name: "RangeError", message: `"${text}" is not a duration; allowed is a number with ms, s, m or h, such as 500ms`,
        }));
    }

    it("a shell counts from 1 to a day", () => {
        for (const seconds of [1, 60, 86_400]) assert.doesNotThrow(() => requireSeconds("pause", seconds));
        for (const seconds of [0, -1, 1.5, 86_401, NaN]) {
            assert.throws(() => requireSeconds("pause", seconds), { message: `pause is ${seconds}; allowed are whole seconds from 1 to 86400.` });
        }
    });
});
