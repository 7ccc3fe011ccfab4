import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Behind, Survey, Unasked } from "./survey";
import { finished, shortReason } from "./survey";

/** A go.mod, as `go mod edit -json` prints it. */
export interface GoModule {
    readonly Require?: readonly { readonly Path: string; readonly Version: string; readonly Indirect?: boolean }[] | null;
    readonly Tool?: readonly { readonly Path: string }[] | null;
}

/**
 * Modules that a folder asks for by name: those it imports, those of its tools, and those that its build script names; the
 * others follow from them.
 */
export function namedModules({ Require, Tool }: GoModule, script: string): string[] {
    const required = Require ?? [];
    const ofTools = (Tool ?? []).map(({ Path: tool }) => required.map(({ Path }) => Path)
        .filter(path => tool === path || tool.startsWith(`${path}/`)).sort((one, other) => other.length - one.length)[0]);
    return required.filter(({ Path, Indirect }) =>
        !Indirect || ofTools.includes(Path) || script.split(/\s/).some(word => word === Path || word.startsWith(`${Path}/`)))
        .map(({ Path }) => Path);
}

/** A line of `go list -m -u -e -json`. */
interface Listed {
    readonly Path: string;
    readonly Version?: string;
    readonly Update?: { readonly Version: string };
    readonly Error?: { readonly Err: string };
    readonly Deprecated?: string;
}

/** What go said about the modules of a folder, as a survey. */
export function goSurvey(file: string, names: readonly string[], stdout: string, stderr: string): Survey {
    const listed = stdout.trim() === "" ? [] : JSON.parse(`[${stdout.trim().replace(/^}\n{/gm, "},{")}]`) as Listed[];
    const behind: Behind[] = [];
    const unasked: Unasked[] = [];
    for (const name of names) {
        const found = listed.find(({ Path }) => Path === name);
        if (found?.Error !== undefined || found === undefined) {
            unasked.push({ name, reason: shortReason(found?.Error?.Err.split("\n")[0]?.replace(/^.*: reading \S+: /, "") ?? stderr) });
        } else if (found.Update !== undefined) {
            behind.push({ name, current: found.Version ?? "", newest: found.Update.Version, ends: found.Deprecated && "deprecated", file });
        }
    }
    return { kind: "Go", asked: names.length - unasked.length, behind, unasked };
}

/** Asks for the newest releases of Go itself, of the line that a go.mod names and of all. */
export async function askGoRelease(root: string, file: string): Promise<Survey> {
    const cwd = join(root, dirname(file));
    const { stdout, stderr } = await finished("go", ["list", "-m", "-u", "-e", "-json", "toolchain"], cwd);
    const { asked, behind: [release], unasked } = goSurvey(file, ["toolchain"], stdout, stderr);
    if (release === undefined) {
        return { kind: "Go", asked, behind: [], unasked: unasked.map(({ reason }) => ({ name: "Go", reason })) };
    }
    const line = release.current.replace(/^go(\d+\.\d+).*$/, "$1");
    const newest = await finished("go", ["list", "-m", `go@${line}`], cwd);
    return { kind: "Go", asked, unasked, behind: [{ ...release, name: "Go", newestOfLine: newest.stdout.trim().replace(/^go /, "go") }] };
}

/** Asks the module proxy about the modules that a go.mod names. */
export async function askGo(root: string, file: string): Promise<Survey> {
    const cwd = join(root, dirname(file));
    const edit = await finished("go", ["mod", "edit", "-json"], cwd);
    if (!edit.ok) {
        return { kind: "Go", asked: 0, behind: [], unasked: [{ name: file, reason: shortReason(edit.stderr) }] };
    }
    const script = join(cwd, "build.sh");
    const names = namedModules(JSON.parse(edit.stdout), existsSync(script) ? readFileSync(script, "utf8") : "");
    if (names.length === 0) {
        return { kind: "Go", asked: 0, behind: [], unasked: [] };
    }
    const { stdout, stderr } = await finished("go", ["list", "-m", "-u", "-e", "-json", ...names], cwd);
    return goSurvey(file, names, stdout, stderr);
}
