import { join } from "node:path";
import type { Survey } from "./survey";
import { finished, shortReason } from "./survey";

/** Folders with a package.json. */
export const npmFolders = [".", "policies", "toolchain/node"] as const;

interface Outdated {
    readonly current?: string;
    readonly wanted: string;
    readonly latest: string;
}

/** The part of a package.json that names other packages. */
export interface PackageFile {
    readonly dependencies?: Readonly<Record<string, string>>;
    readonly devDependencies?: Readonly<Record<string, string>>;
    readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** Names of the packages that a package.json asks for. */
export function dependenciesOf({ dependencies, devDependencies, optionalDependencies }: PackageFile): string[] {
    return Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies });
}

/** What `npm outdated --json` said in a folder, as a survey. */
export function npmSurvey(folder: string, names: readonly string[], stdout: string, stderr: string): Survey {
    const file = join(folder, "package.json");
    let found: Record<string, Outdated | { readonly summary?: string; readonly code?: string }>;
    try {
        found = JSON.parse(stdout || "{}");
    } catch {
        return { kind: "npm", asked: 0, behind: [], unasked: [{ name: file, reason: shortReason(stderr) }] };
    }
    if ("error" in found || (stdout === "" && stderr.includes("npm error"))) {
        const { summary, code } = (found["error"] ?? {}) as { summary?: string; code?: string };
        return { kind: "npm", asked: 0, behind: [], unasked: [{ name: file, reason: shortReason(`${code ?? ""} ${summary ?? stderr}`) }] };
    }
    const behind = Object.entries(found as Record<string, Outdated>).map(([name, { current, wanted, latest }]) =>
        ({ name, current: current ?? wanted, newest: latest, file })).filter(({ current, newest }) => current !== newest);
    return { kind: "npm", asked: names.length, behind, unasked: [] };
}

/** Asks npm's registry about the packages of a folder. */
export async function askNpm(root: string, folder: string): Promise<Survey> {
    const cwd = join(root, folder);
    const names = dependenciesOf(require(join(cwd, "package.json")));
    const args = ["outdated", "--json", "--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-timeout=20000"];
    const { stdout, stderr } = await finished("npm", args, cwd);
    return npmSurvey(folder, names, stdout, stderr);
}
