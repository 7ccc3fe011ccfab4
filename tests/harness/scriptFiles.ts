import { readdirSync, readFileSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import { textExtensions } from "../../textFiles";

export { textExtensions };

const components = resolve(__dirname, "../../components");

/** A file that the program imports as text. */
export interface ScriptFile {
    /** Path below components/. */
    readonly path: string;
    readonly file: string;
    readonly extension: string;
    readonly text: string;
}

/** Paths below components/ of all files. */
export function componentFiles(): string[] {
    return readdirSync(components, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
        .map(entry => join(entry.parentPath, entry.name).slice(components.length + 1)).sort();
}

/** Files of these kinds; of all kinds when none is named. */
export function scriptFiles(...extensions: string[]): ScriptFile[] {
    return componentFiles().filter(path => (extensions.length > 0 ? extensions : textExtensions).includes(extname(path))).map(path => {
        const file = join(components, path);
        return { path, file, extension: extname(path), text: readFileSync(file, "utf8") };
    });
}
