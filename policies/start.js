// Starts the pack: links index.ts and all it imports, packages too, to one script and runs that.
"use strict";
/* global module, require, __dirname */
/* eslint-disable @typescript-eslint/no-require-imports -- the engine loads the pack by require() */
const path = require("node:path");
const { runLinked } = require("./linkedScript");

const options = { absWorkingDir: __dirname, entryPoints: ["index.ts"], bundle: true, platform: "node", target: "node22" };
runLinked(options, path.join(__dirname, "node_modules"), path.join(__dirname, "index.js"), module);
