import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import type { PinnedImage } from "../../components/kit/images";
import { imageTable, parseImage } from "../../components/kit/images";

const repository = resolve(__dirname, "../..");
const page = join(repository, "docs/images.md");
const [begin, end] = ["<!-- made by npm run docs:images -->", "<!-- until here -->"] as const;

interface Package {
    readonly name: string;
    readonly version: string;
}

/** A layer of toolchain/images/table.yaml, as far as tests read it. */
interface Layer {
    readonly on?: string;
    readonly programs?: Readonly<Record<string, string[]>>;
    readonly npm?: Package;
    readonly pypi?: Package;
    readonly python?: { readonly requirements: string };
    readonly debian?: { readonly release: string; readonly packages: readonly string[] };
}

/** A row of the table. */
export interface AssembledImage {
    readonly name: string;
    readonly program: string;
    readonly version: string;
    readonly differs: string;
    readonly standIn?: boolean;
    readonly layer: string;
}

/** What stands in images where no registry can be reached. */
export const { layers, images: rows } = parse(readFileSync(join(repository, "toolchain/images/table.yaml"), "utf8")) as {
    readonly layers: Readonly<Record<string, Layer>>; readonly images: readonly AssembledImage[];
};

/** The row for an image: its name is the end of the repository and the beginning of the tag, and the most exact one holds. */
export function rowOf(image: string): AssembledImage | undefined {
    const { repository: path, tag = "" } = parseImage(image);
    const fits = ({ name }: AssembledImage): boolean => {
        const row = parseImage(name);
        const pattern = new RegExp(`(^|/)${row.repository.replaceAll(".", "\\.").replaceAll("*", "[^/]+")}$`);
        return pattern.test(path) && (row.tag === undefined || tag === row.tag || tag.startsWith(`${row.tag}.`) || tag.startsWith(`${row.tag}-`));
    };
    return rows.filter(fits).sort((a, b) => b.name.length - a.name.length)[0];
}

/** Where a layer comes from, with those below it. */
export function sourcesOf(name: string): string[] {
    const { on, programs = {}, npm, pypi, python, debian } = layers[name] ?? {};
    return [
        ...npm ? [`npm ${npm.name} ${npm.version}`] : [],
        ...pypi ? [`PyPI ${pypi.name} ${pypi.version}`] : [],
        ...python ? [`PyPI, as ${python.requirements} pins it`] : [],
        ...Object.keys(programs).map(folder => `\`${folder}\``),
        ...debian ? [`Debian ${debian.release}: ${debian.packages.join(", ")}`] : [],
        ...on === undefined ? [] : sourcesOf(on).map(source => source.startsWith("Debian") ? source.split(":")[0] ?? "" : source),
    ].filter((source, index, all) => all.findIndex(other => other.startsWith(source)) === index);
}

/** The page with its table as table.yaml and components/kit/images.ts say it today. */
export function imagesPage(): string {
    const text = readFileSync(page, "utf8");
    const published = (row: AssembledImage): string[] => Object.values<PinnedImage>(imageTable).map(({ image }) => image)
        .filter(image => rowOf(image) === row);
    const lines = rows.map(row => `| ${[
        published(row).map(image => `\`${image}\``).join(", ") || `\`${row.name}\``,
        `${row.program} ${row.version}`, sourcesOf(row.layer).join("; "), row.differs,
    ].join(" | ")} |`);
    const table = ["| image | what stands in it | from | what differs from the published one |", "|---|---|---|---|", ...lines].join("\n");
    return `${text.slice(0, text.indexOf(begin))}${begin}\n${table}\n${text.slice(text.indexOf(end))}`;
}

if (require.main === module) {
    writeFileSync(page, imagesPage());
}
