// Starts the program: links index.ts and all it imports to one script and runs that. docs/toolchain.md says what each part
// of this is worth.
"use strict";
/* global module, require */
/* eslint-disable @typescript-eslint/no-require-imports -- the engine loads the program by require() */
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const process = require("node:process");
const { allOrNothing } = require("./allOrNothing");
const { textExtensions } = require("./textFiles");

/** Arguments of the engine that started this process, through its language host; undefined where that cannot be told. */
function engineArguments() {
    try {
        for (let pid = String(process.ppid); pid !== "0";) {
            const [command, ...args] = fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
            if (path.basename(command) === "pulumi") {
                return args;
            }
            pid = /^PPid:\s*(\d+)$/m.exec(fs.readFileSync(`/proc/${pid}/status`, "utf8"))[1];
        }
    } catch {
        // Not Linux, or a process that may not be looked at.
    }
    return undefined;
}

/** Whether somebody reads the debug messages of the SDK: of its options the engine tells the program nothing. */
function isDebugLogRead() {
    const { PULUMI_OPTION_DEBUG: debug = "", PULUMI_OPTION_VERBOSE: verbose = "" } = process.env;
    const args = engineArguments() ?? (debug === "" ? ["--debug"] : []);
    return !["", "0", "false"].includes(debug.toLowerCase()) || verbose !== ""
        || args.some(argument => /^--(?:debug|verbose|logtostderr)(?:=(?!false|0)|$)|^-\w*[dv]/.test(argument));
}

// The SDK also loads what serialises functions and what starts other programs. No program here does that.
const loadedLater = ["execa", "normalize-package-data", "typescript"];

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

// The engine starts a program in its project's folder.
const file = path.resolve("index.js");

function link(options = {}) {
    return require("esbuild").buildSync({
        absWorkingDir: process.cwd(), entryPoints: ["index.ts"], outfile: file, tsconfig: process.env.PULUMI_NODEJS_TSCONFIG_PATH,
        bundle: true, external: ["@pulumi/*"], platform: "node", target: "node22", write: false,
        loader: Object.fromEntries(textExtensions.map(extension => [extension, "text"])), ...options,
    }).outputFiles[0].text;
}

// Errors name their places in the sources instead of in the linked script; the map of it is made when there is one.
let sources;
function place(frame) {
    if (frame.getFileName() !== file) {
        return String(frame);
    }
    sources ??= new Module.SourceMap(JSON.parse(link({ sourcemap: "external" })));
    const { originalSource, originalLine } = sources.findEntry(frame.getLineNumber() - 1, frame.getColumnNumber() - 1);
    return originalSource ? `${frame.getFunctionName() ?? "program"} (${originalSource}:${originalLine + 1})` : String(frame);
}

// For its search of leaks the SDK keeps where each promise was made, as the stack of an error without a message. Writing these
// takes longer than all else that the program does, and nothing but the search reads them.
const areLeaksSought = Boolean(process.env.PULUMI_DEBUG_PROMISE_LEAKS);
Error.prepareStackTrace = (error, frames) =>
    [String(error), ...(error.message || areLeaksSought ? frames.map(place) : [])].join("\n    at ");

module.exports = async () => withLazyModules(() => {
    if (!isDebugLogRead()) {
        require("@pulumi/pulumi/log").debug = () => Promise.resolve();
    }
    const program = new Module(file, module);
    program.paths = module.paths;
    const script = link();
    allOrNothing(() => program._compile(script, file));
    return program.exports;
});
