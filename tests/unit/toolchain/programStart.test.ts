import assert from "node:assert/strict";
import { resolve } from "node:path";
import { mustRun } from "../../harness/command";

const repository = resolve(__dirname, "../../..");

describe("make bench", () => {
    it("measures the start of the program against an engine that answers as the SDK asks", async () => {
        const { stdout } = await mustRun(process.execPath, ["toolchain/steps/bench/programStart.mjs", repository, "dev", "1"],
            { directory: repository, input: JSON.stringify({ "platforms:environment": { value: "dev" } }) });
        const [first = 0, end = 0, registered = 0] = stdout.split(" ").map(Number);
        assert.ok(0 < first && first <= end && registered > 1000, stdout);
    });
});
