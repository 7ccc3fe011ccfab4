import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { HtmlValidate } from "html-validate";
import { loadModule, parse, parsePlPgSQL } from "libpg-query";
import { accountsSql, dumpGrants, exporterGrants } from "../../../components/data/mysql/configuration";
import { allContainers } from "../../harness/pods";
import { recordProgram } from "../../harness/program";
import { scriptFiles, textExtensions } from "../../harness/scriptFiles";
import { program, run, temporaryFolder } from "../../harness/daemons/daemon";
import { moved } from "../../harness/daemons/frontend";
import { renderedFiles, withoutPsql } from "./rendered";

// SC3028: HOSTNAME, which the container runtime sets. SC2016: awk, jq and format() have dollars of their own.
const shellcheckOptions = ["--external-sources", "--source-path=SCRIPTDIR", "--exclude=SC3028,SC2016"];
// Of what a script consists of is known in its file only.
const composedOptions = ["--exclude=SC3028,SC2016,SC2034,SC2086,SC2012"];

const htmlRules = new HtmlValidate({ extends: ["html-validate:recommended"] });

describe("files of other languages, read by what understands them", () => {
    let folder: string;
    let rendered: ReturnType<typeof renderedFiles>;

    before(async () => {
        folder = temporaryFolder("scripts");
        for (const name of ["cache", "run", "html", "mysql"]) {
            mkdirSync(join(folder, name));
        }
        rendered = renderedFiles((await recordProgram("prod")).recording);
        await loadModule();
    });
    after(() => rmSync(folder, { recursive: true, force: true }));

    async function accept(command: string, args: readonly string[], options: Parameters<typeof run>[2] = {}): Promise<void> {
        const { code, stdout, stderr } = await run(command, [...args], options);
        assert.equal(code, 0, stdout + stderr);
    }

    async function refuse(
        command: string, args: readonly string[], reason: RegExp, options: Parameters<typeof run>[2] = {},
    ): Promise<void> {
        const { code, stdout, stderr } = await run(command, [...args], options);
        assert.notEqual(code, 0);
        assert.match(stdout + stderr, reason);
    }

    const written = (name: string, text: string): string => {
        const file = join(folder, name);
        writeFileSync(file, text);
        return file;
    };
    const ofKind = (...extensions: string[]): ReturnType<typeof renderedFiles> =>
        rendered.filter(({ paths }) => extensions.some(extension => paths[0]?.endsWith(extension)));

    it("is known for every kind of file, and every file with placeholders is rendered here", () => {
        assert.deepEqual([...textExtensions].sort(), [".bash", ".cfg", ".conf", ".html", ".lua", ".sh", ".sql"]);
        const withPlaceholders = scriptFiles(".cfg", ".conf", ".sql");
        assert.deepEqual([...new Set(rendered.flatMap(({ paths }) => paths))].sort(), withPlaceholders.map(({ path }) => path));
        for (const { paths, text } of rendered) {
            for (const line of paths.flatMap(path => withPlaceholders.find(file => file.path === path)?.text.split("\n") ?? [])) {
                assert.ok(line.includes("{{") || text.includes(line), `${paths.join()}: ${line}`);
            }
        }
    });

    describe("shellcheck", () => {
        const shellcheck = (): string => program("shellcheck", "shellcheck");

        it("finds fault", () => refuse(shellcheck(), ["--shell=sh", written("bad.sh", "cd $1\n")], /SC2164/));

        for (const { path, file, extension, text } of scriptFiles(".sh", ".bash")) {
            // What other scripts read in is checked there, where its variables are used.
            const excluded = /^set -/.test(text) ? [] : ["--exclude=SC2034"];
            it(path, () => accept(shellcheck(), [...shellcheckOptions, ...excluded, `--shell=${extension.slice(1)}`, file]));
        }

        for (const stack of ["dev", "prod"] as const) {
            it(`every script of a container in ${stack}`, async () => {
                const { recording } = await recordProgram(stack);
                const scripts = new Map<string, string>();
                for (const [name, { command = [] }] of allContainers(recording)) {
                    const [shell = "", option, script] = command;
                    if (["sh", "bash"].includes(basename(shell)) && option === "-c" && script !== undefined) {
                        scripts.set(script, `${name.replace("/", "-")}.${basename(shell)}`);
                    }
                }
                assert.ok(scripts.size > 5, `${scripts.size} scripts`);
                for (const shell of ["sh", "bash"]) {
                    const files = [...scripts].filter(([, name]) => name.endsWith(`.${shell}`)).map(([script, name]) => written(name, script));
                    if (files.length > 0) {
                        await accept(shellcheck(), [...composedOptions, `--shell=${shell}`, ...files]);
                    }
                }
            });
        }
    });

    describe("luac of Lua 5.1", () => {
        const luac = (): string => program("luac5.1", "lua5.1");

        it("finds fault", () => refuse(luac(), ["-p", written("bad.lua", "local function x(\n")], /expected/));
        for (const { path, file } of scriptFiles(".lua")) {
            it(path, () => accept(luac(), ["-p", file]));
        }
    });

    it("nginx reads every .conf", async () => {
        const nginx = program("nginx", "nginx-light");
        // The test of a configuration opens its ports and logs.
        const test = (text: string): string[] => ["-e", "stderr", "-t", "-c",
            written("nginx.conf", moved(text, folder, 8080).replace("/dev/stdout", `${folder}/access.log`).replace(/listen (?:\S+:)?(\d+);/g, `listen unix:${folder}/$1;`))];
        for (const { text } of ofKind(".conf")) {
            await accept(nginx, test(text));
        }
        await refuse(nginx, test(`${ofKind(".conf")[0]?.text}}`), /unexpected "}"/);
    });

    it("haproxy reads every .cfg", async () => {
        const haproxy = program("haproxy", "haproxy");
        const options = { env: { REDIS_PASSWORD: "canary" } };
        for (const { text } of ofKind(".cfg")) {
            await accept(haproxy, ["-c", "-f", written("haproxy.cfg", text)], options);
        }
        await refuse(haproxy, ["-c", "-f", written("haproxy.cfg", `${ofKind(".cfg")[0]?.text}    no-such-word\n`)], /unknown keyword 'no-such-word'/, options);
    });

    it("PostgreSQL's parser reads every .sql of PostgreSQL, and the parser of PL/pgSQL the blocks in it", async () => {
        for (const { paths, text } of ofKind(".sql").filter(({ paths: [path] }) => path !== "data/mysql/init.sql")) {
            const sql = withoutPsql(text);
            assert.ok(((await parse(sql)).stmts ?? []).length > 0, paths.join());
            const blocks = sql.match(/^DO \$\$[^]*?^\$\$;$/gm) ?? [];
            assert.ok(blocks.length > 0, paths.join());
            for (const block of blocks) {
                await parsePlPgSQL(block);
            }
        }
        await assert.rejects(parse("CREATE TABEL tasks ();"), /syntax error at or near "TABEL"/);
        await assert.rejects(parsePlPgSQL("DO $$ BEGIN RAIS EXCEPTION 'x'; END $$;"), /syntax error/);
    });

    it("MariaDB's parser reads every statement for MySQL", () => {
        const mariadb = program("mariadbd", "mariadb-server-core");
        const user = process.getuid?.() === 0 ? ["--user=root"] : [];
        const errors = (statement: string): string[] => {
            const args = ["--no-defaults", "--bootstrap", "--skip-grant-tables", `--datadir=${folder}/mysql`, ...user];
            const { stderr, stdout } = spawnSync(mariadb, args, { input: `${statement}\n`, encoding: "utf8" });
            return [...(stdout + stderr).matchAll(/^ERROR: (\d+)/gm)].map(([, number]) => number as string);
        };
        const login = { user: "orders", password: "secret" };
        const accounts = accountsSql({
            database: "orders_db", root: login, application: login,
            others: [{ ...login, grants: exporterGrants, maximumConnections: 3 }, { ...login, grants: dumpGrants("orders_db", true) }],
        });
        for (const statement of [...ofKind("mysql/init.sql").map(({ text }) => text), accounts].join("").trim().split("\n")) {
            // 1290 and 1146: it has no accounts, and does not run what it has read.
            assert.deepEqual(errors(statement).filter(number => !["1290", "1146"].includes(number)), [], statement);
        }
        assert.deepEqual(errors("CREATE DATABASEE x;"), ["1064"]);
    });

    it("a validator reads every .html", async () => {
        const faults = async (text: string): Promise<string[]> => (await htmlRules.validateString(text)).results
            .flatMap(({ messages }) => messages.map(({ line, ruleId, message }) => `${line}: ${ruleId}: ${message}`));
        for (const { path, text } of scriptFiles(".html")) {
            assert.deepEqual(await faults(text), [], path);
        }
        assert.match((await faults("<p><b>x</p>")).join(), /close-order/);
    });
});
