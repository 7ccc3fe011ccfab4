// Usage: node claims.mjs < PREVIEW, which pulumi preview --json wrote. Has the API server of kubectl judge, and not do, each change of
// a claim's size: a preview takes its refusal for a lack of rights and goes on. Ends 0 where all are allowed, 1 with the reasons where not.
import { spawnSync } from "node:child_process";
import console from "node:console";
import process from "node:process";
import { text } from "node:stream/consumers";

const sizeOf = state => state?.inputs?.spec?.resources?.requests?.storage;

const { steps = [] } = JSON.parse((await text(process.stdin)) || "{}");
const changed = steps.filter(({ op, newState, oldState }) => op === "update" && newState?.type?.endsWith(":PersistentVolumeClaim")
    && sizeOf(oldState) !== sizeOf(newState));
for (const { oldState, newState } of changed) {
    const { namespace, name } = newState.inputs.metadata;
    const [before, after] = [sizeOf(oldState), sizeOf(newState)];
    const patch = JSON.stringify({ spec: { resources: { requests: { storage: after } } } });
    const { status, stderr, error } = spawnSync("kubectl", ["patch", "persistentvolumeclaim", name, `--namespace=${namespace}`, `--patch=${patch}`,
        "--dry-run=server"], { encoding: "utf8" });
    if (status === 0) continue;
    console.log(`PersistentVolumeClaim ${namespace}/${name} cannot go from ${before} to ${after}: ${(error?.message ?? stderr).trim()}`);
    process.exitCode = 1;
}
