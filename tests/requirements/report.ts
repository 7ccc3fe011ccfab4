import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { requirementIds, standing, summary } from "./coverage";
import type { TestRun } from "./coverage";

const root = join(__dirname, "..", "..");
const results = join(process.env["PLATFORMS_STATE"] ?? join(root, ".state"), "test-results");
const requirements = join(root, "docs", "requirements");
const platforms = join(root, "components", "platforms");

function print(text: string): void {
    process.stdout.write(`${text}\n`);
}

/** The JSON files of the newest run of `make test`; its folders are named by their time. */
function newestRuns(): TestRun[] {
    const newest = existsSync(results) ? readdirSync(results).sort().at(-1) : undefined;
    if (newest === undefined) {
        throw new Error(`${results} holds no results; run make test first`);
    }
    const files = readdirSync(join(results, newest), { recursive: true, encoding: "utf8" }).filter(name => name.endsWith(".json"));
    return files.map(name => JSON.parse(readFileSync(join(results, newest, name), "utf8")) as TestRun);
}

function main(): void {
    const tested = standing(newestRuns());
    const reasons = parse(readFileSync(join(requirements, "untested.yaml"), "utf8")) as Record<string, string>;
    for (const file of readdirSync(requirements).filter(name => name.endsWith(".md")).sort()) {
        const platform = file.replace(/\.md$/, "");
        if (!existsSync(join(platforms, platform, "index.ts"))) {
            print(`${platform}: not part of the program yet`);
            continue;
        }
        const ids = requirementIds(readFileSync(join(requirements, file), "utf8"));
        print(summary(platform, ids, tested, reasons));
    }
}

try {
    main();
} catch (error) {
    process.stderr.write(`error: ${(error as Error).message}\n`);
    process.exitCode = 1;
}
