// Lets ts-node import what start.js links as text; tsconfig.json names this file.
"use strict";
/* global require */
/* eslint-disable @typescript-eslint/no-require-imports -- ts-node loads it by require() */
const { readFileSync } = require("node:fs");
const Module = require("node:module");
const { textExtensions } = require("../../textFiles");

for (const extension of textExtensions) {
    Module._extensions[extension] = (file, filename) => {
        file.exports = readFileSync(filename, "utf8");
    };
}
