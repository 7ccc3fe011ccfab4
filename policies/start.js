// Starts the pack: links index.ts and all it imports, packages too, to one script and runs that. Linking takes less time than
// loading a compiler, and than finding out whether an earlier script still fits.
"use strict";
/* global module, require, __dirname */
/* eslint-disable @typescript-eslint/no-require-imports -- the engine loads the pack by require() */
const { buildSync } = require("esbuild");
const Module = require("node:module");
const path = require("node:path");
const process = require("node:process");

// The pack answers the engine itself; with POLICY_SERVER=sdk the policy SDK does.
const server = process.env.POLICY_SERVER === "sdk" ? "sdk.ts" : "index.ts";

const { outputFiles: [{ text }] } = buildSync({
    absWorkingDir: __dirname, entryPoints: [server], bundle: true, external: ["@pulumi/*"], platform: "node", target: "node22",
    write: false,
});
const pack = new Module(path.join(__dirname, "index.js"), module);
pack.paths = module.paths;
pack._compile(text, pack.id);
