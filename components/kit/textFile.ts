/** A shell script and the variables it reads besides those that connections and Secrets bring. */
export interface ShellScript {
    /** For `sh -c` or `bash -c`, as its file's extension says. */
    readonly text: string;
    readonly environment: Readonly<Record<string, string>>;
}

/**
 * A configuration file whose `{{placeholders}}` have their values, for what cannot read environment variables by itself.
 * @param template content of the file
 * @param values by name of the placeholder, which may stand more than once
 * @throws Error when a placeholder has no value, or a value no placeholder
 */
export function fillIn(template: string, values: Readonly<Record<string, string | number>>): string {
    const names = new Set([...template.matchAll(placeholder)].map(([, name]) => name as string));
    const missing = [...names].filter(name => !Object.hasOwn(values, name));
    const unused = Object.keys(values).filter(name => !names.has(name));
    if (missing.length > 0 || unused.length > 0) {
        throw new Error(`a template has the placeholders ${list(names)} and was given ${list(Object.keys(values))}; `
            + `without a value: ${list(missing)}, without a placeholder: ${list(unused)}`);
    }
    return template.replace(placeholder, (_, name: string) => String(values[name]));
}

/**
 * A shell script with the content of the files that it reads by `. FILE` in their place: it goes into a container as one text.
 * @param script content of the script
 * @param files contents by their path as the script writes it
 * @throws Error when the script reads a file that is not given, or a given one not
 */
export function withSourced(script: string, files: Readonly<Record<string, string>>): string {
    const paths = new Set([...script.matchAll(sourceLine)].map(([, path]) => path as string));
    const different = [...paths, ...Object.keys(files)].filter(path => !paths.has(path) || !Object.hasOwn(files, path));
    if (different.length > 0) {
        throw new Error(`a script reads ${list(paths)} and was given ${list(Object.keys(files))}; these differ: ${list(different)}`);
    }
    return script.replace(sourceLine, (_, path: string) => files[path] as string);
}

const placeholder = /\{\{(\w+)\}\}/g;

const sourceLine = /^\. (\S+)\n/gm;

function list(names: Iterable<string>): string {
    return [...names].join(", ") || "none";
}
