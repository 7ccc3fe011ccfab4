// Starts the program: links index.ts and all it imports to one script, a fifth of a second's work, and runs that. The engine
// could compile file by file with ts-node instead (`typescript: true`), which takes three times as long at every preview.
"use strict";
/* global module, require */
/* eslint-disable @typescript-eslint/no-require-imports -- the engine loads the program by require() */
const { build, buildSync } = require("esbuild");
const Module = require("node:module");
const path = require("node:path");
const process = require("node:process");
const { withLazyModules } = require("./policies/lazyModules");

// The engine starts a program in its project's folder.
const file = path.resolve("index.js");
const options = {
    entryPoints: ["index.ts"], outfile: file, write: false,
    bundle: true, external: ["@pulumi/*"], platform: "node", target: "node20",
};
const linking = build(options);

// For each resource the SDK sends four messages that only the engine's debug log shows, and takes a stack per promise, from
// errors without a message, for its search of leaks. Together that is half of the program's time.
const debug = Boolean(process.env.PLATFORMS_DEBUG);
if (!debug) {
    require("@pulumi/pulumi/log").debug = () => Promise.resolve();
}

// Errors name their places in the sources instead of in the linked script; the map of it is made when there is one.
let sources;
function place(frame) {
    if (frame.getFileName() !== file) {
        return String(frame);
    }
    sources ??= new Module.SourceMap(JSON.parse(buildSync({ ...options, sourcemap: "external" }).outputFiles[0].text));
    const { originalSource, originalLine } = sources.findEntry(frame.getLineNumber() - 1, frame.getColumnNumber() - 1);
    return originalSource ? `${frame.getFunctionName() ?? "program"} (${originalSource}:${originalLine + 1})` : String(frame);
}
Error.prepareStackTrace = (error, frames) =>
    [String(error), ...(error.message || debug ? frames.map(place) : [])].join("\n    at ");

module.exports = async () => {
    // What takes as long to load as the sources to link, on another processor.
    withLazyModules(() => ["@pulumi/pulumi", "@pulumi/kubernetes", "@pulumi/random"].map(name => require(name)));
    const [{ text: script }] = (await linking).outputFiles;
    const linked = new Module(file, module);
    linked.filename = file;
    linked.paths = module.paths;
    linked._compile(script, file);
    return linked.exports;
};
