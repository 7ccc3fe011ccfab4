"use strict";
/* global module, require */
/* eslint-disable @typescript-eslint/no-require-imports -- what starts a program or a pack is loaded by require() */
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const process = require("node:process");

const dayMilliseconds = 24 * 60 * 60 * 1000;

function hash(...parts) {
    const sum = createHash("sha256");
    for (const part of parts) {
        sum.update(part).update("\0");
    }
    return sum.digest("hex").slice(0, 16);
}

/** Hash of the sources, and of the list of packages that are installed; undefined when a source is gone. */
function digest(inputs, packages) {
    try {
        const installed = path.join(packages, ".package-lock.json");
        return hash(fs.existsSync(installed) ? fs.readFileSync(installed) : "", ...inputs.map(input => fs.readFileSync(input)));
    } catch {
        return undefined;
    }
}

/** The script of an earlier start, unless a source or a package changed. */
function readKept(file, packages) {
    const text = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
    const end = text.indexOf("\n");
    if (end < 0) {
        return undefined;
    }
    const { inputs, digest: expected } = JSON.parse(text.slice("// ".length, end));
    return digest(inputs, packages) === expected ? text.slice(end + 1) : undefined;
}

function isWritable(folder) {
    try {
        fs.accessSync(folder, fs.constants.W_OK);
        return true;
    } catch {
        return false;
    }
}

/** Other starts may be reading and writing here: a file appears whole, under its final name, or not at all. */
function keep(file, content) {
    fs.mkdirSync(path.dirname(file), { recursive: true });
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

/**
 * Links a program's sources to one script, which is kept below `packages` until one of them changes: there is no build
 * step to forget, and a changed source is never run in its old form.
 * @param options of esbuild, with the entry point
 * @param packages the folder node_modules
 */
function linkedScript(options, packages) {
    const folder = options.absWorkingDir;
    const file = path.join(packages, ".cache", "platforms", `${hash(JSON.stringify(options))}.js`);
    const kept = readKept(file, packages);
    if (kept !== undefined) {
        return kept;
    }
    const began = Date.now();
    const { outputFiles, metafile } = require("esbuild").buildSync({ ...options, write: false, metafile: true });
    const inputs = Object.keys(metafile.inputs).map(input => path.resolve(folder, input)).filter(input => !input.includes("node_modules"));
    // A source that is being edited may have been read before or after.
    if (inputs.every(input => fs.statSync(input).mtimeMs < began) && isWritable(packages)) {
        keep(file, `// ${JSON.stringify({ inputs, digest: digest(inputs, packages) })}\n${outputFiles[0].text}`);
    }
    return outputFiles[0].text;
}

/** Runs a script as the module `file`, which finds the packages that `parent` finds, and gives its exports. */
function runScript(script, file, parent) {
    const linked = new Module(file, parent);
    linked.filename = file;
    linked.paths = parent.paths;
    linked._compile(script, file);
    return linked.exports;
}

module.exports = { linkedScript, runScript };
