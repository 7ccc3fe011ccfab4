// Starts the program: links index.ts and all it imports to one script, a tenth of a second's work, and runs that. The engine
// could compile file by file with ts-node instead (`typescript: true`), which takes three times as long at every preview.
"use strict";
/* global module, require */
/* eslint-disable @typescript-eslint/no-require-imports -- the engine loads the program by require() */
const { buildSync } = require("esbuild");
const Module = require("node:module");
const path = require("node:path");
const process = require("node:process");
const { withLazyModules } = require("./policies/lazyModules");

// The engine starts a program in its project's folder.
const file = path.resolve("index.js");
const [sourceMap, script] = buildSync({
    entryPoints: ["index.ts"], outfile: file, write: false, sourcemap: "external",
    bundle: true, packages: "external", platform: "node", target: "node20",
}).outputFiles.map(({ text }) => text);

/** The frame's place in the sources, where the frame is of the linked script. */
function mapped(frame, map) {
    const entry = frame.getFileName() === file ? map.findEntry(frame.getLineNumber() - 1, frame.getColumnNumber() - 1) : {};
    return entry.originalSource ? `${frame.getFunctionName() ?? "program"} (${entry.originalSource}:${entry.originalLine + 1})` : `${frame}`;
}

const sources = () => new Module.SourceMap(JSON.parse(sourceMap));
Error.prepareStackTrace = (error, frames) => [String(error), ...frames.map(frame => mapped(frame, sources()))].join("\n    at ");

// For each resource the SDK sends four messages that only the engine's debug log shows, and takes a stack per promise, from
// errors without a message, for its search of leaks. Together that is half of the program's time.
if (!process.env.PLATFORMS_DEBUG) {
    require("@pulumi/pulumi/log").debug = () => Promise.resolve();
    const readable = Error.prepareStackTrace;
    Error.prepareStackTrace = (error, frames) => error.message ? readable(error, frames) : String(error);
}

const linked = new Module(file, module);
linked.filename = file;
linked.paths = module.paths;
withLazyModules(() => linked._compile(script, file));
module.exports = linked.exports;
