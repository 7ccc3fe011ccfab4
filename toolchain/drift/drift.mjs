// Usage: node drift.mjs [--targets FILE] < STATE. Compares the objects of an exported state with the cluster of kubectl and writes a
// line for each field that is another there. FILE gets the URNs of these objects, but for those that stay as they are. Ends 0 where nothing differs, 1 where something
// does, 2 where that could not be told.
import { spawnSync } from "node:child_process";
import console from "node:console";
import { writeFileSync } from "node:fs";
import process from "node:process";
import { text } from "node:stream/consumers";
import { drifted, keyOf, objectsOf, resourceOf } from "./compare.mjs";

/** The label that every object of the program carries: a large cluster is not read as a whole. */
const ours = "app.kubernetes.io/managed-by=pulumi";

/** Bytes: more than all objects of all platforms. */
const outputLimit = 1024 * 1024 * 1024;

function kubectl(...args) {
    const { status, stdout, stderr, error } = spawnSync("kubectl", args, { encoding: "utf8", maxBuffer: outputLimit });
    if (status !== 0) throw new Error((error?.message ?? stderr).trim());
    return stdout;
}

function list(context, resources, ...more) {
    if (resources.length === 0) return [];
    const kinds = [...new Set(resources)].sort().join(",");
    return JSON.parse(kubectl(...context, "get", kinds, "--all-namespaces", "--output=json", ...more)).items;
}

/** What of these objects the cluster has, by key; what lost its label is looked for without it. */
function liveObjects(objects, context) {
    const resources = objects.map(({ recorded }) => resourceOf(recorded));
    const live = new Map(list(context, resources, `--selector=${ours}`).map(object => [keyOf(object), object]));
    const missing = objects.filter(({ recorded }) => !live.has(keyOf(recorded)));
    for (const object of list(context, missing.map(({ recorded }) => resourceOf(recorded)))) live.set(keyOf(object), object);
    return live;
}

try {
    const state = JSON.parse((await text(process.stdin)) || "{}");
    const objects = objectsOf(state);
    const provider = state.deployment?.resources?.find(({ type }) => type === "pulumi:providers:kubernetes");
    const context = provider?.inputs?.context ? [`--context=${provider.inputs.context}`] : [];
    const found = drifted(objects, liveObjects(objects, context));
    for (const line of found.flatMap(({ lines }) => lines)) console.log(line);
    const [option, file] = process.argv.slice(2);
    if (option === "--targets") writeFileSync(file, found.filter(({ stays }) => !stays).map(({ urn }) => `${urn}\n`).join(""));
    process.exitCode = found.length > 0 ? 1 : 0;
} catch (error) {
    console.error(`the cluster could not be compared: ${error.message}`);
    process.exitCode = 2;
}
