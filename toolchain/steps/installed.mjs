// Usage: node installed.mjs DIRECTORY. Exits 0 when DIRECTORY/node_modules holds what its package-lock.json asks for.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

function packagesOf(file) {
    try {
        return JSON.parse(readFileSync(file, "utf8")).packages ?? {};
    } catch {
        return undefined;
    }
}

const directory = process.argv[2] ?? ".";
const wanted = packagesOf(join(directory, "package-lock.json"));
// npm keeps beside the packages a lock of what it really installed.
const present = packagesOf(join(directory, "node_modules", ".package-lock.json"));
if (!wanted || !present) process.exit(1);

const missing = Object.entries(wanted).filter(([path, entry]) =>
    path !== "" && !(path in present ? present[path].version === entry.version && present[path].integrity === entry.integrity : entry.optional));
process.exit(missing.length === 0 ? 0 : 1);
