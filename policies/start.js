// Starts the pack: links index.ts and all it imports to one script and runs that.
"use strict";
/* global module, require, __dirname */
/* eslint-disable @typescript-eslint/no-require-imports -- the engine loads the pack by require() */
const path = require("node:path");
const { withLazyModules } = require("./lazyModules");
const { linkedScript, runScript } = require("./linkedScript");

const script = linkedScript({
    absWorkingDir: __dirname, entryPoints: ["index.ts"], bundle: true, packages: "external", platform: "node", target: "node20",
}, path.join(__dirname, "node_modules"));
withLazyModules(() => runScript(script, path.join(__dirname, "index.js"), module));
