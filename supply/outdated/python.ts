import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Behind, Survey, Unasked } from "./survey";
import { finished, shortReason } from "./survey";

/** A package that a requirements.txt pins. */
export interface PythonPin {
    readonly name: string;
    readonly version: string;
    readonly file: string;
}

/** The packages that a requirements.txt pins. */
export function pythonPins(file: string, text: string): PythonPin[] {
    return [...text.matchAll(/^([\w.-]+)==(\S+)/gm)].map(([, name = "", version = ""]) => ({ name, version, file }));
}

/** Files with the packages of the examples. */
export const requirementFiles = ["examples/taskflow-backend/requirements.txt", "examples/taskflow-backend/requirements-dev.txt"] as const;

/** The newest version in what `pip index versions` printed: `flask (3.1.3)`. */
export function newestOf(stdout: string): string | undefined {
    return /^\S+ \((\S+)\)/m.exec(stdout)?.[1];
}

/** Asks the index that pip is set up with. */
export async function askPython(root: string): Promise<Survey> {
    const pins = requirementFiles.flatMap(file => pythonPins(file, readFileSync(join(root, file), "utf8")));
    const behind: Behind[] = [];
    const unasked: Unasked[] = [];
    for (const { name, version, file } of pins) {
        const { stdout, stderr } = await finished("python3",
            ["-m", "pip", "index", "versions", name, "--disable-pip-version-check", "--retries", "1", "--timeout", "10"], root);
        const newest = newestOf(stdout);
        if (newest === undefined) {
            unasked.push({ name, reason: shortReason(stderr) });
        } else if (newest !== version) {
            behind.push({ name, current: version, newest, file });
        }
    }
    return { kind: "PyPI", asked: pins.length - unasked.length, behind, unasked };
}
