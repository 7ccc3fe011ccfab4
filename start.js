// Starts the program: links index.ts and all it imports to one script and runs that. The engine could compile file by file
// with ts-node instead (`typescript: true`), which takes three times as long at every preview.
"use strict";
/* global module, require, __dirname */
/* eslint-disable @typescript-eslint/no-require-imports -- the engine loads the program by require() */
const Module = require("node:module");
const path = require("node:path");
const process = require("node:process");
const { runLinked } = require("./policies/linkedScript");

// The engine starts a program in its project's folder.
const file = path.resolve("index.js");
const options = {
    absWorkingDir: process.cwd(), entryPoints: ["index.ts"], outfile: file,
    bundle: true, external: ["@pulumi/*"], platform: "node", target: "node22",
};

// For each resource the SDK sends four messages that only the engine's debug log shows, and describes each promise for its
// search of leaks, which counts them all the same. Together that is half of the program's time.
const debug = Boolean(process.env.PLATFORMS_DEBUG);
if (!debug) {
    require("@pulumi/pulumi/log").debug = () => Promise.resolve();
    countPromises(require("@pulumi/pulumi/runtime/debuggable"), require("@pulumi/pulumi/runtime/state"));
}

function countPromises(sdk, { getStore }) {
    // The first call of the SDK's own function makes it look at the count at the end.
    sdk.debuggablePromise(Promise.resolve());
    sdk.debuggablePromise = promise => {
        const { leakCandidates } = getStore();
        leakCandidates.add(promise);
        return promise.then(value => {
            leakCandidates.delete(promise);
            return value;
        }, error => {
            leakCandidates.delete(promise);
            error.promise = promise;
            throw error;
        });
    };
}

// The SDK also loads what serialises functions and what starts other programs. No program here does that, and these modules
// are two thirds of its load time.
const loadedLater = ["execa", "normalize-package-data", "typescript"];

/** Runs `start`; what it requires of the modules above is loaded as soon as anything asks them for a member. */
function withLazyModules(start) {
    const load = Module._load;
    Module._load = function loadOrDefer(request, ...rest) {
        if (!loadedLater.includes(request)) {
            return load.call(this, request, ...rest);
        }
        let loaded;
        const real = () => loaded ??= load.call(this, request, ...rest);
        return new Proxy({}, { get: (_, key) => key === "__esModule" ? true : key === "default" ? real() : real()[key] });
    };
    try {
        return start();
    } finally {
        Module._load = load;
    }
}

// Errors name their places in the sources instead of in the linked script; the map of it is made when there is one.
let sources;
function place(frame) {
    if (frame.getFileName() !== file) {
        return String(frame);
    }
    sources ??= new Module.SourceMap(JSON.parse(
        require("esbuild").buildSync({ ...options, write: false, sourcemap: "external" }).outputFiles[0].text));
    const { originalSource, originalLine } = sources.findEntry(frame.getLineNumber() - 1, frame.getColumnNumber() - 1);
    return originalSource ? `${frame.getFunctionName() ?? "program"} (${originalSource}:${originalLine + 1})` : String(frame);
}
Error.prepareStackTrace = (error, frames) =>
    [String(error), ...(error.message || debug ? frames.map(place) : [])].join("\n    at ");

module.exports = async () => withLazyModules(() => runLinked(options, path.join(__dirname, "node_modules"), file, module));
