import assert from "node:assert/strict";
import { Live } from "../harness/live/live";
import { confinement } from "./confinement";
import type { Outcome } from "./outcome";
import { reachability } from "./reachability";
import { ended, readyFor } from "./ready";

/** Fails with everything that is wrong. */
function assertProven({ state, summary, faults = [] }: Outcome): void {
    assert.equal(state, "proven", [summary, ...faults].join("\n"));
}

describe("TaskFlow on real nodes", () => {
    let live: Live;

    before(async function needsRoot() {
        if (process.getuid?.() !== 0) {
            this.skip();
        }
        live = await Live.deploy("taskflow", () => undefined);
    });

    after(async () => {
        await live?.stop();
    });

    it("has every pod Ready, and none uses up its memory at rest", async () => {
        assertProven(await readyFor(0).prove(live, () => undefined));
    });

    it("T-120 T-137 T-141 has exactly the connections open that its graph has edges for", async () => {
        assertProven(await reachability.prove(live, () => undefined));
    });

    it("lets its containers do what is declared, and nothing else", async () => {
        assertProven(await confinement.prove(live, () => undefined));
    });

    it("has restarted nothing meanwhile", async () => {
        assert.deepEqual(ended(await live.pods()), []);
    });
});
