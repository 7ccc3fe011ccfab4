import { execFileSync } from "node:child_process";
import { imageTable } from "../../components/kit/images";
import { supportFindings } from "../../components/kit/supportEnd";
import { commandLine } from "../commandLine";
import { goReleaseFile, linesInUse, root } from "../lines";
import { askGo, askGoRelease } from "./go";
import { askImages } from "./images";
import { askNpm, npmFolders } from "./npm";
import { askPython } from "./python";
import type { Survey } from "./survey";
import { report } from "./survey";

const usage = `Usage: supply/run.sh outdated

Lists what is behind: npm packages, Go and its modules, Python packages and images, each with the version in use, the newest one
and the end of its release line; then why some of them stay (supply/outdated/held.ts), and release lines that end soon. It
changes nothing and opens nothing: Renovate does that (.github/renovate.json). Each registry is asked as npm, go, pip and docker are set up; REGISTRY_MIRROR is asked for images.

Exit codes: 0 all could be asked, whatever the list says; 3 some could not, which the list names.
`;

const incomplete = 3;

/** Every go.mod of the repository. */
function goModules(): string[] {
    return execFileSync("git", ["ls-files", "*go.mod"], { cwd: root, encoding: "utf8" }).trim().split("\n");
}

/** Surveys of one kind as one. */
function together(kind: string, surveys: readonly Survey[]): Survey {
    return {
        kind, asked: surveys.reduce((sum, { asked }) => sum + asked, 0),
        behind: surveys.flatMap(({ behind }) => behind), unasked: surveys.flatMap(({ unasked }) => unasked),
    };
}

async function one<Item>(kind: string, items: readonly Item[], ask: (item: Item) => Promise<Survey>): Promise<Survey> {
    const found: Survey[] = [];
    for (const item of items) {
        found.push(await ask(item));
    }
    process.stderr.write(`  ✓ ${kind}\n`);
    return together(kind, found);
}

async function outdated(): Promise<number> {
    commandLine(usage, process.argv.slice(2), {});
    process.stderr.write("Asking the registries\n");
    const surveys = await Promise.all([
        one("npm", npmFolders, folder => askNpm(root, folder)),
        one("Go", ["", ...goModules()], file => file === "" ? askGoRelease(root, goReleaseFile) : askGo(root, file)),
        one("PyPI", [root], askPython),
        one("images", [Object.values(imageTable)], askImages),
    ]);
    process.stdout.write(`\n${report(surveys)}\n`);
    const ending = supportFindings(linesInUse(), new Date());
    process.stdout.write(ending.length === 0 ? "No release line in use ends within 90 days.\n"
        : ending.map(({ level, message }) => `${level}: ${message}\n`).join(""));
    return surveys.some(({ unasked }) => unasked.length > 0) ? incomplete : 0;
}

void outdated().then(code => { process.exitCode = code; });
