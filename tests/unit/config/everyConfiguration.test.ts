import assert from "node:assert/strict";
import process from "node:process";
import fc from "fast-check";
import { ConfigurationError } from "../../../components/config/configurationError";
import { environmentNames } from "../../../components/kit/environment";
import * as catalogue from "../../../components/platforms";
import { compose } from "../../harness/composition";
import type { PlatformName } from "../../harness/configurations/configurations";
import { configurationsOf, configurationsOfNamespaces } from "../../harness/configurations/configurations";
import { refusedObjects } from "../../harness/configurations/objects";
import type { StackValues } from "../../harness/program";

/** How many configurations are tried of each platform and stack; `npm run test:configurations` tries 2000 others each time. */
const { CONFIGURATIONS: count = "30" } = process.env;
const parameters = { numRuns: Number(count), ...(process.env["CONFIGURATIONS"] === undefined && { seed: 15 }) };

/** Whether a configuration loads; then it is composed whole, and nothing of it is refused later. Otherwise it says what is wrong. */
async function loads(stack: string, values: StackValues): Promise<boolean> {
    try {
        assert.deepEqual(refusedObjects(await compose(stack, values)), []);
        return true;
    } catch (error) {
        if (!(error instanceof ConfigurationError)) {
            throw error;
        }
        assert.notEqual(error.issues.length, 0);
        for (const { key, value, allowed } of error.issues) {
            assert.match(key, /^platforms:\w+([.[].*)?$/);
            assert.match(allowed, /^(allowed (is|are|in prod is) .|there is no such setting)/, key);
            assert.ok(error.message.includes(`  ${key} is ${value === undefined ? "missing" : JSON.stringify(value)}; ${allowed}`), error.message);
        }
        return false;
    }
}

describe("Every configuration", () => {
    function holdsFor(what: string, stack: string, configurations: fc.Arbitrary<StackValues>): void {
        it(`${what}, ${stack}: what loads is composed whole, what is refused says key, value and what is allowed`, async function () {
            const seen = { loaded: 0, refused: 0 };
            await fc.assert(fc.asyncProperty(configurations, async values => {
                seen[await loads(stack, values) ? "loaded" : "refused"]++;
            }), parameters);
            assert.ok(seen.loaded > 0 && seen.refused > 0, JSON.stringify(seen));
            (this.test as Mocha.Runnable).title += ` (${seen.loaded} loaded, ${seen.refused} refused)`;
        });
    }

    for (const stack of environmentNames) {
        for (const platform of Object.keys(catalogue) as PlatformName[]) {
            holdsFor(platform, stack, configurationsOf(platform));
        }
        holdsFor("namespaces of several platforms", stack, configurationsOfNamespaces);
    }
});
