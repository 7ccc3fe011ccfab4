// Starts the program: links index.ts and all it imports to one script, a fifth of a second's work, and runs that. The engine
// could compile file by file with ts-node instead (`typescript: true`), which takes three times as long at every preview.
"use strict";
/* global module, require */
/* eslint-disable @typescript-eslint/no-require-imports -- the engine loads the program by require() */
const { build } = require("esbuild");
const Module = require("node:module");
const path = require("node:path");
const process = require("node:process");
const { withLazyModules } = require("./policies/lazyModules");

// The engine starts a program in its project's folder.
const file = path.resolve("index.js");
const linking = build({
    entryPoints: ["index.ts"], outfile: file, write: false, sourcemap: "external",
    bundle: true, external: ["@pulumi/*"], platform: "node", target: "node20",
});

// For each resource the SDK sends four messages that only the engine's debug log shows, and takes a stack per promise, from
// errors without a message, for its search of leaks. Together that is half of the program's time.
const debug = Boolean(process.env.PLATFORMS_DEBUG);
if (!debug) {
    require("@pulumi/pulumi/log").debug = () => Promise.resolve();
}

/** Names the places of an error in the sources instead of in the linked script. */
function mapStacks(sourceMap) {
    const map = () => new Module.SourceMap(JSON.parse(sourceMap));
    const place = frame => {
        const entry = frame.getFileName() === file ? map().findEntry(frame.getLineNumber() - 1, frame.getColumnNumber() - 1) : {};
        return entry.originalSource ? `${frame.getFunctionName() ?? "program"} (${entry.originalSource}:${entry.originalLine + 1})` : `${frame}`;
    };
    Error.prepareStackTrace = (error, frames) =>
        [String(error), ...(error.message || debug ? frames.map(place) : [])].join("\n    at ");
}

module.exports = async () => {
    // What takes as long to load as the sources to link, on another processor.
    withLazyModules(() => ["@pulumi/pulumi", "@pulumi/kubernetes", "@pulumi/random"].map(name => require(name)));
    const [sourceMap, script] = (await linking).outputFiles.map(({ text }) => text);
    mapStacks(sourceMap);
    const linked = new Module(file, module);
    linked.filename = file;
    linked.paths = module.paths;
    linked._compile(script, file);
    return linked.exports;
};
