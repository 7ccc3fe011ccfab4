import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { extname, resolve } from "node:path";
import ts from "typescript";
import { environmentNames } from "../../components/kit/environment";
import { allContainers } from "../harness/pods";
import { recordProgram } from "../harness/program";
import { componentFiles, textExtensions } from "../harness/scriptFiles";

/** Modules that make lines out of lists: what they write depends on the settings line by line. */
const writesLines: Readonly<Record<string, string>> = {
    "data/mysql/configuration.ts": "options and accounts, each there or not",
    "data/nats/configuration.ts": "a configuration nested like the settings",
    "config/configurationError.ts": "a message to the user",
    "platforms/dataGuard.ts": "a message to the user",
    "kit/diagram.ts": "Mermaid, an arrow for each connection",
    "data/rabbitmq/configuration.ts": "options, each there or not",
    "platforms/gauzian/loadTest.ts": "JavaScript for k6, whose options are JSON",
};

/** Template literals over several lines, and lists of literals that are joined to lines, as `line: first words`. */
function linesIn(source: string): string[] {
    const file = ts.createSourceFile("module.ts", source, ts.ScriptTarget.Latest, true);
    const found: string[] = [];
    const report = (node: ts.Node): void => {
        found.push(`${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}: ${node.getText().slice(0, 60)}`);
    };
    const visit = (node: ts.Node): void => {
        if ((ts.isTemplateExpression(node) || ts.isNoSubstitutionTemplateLiteral(node)) && node.getText().includes("\n")) {
            report(node);
        }
        if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) && node.expression.name.text === "join"
            && ts.isArrayLiteralExpression(node.expression.expression) && node.arguments[0]?.getText().includes("\\n")) {
            report(node);
        }
        ts.forEachChild(node, visit);
    };
    visit(file);
    return found;
}

describe("shell, SQL, HTML and configuration", () => {
    const components = resolve(__dirname, "../../components");
    const modules = componentFiles().filter(path => extname(path) === ".ts");

    it("stand in files of their own, never in a module", () => {
        assert.ok(modules.length > 100);
        for (const path of modules.filter(name => !Object.hasOwn(writesLines, name))) {
            assert.deepEqual(linesIn(readFileSync(resolve(components, path), "utf8")), [],
                `${path}: put the text into a file beside the module, with one of the extensions ${textExtensions.join(" ")}, and import it`);
        }
    });

    it("are written line by line only where a module is named with its reason", () => {
        for (const path of Object.keys(writesLines)) {
            assert.notDeepEqual(linesIn(readFileSync(resolve(components, path), "utf8")), [], path);
        }
    });

    it("would be noticed in a module", () => {
        assert.deepEqual(linesIn("const a = `one`;\nconst b = `set -e\n${a}`;\nconst c = ['set -e', a].join('\\n');\n"),
            ["2: `set -e\n${a}`", "4: ['set -e', a].join('\\n')"]);
    });

    it("have extensions that the program imports as text, so that the checks of all files find them", () => {
        const other = componentFiles().filter(path => ![".ts", ".json", ".md", ...textExtensions].includes(extname(path)));
        assert.deepEqual(other, []);
    });

    // "A double $$ is reduced to a single $": https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/
    for (const stack of environmentNames) {
        it(`reach containers in ${stack} as they are written: the kubelet leaves one of two dollar signs in a row`, async () => {
            const changed = allContainers((await recordProgram(stack)).recording).filter(([, { command = [], args = [], env = [] }]) =>
                [...command, ...args, ...env.map(({ value = "" }) => value)].some(text => text.includes("$$")));
            assert.deepEqual(changed.map(([name]) => name), []);
        });
    }
});
