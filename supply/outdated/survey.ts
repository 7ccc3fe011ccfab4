import { execFile } from "node:child_process";
import { reasonOf } from "./held";

/** A version that is in use although there is a newer one. */
export interface Behind {
    /** Package, module or image. */
    readonly name: string;
    readonly current: string;
    /** Newest version of the same release line, where that is another one than the newest of all. */
    readonly newestOfLine?: string | undefined;
    readonly newest: string;
    /** Last day of the release line, or why none is known; undefined where nobody announces ends. */
    readonly ends?: string | undefined;
    /** File in which the version is written. */
    readonly file: string;
}

/** What could not be asked. */
export interface Unasked {
    readonly name: string;
    readonly reason: string;
}

/** What one kind of registry says. */
export interface Survey {
    /** Such as `npm`. */
    readonly kind: string;
    /** How many versions were compared. */
    readonly asked: number;
    readonly behind: readonly Behind[];
    readonly unasked: readonly Unasked[];
}

/** What a finished program said. */
export interface Finished {
    readonly ok: boolean;
    readonly stdout: string;
    readonly stderr: string;
}

/** Runs a program to its end, whatever comes of it; one that does not exist says so on `stderr`. */
export function finished(program: string, args: readonly string[], cwd: string): Promise<Finished> {
    return new Promise(resolve => {
        execFile(program, args, { cwd, maxBuffer: 64 * 1024 * 1024, encoding: "utf8" }, (error, stdout, stderr) => {
            resolve({ ok: error === null, stdout, stderr: stderr === "" && error !== null ? error.message : stderr });
        });
    });
}

/** The last line of what a program complained of, short enough for a table. */
export function shortReason(text: string): string {
    const lines = text.trim().split("\n").map(line => line.trim()).filter(line => line !== "");
    return (lines.at(-1) ?? "no answer").slice(0, 160);
}

/** A table with columns as wide as their widest cell. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
    const widths = header.map((title, index) => Math.max(title.length, ...rows.map(row => (row[index] ?? "").length)));
    return [header, ...rows].map(row => `  ${row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join("  ").trimEnd()}\n`).join("");
}

/** Why versions stay behind, and which of them nothing holds. */
function reasons(behind: readonly Behind[]): string {
    const byReason = new Map<string | undefined, Set<string>>();
    for (const entry of behind) {
        // Nothing holds what lacks the fixes of its own line.
        const why = [undefined, entry.current].includes(entry.newestOfLine) ? reasonOf(entry) : undefined;
        byReason.set(why, (byReason.get(why) ?? new Set()).add(entry.name));
    }
    const free = [...byReason.get(undefined) ?? []].join(", ");
    const rows = [...byReason].filter(([why]) => why !== undefined).map(([why = "", names]) => `  ${why}\n    ${[...names].join(", ")}\n`);
    return `Stay behind on purpose:${rows.length === 0 ? " nothing\n" : `\n${rows.join("")}`}Nothing holds: ${free || "none of them"}\n`;
}

/** All surveys as text: what is behind by kind, why it stays, then what could not be asked. */
export function report(surveys: readonly Survey[]): string {
    const text = surveys.map(({ kind, asked, behind }) => `${kind}: ${behind.length} of ${asked} behind\n` + (behind.length === 0 ? "" : table(
        ["name", "current", "newest of its line", "newest", "end of the line", "written in"],
        behind.map(({ name, current, newestOfLine = "", newest, ends = "", file }) => [name, current, newestOfLine, newest, ends, file]),
    )));
    const unasked = surveys.flatMap(({ kind, unasked: missing }) => missing.map(({ name, reason }) => [kind, name, reason]));
    const behind = surveys.flatMap(survey => survey.behind);
    return [
        ...text, ...(behind.length === 0 ? [] : [reasons(behind)]), ...(unasked.length === 0 ? [] : [`Could not be asked: ${unasked.length}\n${table(["kind", "name", "reason"], unasked)}`]),
    ].join("\n");
}
