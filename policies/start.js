// Starts the pack from compiled files. Transpiling takes a second at every preview, so the result is kept, under a name
// made from the sources; there is no build step to forget, and a changed source is never run in its old form.
"use strict";
/* global require, __dirname, __filename */
/* eslint-disable @typescript-eslint/no-require-imports -- the engine loads the pack by require() */
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");

const notSources = ["node_modules", "tests", "config"];

function sources() {
    const folders = fs.readdirSync(__dirname, { withFileTypes: true })
        .filter(entry => entry.isDirectory() && !notSources.includes(entry.name))
        .map(({ name }) => name);
    return ["", ...folders].flatMap(folder => fs.readdirSync(path.join(__dirname, folder))
        .filter(file => file.endsWith(".ts"))
        .map(file => ({ name: path.join(folder, file), text: fs.readFileSync(path.join(__dirname, folder, file), "utf8") })));
}

function contentKey(files) {
    const hash = createHash("sha256").update(fs.readFileSync(__filename));
    for (const { name, text } of files) {
        hash.update(`${name}\0${text}\0`);
    }
    return hash.digest("hex").slice(0, 16);
}

function transpile({ name, text }) {
    const ts = require("typescript");
    const { outputText } = ts.transpileModule(text, {
        fileName: name,
        compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true, inlineSourceMap: true },
    });
    return outputText;
}

/** Two previews at once may both compile; the one that renames its folder first wins, and the other uses it. */
function compile(files, target) {
    const work = fs.mkdtempSync(`${target}-`);
    for (const file of files) {
        const out = path.join(work, file.name.replace(/\.ts$/, ".js"));
        fs.mkdirSync(path.dirname(out), { recursive: true });
        fs.writeFileSync(out, transpile(file));
    }
    try {
        fs.renameSync(work, target);
    } catch (error) {
        fs.rmSync(work, { recursive: true });
        if (!fs.existsSync(target)) {
            throw error;
        }
    }
}

/** A name with a dash is a folder that another start is filling. */
function removeOthers() {
    for (const name of fs.readdirSync(cache)) {
        if (name !== path.basename(target) && !name.includes("-")) {
            fs.rmSync(path.join(cache, name), { recursive: true, force: true });
        }
    }
}

const files = sources();
const cache = path.join(__dirname, "node_modules", ".cache", "platforms-policies");
const target = path.join(cache, contentKey(files));
if (!fs.existsSync(target)) {
    fs.mkdirSync(cache, { recursive: true });
    compile(files, target);
    removeOthers();
}
require(path.join(target, "index.js"));
