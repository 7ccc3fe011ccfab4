import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { PinnedImage } from "../../components/kit/images";
import { imageTable, parseImage } from "../../components/kit/images";
import { commandLine } from "../commandLine";
import { root } from "../lines";
import { pythonPins, requirementFiles } from "../outdated/python";
import { imageLicences } from "./imageLicences";
import { obligationOf, obligations } from "./obligations";

const usage = `Usage: supply/run.sh licences

Renews docs/licences.md: the licences of all npm packages, Go modules, Python packages and images, with what they oblige a
company to that runs them. Go modules and Python packages are fetched for the licences in them, where they are not there yet.
`;

/** Where the page is kept. */
export const pagePath = join(root, "docs/licences.md");

/** A package or module, and its licence. */
export interface Licensed {
    readonly name: string;
    /** Empty when nobody could tell. */
    readonly licence: string;
}

const locks = ["package-lock.json", "policies/package-lock.json", "toolchain/node/package-lock.json"];

/** Packages of all lock files of npm, each once, with what they say of themselves. */
export function npmLicences(): Licensed[] {
    const found = new Map<string, Set<string>>();
    for (const file of locks) {
        const { packages } = JSON.parse(readFileSync(join(root, file), "utf8")) as
            { packages: Record<string, { name?: string; license?: string }> };
        for (const [path, { name, license = "" }] of Object.entries(packages).filter(([key]) => key !== "")) {
            const own = name ?? path.split("node_modules/").at(-1) ?? path;
            found.set(own, (found.get(own) ?? new Set()).add(license.replace(/^\((.*)\)$/, "$1")));
        }
    }
    return [...found].map(([name, licences]) => ({ name, licence: [...licences].sort().join(" AND ") }));
}

interface GoFile {
    readonly Require?: readonly { readonly Path: string; readonly Version: string }[] | null;
    readonly Replace?: readonly {
        readonly Old: { readonly Path: string };
        readonly New: { readonly Path: string; readonly Version?: string };
    }[] | null;
}

/** Modules that the go.mod files name, each once, with one of their versions; those that lie in this repository are left out. */
export function modulesNamed(): Map<string, string> {
    const found = new Map<string, string>();
    for (const file of execFileSync("git", ["ls-files", "*go.mod"], { cwd: root, encoding: "utf8" }).trim().split("\n")) {
        const { Require, Replace } = JSON.parse(
            execFileSync("go", ["mod", "edit", "-json"], { cwd: join(root, dirname(file)), encoding: "utf8" })) as GoFile;
        for (const { Path, Version } of Require ?? []) {
            const replaced = Replace?.find(({ Old }) => Old.Path === Path)?.New;
            const [path, version] = replaced ? [replaced.Path, replaced.Version] : [Path, Version];
            if (version !== undefined) {
                found.set(path, version);
            }
        }
    }
    return found;
}

function goLicences(): Licensed[] {
    const modules = [...modulesNamed()].map(([path, version]) => `${path}@${version}`);
    const cache = execFileSync("go", ["env", "GOMODCACHE"], { encoding: "utf8" }).trim();
    const output = execFileSync("go", ["run", "."], {
        cwd: __dirname, input: `${modules.join("\n")}\n`, encoding: "utf8", stdio: ["pipe", "pipe", "inherit"],
        env: { ...process.env, GOMODCACHE: cache }, maxBuffer: 64 * 1024 * 1024,
    });
    return output.trim().split("\n").map(line => {
        const [module = "", licence = ""] = line.split("\t");
        return { name: module.split("@")[0] ?? module, licence };
    });
}

/** What the packages of the example say of themselves, once they are installed. */
function pythonLicences(): Licensed[] {
    const python = `${execFileSync("./venv.sh", { cwd: join(root, "examples/taskflow-backend"), encoding: "utf8" }).trim()}/bin/python`;
    const script = [
        "import sys", "from importlib.metadata import metadata", "for name in sys.argv[1:]:", "    m = metadata(name)",
        "    said = m.get('License-Expression') or ''",
        "    classes = [c.split(' :: ')[-1] for c in m.get_all('Classifier') or [] if c.startswith('License ::')]",
        "    print(name + '\\t' + (said or ' AND '.join(classes) or (m.get('License') or '').split('\\n')[0]))",
    ].join("\n");
    const names = requirementFiles.flatMap(file => pythonPins(file, readFileSync(join(root, file), "utf8"))).map(({ name }) => name);
    return execFileSync(python, ["-c", script, ...names], { encoding: "utf8" }).trim().split("\n").map(line => {
        const [name = "", licence = ""] = line.split("\t");
        return { name, licence };
    });
}

function byLicence(kind: string, all: readonly Licensed[]): string[] {
    const groups = new Map<string, string[]>();
    for (const { name, licence } of all) {
        groups.set(licence, [...groups.get(licence) ?? [], name]);
    }
    const sorted = [...groups].sort(([one, names], [other, others]) => others.length - names.length || (one < other ? -1 : 1));
    return [
        `## ${kind}`, "", "| licence | number | what it obliges to |", "|---|---|---|",
        ...sorted.map(([licence, names]) => `| ${licence || "not recognised"} | ${names.length} | ${obligationOf(licence)} |`), "",
        ...sorted.flatMap(([licence, names]) => [`**${licence || "Not recognised"}**: ${[...names].sort().map(name => `\`${name}\``).join(", ")}`, ""]),
    ];
}

function images(): string[] {
    return Object.entries<PinnedImage>(imageTable).map(([role, { image }]) => {
        const { licence, source, note } = imageLicences[role as keyof typeof imageLicences];
        return `| \`${parseImage(image).repository}\` (${role}) | [${licence}](${source}) | ${note ?? obligationOf(licence)} |`;
    });
}

/** The page, from what is known of each kind. */
export function page(npm: readonly Licensed[], go: readonly Licensed[], python: readonly Licensed[]): string {
    return [
        "# Licences", "",
        "Generated by `make licences` from what packages say of themselves, the licence texts in Go modules (by Google's licensecheck), and "
            + "[supply/licences/imageLicences.ts](../supply/licences/imageLicences.ts). It tells what to look at; it is no legal advice.", "",
        "## Images", "",
        "What a stack runs. Images hold a base system beside the program, Debian or Alpine, under its own licences.", "",
        "| image | licence | what it obliges a company to that runs it |", "|---|---|---|", ...images(), "",
        ...byLicence("npm packages", npm),
        "Most only build and test; what runs is in `dependencies` of the two package.json files.", "",
        ...byLicence("Go modules", go),
        "They make the toolchain and the daemons of the tests. MinIO's modules, under AGPL-3.0, are in the tests' MinIO only, which is built and run "
            + "unchanged on the machine that tests; nothing of them is in a program that is given to others.", "",
        ...byLicence("Python packages", python),
        "They are in the example's image.", "",
    ].join("\n");
}

if (require.main === module) {
    commandLine(usage, process.argv.slice(2), {});
    process.stdout.write("Licences\n");
    const [npm, go, python] = [npmLicences(), goLicences(), pythonLicences()];
    writeFileSync(pagePath, page(npm, go, python));
    const unknown = [...npm, ...go, ...python].filter(({ licence }) => licence === "").map(({ name }) => name);
    process.stdout.write(`  ✓ docs/licences.md: ${npm.length} npm packages, ${go.length} Go modules, ${python.length} Python packages, `
        + `${Object.keys(imageTable).length} images; ${unknown.length} not recognised, ${obligations.length} kinds of obligations\n`);
}
