import { globSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

const root = join(__dirname, "../..");

/** Where the picture is kept, between two marks. */
export const architecturePath = join(root, "docs/architecture.md");

const marks = { begin: "<!-- rooms: npm run docs:architecture -->", end: "<!-- /rooms -->" } as const;

function roomOf(path: string): string | undefined {
    return /^components\/(\w+)\//.exec(path)?.[1] ?? (path === "index.ts" ? "index" : undefined);
}

/** The rooms of the program and the imports between them, as a Mermaid flow chart. */
export function roomsPicture(): string {
    const arrows = new Set<string>();
    for (const path of ["index.ts", ...globSync("components/**/*.ts", { cwd: root })].sort()) {
        const from = roomOf(path);
        for (const [, specifier = ""] of readFileSync(join(root, path), "utf8").matchAll(/^import .*from "(\.[^"]+)";$/gm)) {
            const target = normalize(join(dirname(path), specifier));
            const to = roomOf(`${target}/`);
            if (from !== undefined && to !== undefined && from !== to) {
                arrows.add(`    ${from} --> ${to}`);
            }
        }
    }
    return ["```mermaid", "flowchart TD", ...[...arrows].sort(), "```"].join("\n");
}

/** The page with the picture as the sources are now. */
export function withPicture(page: string): string {
    const [before, rest = ""] = page.split(marks.begin);
    return `${before}${marks.begin}\n${roomsPicture()}\n${marks.end}${rest.split(marks.end)[1] ?? ""}`;
}

if (require.main === module) {
    writeFileSync(architecturePath, withPicture(readFileSync(architecturePath, "utf8")));
}
