import fs from "node:fs";
import { resolve, sep } from "node:path";

const repository = resolve(__dirname, "../..") + sep;
const documents = resolve(__dirname, "../documents") + sep;
/** Takes commands out of pages, which are run. */
const runbookCommands = resolve(__dirname, "runbookCommands.ts");
/** Says what is to be proven, and nothing about the program. */
const requirements = resolve(__dirname, "../../docs/requirements") + sep;

/** Whether a test of tests/documents, or what runs commands of pages, is on the stack of calls. */
function inDocuments(): boolean {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = Infinity;
    const { stack = "" } = new Error("who reads");
    Error.stackTraceLimit = stackTraceLimit;
    return stack.includes(documents) || stack.includes(runbookCommands);
}

/**
 * Refuses a page of prose to everybody but tests/documents: what a page says proves that something is documented, and the
 * report on the requirements tells both apart by the folder of the test.
 * @throws Error when a test elsewhere reads a page of the repository
 */
function refuse(path: unknown): void {
    if (path instanceof URL || typeof path === "string") {
        const file = path instanceof URL ? path.pathname : resolve(path);
        if (file.endsWith(".md") && file.startsWith(repository) && !file.startsWith(requirements)
            && !file.includes(`${sep}node_modules${sep}`) && !inDocuments()) {
            throw new Error(`${file.slice(repository.length)} is prose, which proves nothing of the program; a test that reads it belongs in tests/documents`);
        }
    }
}

function guard(owner: object, name: string): void {
    const methods = owner as Record<string, (path: unknown, ...more: unknown[]) => unknown>;
    const original = methods[name] as (path: unknown, ...more: unknown[]) => unknown;
    methods[name] = function (path, ...more) {
        refuse(path);
        return original.call(this, path, ...more);
    };
}

for (const name of ["readFileSync", "readFile", "createReadStream", "openSync", "open"]) {
    guard(fs, name);
}
guard(fs.promises, "readFile");
