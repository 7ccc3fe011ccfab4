"use strict";
/* global module, require */
/* eslint-disable @typescript-eslint/no-require-imports -- what starts a program or a pack is loaded by require() */
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const process = require("node:process");
const vm = require("node:vm");

const dayMilliseconds = 24 * 60 * 60 * 1000;

function hash(...parts) {
    const sum = createHash("sha256");
    for (const part of parts) {
        sum.update(part).update("\0");
    }
    return sum.digest("hex").slice(0, 16);
}

/** Content of a file; undefined when there is none. */
function read(file) {
    try {
        return fs.readFileSync(file);
    } catch {
        return undefined;
    }
}

/** Hash of the sources, and of the list of packages that are installed. */
function digest(inputs, packages) {
    return hash(...[path.join(packages, ".package-lock.json"), ...inputs].map(file => read(file) ?? "none"));
}

/** The script of an earlier start, unless a source or a package changed. */
function readKept(file, packages) {
    const text = read(file)?.toString() ?? "";
    const end = text.indexOf("\n");
    if (end < 0) {
        return undefined;
    }
    const { inputs, digest: expected } = JSON.parse(text.slice("// ".length, end));
    return digest(inputs, packages) === expected ? text.slice(end + 1) : undefined;
}

function isWritable(folder) {
    try {
        fs.mkdirSync(folder, { recursive: true });
        fs.accessSync(folder, fs.constants.W_OK);
        return true;
    } catch {
        return false;
    }
}

/** Other starts may be reading and writing here: a file appears whole, under its final name, or not at all. */
function keep(file, content) {
    if (!isWritable(path.dirname(file))) {
        return;
    }
    const draft = `${file}.${process.pid}`;
    fs.writeFileSync(draft, content);
    fs.renameSync(draft, file);
    for (const name of fs.readdirSync(path.dirname(file)).filter(other => other !== path.basename(file))) {
        const other = path.join(path.dirname(file), name);
        const stat = fs.statSync(other, { throwIfNoEntry: false });
        if (stat && Date.now() - stat.mtimeMs > dayMilliseconds) {
            fs.rmSync(other, { force: true });
        }
    }
}

function link(options, packages, file) {
    const began = Date.now();
    const { outputFiles: [{ text }], metafile } = require("esbuild").buildSync({ ...options, write: false, metafile: true });
    const inputs = Object.keys(metafile.inputs).map(input => path.resolve(options.absWorkingDir, input))
        .filter(input => !input.includes("node_modules"));
    // A source that is being edited may have been read before or after.
    if (inputs.every(input => fs.statSync(input).mtimeMs < began)) {
        keep(file, `// ${JSON.stringify({ inputs, digest: digest(inputs, packages) })}\n${text}`);
    }
    return text;
}

/** Runs a script as a module, in the form that V8 compiled it to at an earlier start. */
function run(script, compiled, file, parent) {
    const cachedData = read(compiled);
    const code = new vm.Script(Module.wrap(script), { filename: file, cachedData });
    const module = new Module(file, parent);
    code.runInThisContext().call(module.exports, module.exports, Module.createRequire(parent.filename), module, file, path.dirname(file));
    if (cachedData === undefined || code.cachedDataRejected) {
        keep(compiled, code.createCachedData());
    }
    return module.exports;
}

/**
 * Links a program's sources to one script and runs it. The script is kept below `packages` until a source or a package
 * changes: there is no build step to forget, and a changed source is never run in its old form.
 * @param options of esbuild, with the entry point
 * @param packages the folder node_modules
 * @param file name of the script in errors, and as what it is loaded
 * @param parent module that finds the packages
 * @returns the exports of the entry point
 */
function runLinked(options, packages, file, parent) {
    const kept = path.join(packages, ".cache", "platforms", `${hash(JSON.stringify(options))}.js`);
    const script = readKept(kept, packages) ?? link(options, packages, kept);
    return run(script, kept.replace(/js$/, hash(script)), file, parent);
}

module.exports = { runLinked };
