// Usage: node json.mjs QUESTION < JSON. Answers for the shell scripts what jq would answer.
import console from "node:console";
import process from "node:process";
import { text } from "node:stream/consumers";

/** Every URL below a value, with the path that leads to it. */
function addresses(path, value) {
    if (typeof value === "string") return /^https?:\/\//.test(value) ? [`${path.padEnd(28)} ${value}`] : [];
    if (value === null || typeof value !== "object") return [];
    return Object.entries(value).flatMap(([key, inner]) => addresses(path === "" ? key : `${path}.${key}`, inner));
}

/** Every image that a container below a value names. */
function images(value) {
    if (value === null || typeof value !== "object") return [];
    // CloudNativePG's clusters have the second.
    const isImage = (key) => ["image", "imageName"].includes(key);
    return Object.entries(value).flatMap(([key, inner]) => isImage(key) && typeof inner === "string" ? [inner] : images(inner));
}

const questions = {
    /** Process and host that hold a lock of the file backend, and since when. */
    lock: ({ pid, hostname, timestamp }) => [`${pid} ${hostname} ${timestamp}`],
    /** The last update of a history: what it was, when, how it ended and what it changed. */
    update: ([last]) => last === undefined ? ["no update has ended yet"] : [
        `${last.kind} ${last.result}, ${last.startTime} to ${last.endTime}`,
        Object.entries(last.resourceChanges ?? {}).map(([operation, count]) => `${count} ${operation}`).join(", "),
    ].filter(line => line !== ""),
    /** How many operations an exported stack has begun and not finished. */
    pending: ({ deployment }) => [deployment?.pending_operations?.length ?? 0],
    addresses: (outputs) => addresses("", outputs),
    /** Names of the images that the containers of a preview run. */
    images: ({ steps }) => [...new Set((steps ?? []).flatMap(({ newState }) => images(newState?.inputs)))].sort(),
    names: (stacks) => stacks.map(({ name }) => name.split("/").at(-1)),
    /** What an exported stack refuses to delete: kind and name, sorted. */
    protected: ({ deployment }) => (deployment?.resources ?? []).filter(({ protect }) => protect)
        .map(({ urn }) => `${urn.split("::")[2].split("$").at(-1).split(":").at(-1)} ${urn.split("::")[3]}`).sort(),
    /** Where the objects of an exported stack lie. */
    namespaces: ({ deployment }) => [...new Set((deployment?.resources ?? []).flatMap(({ outputs }) => outputs?.metadata?.namespace ?? []))].sort(),
    resources: ({ deployment }) => [deployment?.resources?.length ?? 0],
};

const answer = questions[process.argv[2]];
if (!answer) throw new Error(`question ${process.argv[2]} is unknown; known are ${Object.keys(questions).join(", ")}`);
for (const line of answer(JSON.parse((await text(process.stdin)) || "{}"))) console.log(String(line));
