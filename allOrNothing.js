// Nothing of a program reaches the engine unless the whole of it could be composed.
"use strict";
/* global module, require */
/* eslint-disable @typescript-eslint/no-require-imports -- start.js loads it by require() */

/** Calls of the SDK that tell the engine of resources; components/platforms/dataGuard.ts holds the same. */
const registrations = ["registerResource", "registerResourceOutputs", "readResource"];

/**
 * Runs what composes a program, in one turn of the event loop, and gives its result. The SDK hands what is composed to the engine
 * in later turns; where composing throws, it finds nobody to hand it to.
 */
function allOrNothing(compose) {
    try {
        return compose();
    } catch (error) {
        const { RunError, runtime } = require("@pulumi/pulumi");
        const monitor = runtime.getMonitor() ?? {};
        for (const call of registrations) {
            monitor[call] = () => undefined;
        }
        // What is wrong with the configuration says so itself.
        if (error instanceof Error && !RunError.isInstance(error)) {
            error.message += "\nThe program could not be composed, nothing was changed.";
        }
        throw error;
    }
}

module.exports = { allOrNothing, registrations };
