// Starts the pack from a compiled form. Transpiling takes a second at every preview, so the result is kept, in one file
// under a name made from the sources: there is no build step to forget, and a changed source is never run in its old form.
"use strict";
/* global require, __dirname, __filename, process */
/* eslint-disable @typescript-eslint/no-require-imports -- the engine loads the pack by require() */
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");
const { withLazyModules } = require("./lazyModules");

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
    return ts.transpileModule(text, {
        fileName: name,
        compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true },
    }).outputText;
}

/** Runs inside the compiled file: requires between the modules are answered there, all others by Node. */
function linker(modules, nodeRequire) {
    const loaded = new Map();
    const load = id => {
        if (!loaded.has(id)) {
            const module = { exports: {} };
            loaded.set(id, module);
            const resolve = request => nodeRequire("node:path").join(id, "..", request);
            modules[id](module, module.exports, request => request.startsWith(".") ? load(resolve(request)) : nodeRequire(request));
        }
        return loaded.get(id).exports;
    };
    return load;
}

function compile(files) {
    const modules = files.map(file => `${JSON.stringify(file.name.replace(/\.ts$/, ""))}: (module, exports, require) => {\n${transpile(file)}}`);
    return `const modules = {\n${modules.join(",\n")}\n};\n(${linker.toString()})(modules, require)("index");\n`;
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
        if (stat && Date.now() - stat.mtimeMs > 24 * 60 * 60 * 1000) {
            fs.rmSync(other, { force: true });
        }
    }
}

const files = sources();
const compiled = path.join(__dirname, "node_modules", ".cache", "platforms-policies", `${contentKey(files)}.js`);
if (!fs.existsSync(compiled)) {
    keep(compiled, compile(files));
}
withLazyModules(() => require(compiled));
