import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { imageTable } from "../../components/kit/images";
import { commandLine } from "../commandLine";
import type { LockChange } from "./lock";
import { changes, lockAfter, withoutLocked } from "./lock";
import { ask, problemText } from "./registry";

const usage = `Usage: supply/run.sh pin [--update] [--directory DIR]

Asks the registries for the digest of every image of components/kit/images.ts, writes images.lock.json, and takes the images
that are locked from the exemptions of policies/platforms.json: from then on prod demands their digests.

  --update         a tag that names something else than before gets the new digest; otherwise it keeps the locked one
  --directory DIR  where images.lock.json and policies/platforms.json are; default: this checkout

Credentials are docker's (docker login, DOCKER_CONFIG). REGISTRY_MIRROR=HOST[:PORT][/PATH] is asked instead of all registries.

Exit codes: 0 every image is locked as its registry has it, 3 some images have no digest, 4 some tags have moved and keep
the locked digest.
`;

/** Exit codes beyond those of a failure. */
const exitCodes = { unanswered: 3, moved: 4 } as const;

const marks: Readonly<Record<LockChange["outcome"], string>> = {
    added: "+", kept: "✓", updated: "~", moved: "!", removed: "-", unanswered: "✗",
};

function described({ outcome, digest, answer }: LockChange): string {
    const platforms = answer?.platforms ?? [];
    const shown = digest?.slice(0, "sha256:".length + 12) ?? "";
    switch (outcome) {
        case "added":
        case "kept":
            return `${shown}  ${platforms.length === 1 ? `one platform only: ${platforms[0]}` : `${platforms.length} platforms`}`;
        case "moved":
            return `the tag now names ${answer?.digest}; ${shown} stays locked. See what changed, then: make pin UPDATE=1`;
        case "updated":
            return `${shown}  the tag names this now`;
        case "removed":
            return "no longer in the table";
        case "unanswered":
            return `${digest === undefined ? "not locked" : `${shown} stays locked`}: ${answer ? problemText(answer) : "no answer came"}`;
    }
}

/** Other programs read these files: each appears whole. */
function write(file: string, value: unknown): void {
    writeFileSync(`${file}.new`, `${JSON.stringify(value, null, 4)}\n`);
    renameSync(`${file}.new`, file);
}

async function pin(argv: readonly string[]): Promise<number> {
    const { update, directory } = commandLine(usage, argv, { update: { type: "boolean" }, directory: { type: "string" } });
    const root = directory ?? join(__dirname, "../..");
    const [lockFile, policyFile] = [join(root, "images.lock.json"), join(root, "policies/platforms.json")];
    const lock = JSON.parse(readFileSync(lockFile, "utf8"));
    const images = [...new Set(Object.values(imageTable).map(({ image }) => image as string))];

    process.stdout.write(`Digests of ${images.length} images\n`);
    const width = Math.max(...images.map(image => image.length));
    const tell = (change: LockChange): void => {
        process.stdout.write(`  ${marks[change.outcome]} ${change.image.padEnd(width)}  ${described(change)}\n`);
    };
    const answers = await ask("digests", images, answer => changes([answer.name], lock, [answer], update ?? false)
        .filter(({ image }) => image === answer.name).forEach(tell));
    const found = changes(images, lock, answers, update ?? false);
    found.filter(({ image, outcome }) => outcome === "removed" || !answers.some(({ name }) => name === image)).forEach(tell);

    const after = lockAfter(found);
    write(lockFile, after);
    const policies = JSON.parse(readFileSync(policyFile, "utf8"));
    write(policyFile, { ...policies, imageDigest: withoutLocked(policies.imageDigest, images, after) });

    const count = (outcome: LockChange["outcome"]): number => found.filter(change => change.outcome === outcome).length;
    process.stdout.write(`${Object.keys(after).length} of ${images.length} images are locked in images.lock.json`
        + `: ${count("added")} added, ${count("updated")} updated, ${count("removed")} removed, ${count("moved")} moved, `
        + `${count("unanswered")} without answer\n`);
    return count("unanswered") > 0 ? exitCodes.unanswered : count("moved") > 0 ? exitCodes.moved : 0;
}

void pin(process.argv.slice(2)).then(code => { process.exitCode = code; });
