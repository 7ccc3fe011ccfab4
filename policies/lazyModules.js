"use strict";
/* global module, require */
/* eslint-disable @typescript-eslint/no-require-imports -- replaces what require() does */
const Module = require("node:module");

// @pulumi/pulumi also loads what serialises functions and what starts other programs. Neither a program nor a policy pack
// here does that, and these modules are two thirds of its load time.
const loadedLater = ["@npmcli/arborist", "execa", "normalize-package-data", "typescript"];

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

module.exports = { withLazyModules };
