import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as ts from "typescript";

const folder = join(__dirname, "../../../components/data");
const configuration = join(__dirname, "../../../tsconfig.json");

/** What the examples take as given. */
const preamble = `
import type { WorkloadArgs } from "../app/workload";
import { Workload } from "../app/workload";
import type { Connectable } from "../kit/connection";
import { images } from "../kit/images";
import { resources } from "../kit/resources";
import type { Scope } from "../kit/scope";
import type { PostgresProperty } from "./postgres/contract";
declare const scope: Scope;
declare const postgres: Connectable<PostgresProperty>;
declare const api: WorkloadArgs;
`;

/** Examples in the comments of a file's classes, by the class. */
function examplesOf(file: string): [className: string, code: string][] {
    const text = readFileSync(join(folder, file), "utf8");
    return [...text.matchAll(/@example\n \* ```ts\n([^]*?) \* ```\n \*\/\nexport class (\w+)/g)]
        .map(([, code, className]) => [className ?? "", (code ?? "").replace(/^ \* ?/gm, "")]);
}

/** What the compiler says against some code in the folder of the components. */
function complaints(sources: Readonly<Record<string, string>>): string[] {
    const { config } = ts.readConfigFile(configuration, file => ts.sys.readFile(file));
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, join(configuration, ".."));
    const host = ts.createCompilerHost(options);
    const read = host.readFile.bind(host);
    const exists = host.fileExists.bind(host);
    host.readFile = file => sources[file] ?? read(file);
    host.fileExists = file => file in sources || exists(file);
    const program = ts.createProgram(Object.keys(sources), { ...options, noEmit: true, noCheck: false, noUnusedLocals: false }, host);
    return Object.keys(sources).flatMap(file => ts.getPreEmitDiagnostics(program, program.getSourceFile(file)))
        .map(({ messageText, file }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`);
}

describe("examples of the data services", () => {
    const found = readdirSync(folder, { encoding: "utf8", recursive: true }).filter(file => file.endsWith(".ts"))
        .flatMap(file => examplesOf(file).map(([className, code]) => ({ module: file.replace(/\.ts$/, ""), className, code })));
    const source = ({ module, className, code }: (typeof found)[number]): string =>
        `${preamble}import { ${className} } from "./${module}";\n${code}`;

    it("exist for MinIO and NATS", () => {
        const classes = found.map(({ className }) => className);
        assert.deepEqual(["Minio", "NatsServer"].filter(name => !classes.includes(name)), []);
    });

    it("compile", () => {
        assert.deepEqual(complaints(Object.fromEntries(found.map(item => [join(folder, `${item.className}.example.ts`), source(item)]))), []);
    });

    it("would not compile with a wrong argument", () => {
        const minio = found.find(({ className }) => className === "Minio");
        assert.ok(minio);
        const wrong = source(minio).replace("size: \"10Gi\"", "size: 10");
        assert.match(complaints({ [join(folder, "minio.example.ts")]: wrong }).join("\n"), /Type 'number' is not assignable to type 'string'/);
    });
});
