import assert from "node:assert/strict";
import { startBudgets, startTiming } from "../../../components/data/startBudgets";
import { environmentNames } from "../../../components/kit/environment";
import { containersOf, podsOf } from "../../harness/pods";
import { recordedOnce } from "../../harness/program";

/** Which budgets a server has by the repository of its image; a Redis beside Sentinels has theirs. */
const budgets: Readonly<Record<string, readonly (keyof typeof startBudgets)[]>> = {
    postgres: ["postgresql"], mysql: ["mysql"], rabbitmq: ["rabbitmq"], nats: ["jetStream"], silo: ["objectStore"], redis: ["redis", "sentinel"],
};

describe("Time that a store has to start", () => {
    for (const stack of environmentNames) {
        it(`F16: is that of the one table, for every store of ${stack}`, async () => {
            const { recording } = await recordedOnce(stack);
            const seen = new Set<string>();
            for (const pods of podsOf(recording)) {
                for (const { image, startupProbe } of containersOf(pods)) {
                    const repository = /([^/:@]+)[:@]/.exec(image.split("/").at(-1) as string)?.[1] ?? "";
                    const allowed = budgets[repository];
                    if (allowed !== undefined && startupProbe !== undefined) {
                        seen.add(repository);
                        const seconds = startupProbe.periodSeconds * startupProbe.failureThreshold;
                        assert.ok(allowed.some(store => startBudgets[store] === seconds), `${pods.name}: ${seconds} seconds`);
                    }
                }
            }
            assert.deepEqual([...seen].sort(), Object.keys(budgets).sort());
        });
    }

    it("is never less than the budget, whatever the time between two checks", () => {
        for (const periodSeconds of [1, 5, 7, 60]) {
            const { failureThreshold: failures = 0 } = startTiming("mysql", { periodSeconds });
            assert.ok(failures * periodSeconds >= startBudgets.mysql && (failures - 1) * periodSeconds < startBudgets.mysql);
        }
    });
});
