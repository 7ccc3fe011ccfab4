import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RenderedDashboard, RenderedMonitoring, RenderedPanel } from "./rendered";
import { renderedMonitoring } from "./rendered";

/** Where the page is kept. */
export const pagePath = join(__dirname, "../../../docs/dashboards.md");

/** Characters for one of the 24 units of a dashboard's width. */
const unit = 5;

function wrapped(text: string, width: number): string[] {
    const lines: string[] = [];
    for (const word of text.split(" ")) {
        const last = lines.at(-1);
        if (last !== undefined && last.length + word.length < width) {
            lines[lines.length - 1] = `${last} ${word}`;
        } else {
            lines.push(word);
        }
    }
    return lines;
}

function marked({ title, type }: RenderedPanel): string {
    return type === "stat" ? `# ${title}` : title;
}

/** Panels side by side, each in a cell as wide as it is on the screen. */
function line(panels: readonly RenderedPanel[]): string[] {
    const cells = panels.map(panel => ({ width: panel.gridPos.w * unit - 1, lines: wrapped(marked(panel), panel.gridPos.w * unit - 3) }));
    const height = Math.max(...cells.map(({ lines }) => lines.length));
    return Array.from({ length: height }, (_, index) =>
        `|${cells.map(({ width, lines }) => ` ${(lines[index] ?? "").padEnd(width - 1)}|`).join("")}`);
}

/** A dashboard's rows and panels as a grid of text. */
export function layout({ panels }: RenderedDashboard): string {
    const rows = [...new Set(panels.map(({ gridPos }) => gridPos.y))].sort((a, b) => a - b)
        .map(y => panels.filter(({ gridPos }) => gridPos.y === y).sort((a, b) => a.gridPos.x - b.gridPos.x));
    const rule = (title = ""): string => `+${(title && `- ${title} `).padEnd(24 * unit - 1, "-")}+`;
    const text: string[] = [];
    for (const [index, row] of rows.entries()) {
        if (row[0]?.type === "row") {
            text.push(rule(row[0].title));
        } else {
            text.push(...line(row), ...(rows[index + 1]?.[0]?.type === "row" ? [] : [rule()]));
        }
    }
    return text.join("\n");
}

/** Dashboards that differ in nothing but the name of what they show, together. */
function alike({ dashboards }: RenderedMonitoring): { readonly titles: string[]; readonly text: string }[] {
    const found = new Map<string, string[]>();
    for (const dashboard of [...dashboards].sort((a, b) => a.title < b.title ? -1 : 1)) {
        const name = dashboard.title.split(": ").at(-1) as string;
        const text = layout({ ...dashboard, panels: dashboard.panels.map(panel => ({ ...panel, title: panel.title.split(name).join("<name>") })) });
        found.set(text, [...found.get(text) ?? [], dashboard.title]);
    }
    return [...found].map(([text, titles]) => ({ text, titles }));
}

/** The page with the layout of every dashboard, made from what the program deploys to prod. */
export async function dashboardsPage(): Promise<string> {
    const all = (await renderedMonitoring("prod")).sort((a, b) => a.platform < b.platform ? -1 : 1);
    const count = all.flatMap(({ dashboards }) => dashboards).length;
    return [
        "# Dashboards", "",
        "<!-- Made from the code by `npm run docs:dashboards`; a test compares them. -->", "",
        `The ${count} dashboards that prod's Grafanas show, as they are laid out: a box is a panel, a titled line begins a row, \`#\` marks a single`,
        "number. Dashboards that differ only in the name of what they show stand together, with `<name>` in its place. A data store that is",
        "added brings its dashboard along: what it declares in `telemetry` becomes a row of the board of its kind",
        "(`components/monitoring/grafana/boards.ts`).", "",
        ...all.flatMap(monitoring => [
            `## ${monitoring.platform}`, "",
            ...alike(monitoring).flatMap(({ titles, text }) => [`### ${titles.join(", ")}`, "", "```text", text, "```", ""]),
        ]),
    ].join("\n");
}

/** The page as it is kept; empty when there is none. */
export function keptPage(): string {
    return existsSync(pagePath) ? readFileSync(pagePath, "utf8") : "";
}

async function main(): Promise<void> {
    if (process.argv.includes("--help")) {
        process.stdout.write("usage: npm run docs:dashboards\n\nWrites docs/dashboards.md from the program's dashboards, in half a minute.\n");
    } else {
        writeFileSync(pagePath, await dashboardsPage());
        process.stdout.write(`wrote ${pagePath}\n`);
    }
}

if (require.main === module) {
    void main();
}
