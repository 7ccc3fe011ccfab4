import assert from "node:assert/strict";
import { chownSync, existsSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import type { ShellScript } from "../../../components/kit/textFile";
import { backupScript, restoreScript, restoreTestScript } from "../../../components/data/postgres/backupScripts";
import { initDatabaseScript } from "../../../components/data/postgres/initializationScript";
import { gauzianSettings } from "../../../components/platforms/gauzian/settings";
import { backupArgs, postgresArgs } from "../../../components/platforms/gauzian/stores";
import { column } from "../../../components/kit/byEnvironment";
import { gauzianEnvironments } from "../../../components/platforms/gauzian/environments";
import type { Result } from "../../harness/daemons/daemon";
import { HOST, run, temporaryFolder, unprivileged } from "../../harness/daemons/daemon";
import { PostgreSql, containerPath } from "../../harness/daemons/postgresql";

const settings = gauzianSettings.parse(column(gauzianEnvironments, "prod"));
const { retentionDays, keepNewest, names } = backupArgs(settings);
const secrets = { database: {} } as Parameters<typeof postgresArgs>[1];
const rolesSql = postgresArgs(settings, secrets).initialization.config.files["roles.sql"] as string;

describe("GAUZIAN's database scripts, under busybox sh", () => {
    // As in the pods: PostgreSQL refuses to run as root.
    const user = unprivileged("postgres");
    let server: PostgreSql;
    let root: string;
    let path: string;
    let folder: string;
    let scratch: string;

    before(async () => {
        root = temporaryFolder("gauzian-backup", user);
        path = containerPath(root);
        server = await PostgreSql.start("canary-password");
        await server.rows("CREATE TABLE files (id int PRIMARY KEY, name text)");
        await server.rows("INSERT INTO files SELECT i, 'file ' || i FROM generate_series(1, 500) i");
    });
    after(async () => {
        await server?.stop();
        rmSync(root, { recursive: true, force: true });
    });
    beforeEach(() => {
        folder = temporaryFolder("gauzian-dumps", user);
        scratch = temporaryFolder("gauzian-scratch", user);
    });
    afterEach(() => [folder, scratch].forEach(each => rmSync(each, { recursive: true, force: true })));

    function script(text: string, env: NodeJS.ProcessEnv = {}): Promise<Result> {
        return run(join(root, "bin/sh"), ["-c", text], { env: {
            PATH: path, PGHOST: HOST, PGPORT: String(server.port), PGUSER: server.user, PGDATABASE: server.database,
            PGPASSWORD: server.password, ...env,
        }, ...(user && { user }) });
    }

    const call = ({ text, environment }: ShellScript, env?: NodeJS.ProcessEnv): Promise<Result> => script(text, { ...environment, ...env });

    /** Without the address and the password of the live server, as in the pod. */
    const test = (): Promise<Result> => {
        const { text, environment } = restoreTestScript({ folder, ...(names && { names }) }, scratch);
        return run(join(root, "bin/sh"), ["-c", text], {
            env: { ...environment, PATH: path, PGUSER: server.user, PGDATABASE: server.database }, ...(user && { user }),
        });
    };
    const dumpOf = (sql: string): void => {
        const file = join(folder, "backup-29990101-0200.sql.gz");
        writeFileSync(file, gzipSync(sql));
        if (user) {
            chownSync(file, user.uid, user.gid);
        }
    };
    const dumps = (): string[] => readdirSync(folder).sort();
    const newest = (): string => gunzipSync(readFileSync(join(folder, dumps().at(-1) as string))).toString();
    const backup = (env?: NodeJS.ProcessEnv): Promise<Result> => call(backupScript({
        folder, retentionDays, ...(keepNewest && { keepNewest }), ...(names && { names }),
    }), env);

    /** A file with the name of a dump, as old as its name says. */
    function dumpOfDaysAgo(days: number): string {
        const date = new Date(Date.now() - days * 86_400_000);
        const name = `backup-${date.toISOString().slice(0, 10).replaceAll("-", "")}-0200.sql.gz`;
        writeFileSync(join(folder, name), "old");
        utimesSync(join(folder, name), date, date);
        return name;
    }

    it("G-146 G-175: a run leaves one compressed dump that restores into an emptied database", async () => {
        const { code, stderr } = await backup();
        assert.equal(code, 0, stderr);
        const [dump, ...more] = dumps();
        assert.deepEqual(more, []);
        assert.match(dump ?? "", /^backup-\d{8}-\d{4}\.sql\.gz$/);
        assert.match(gunzipSync(readFileSync(join(folder, dump as string))).toString(), /CREATE TABLE public\.files/);
        await server.rows("DROP TABLE files");
        const restored = await call(restoreScript({ folder, ...(names && { names }) }));
        assert.equal(restored.code, 0, restored.stderr);
        assert.deepEqual(await server.rows("SELECT count(*), min(name) FROM files"), ["500|file 1"]);
    });

    it("G-148: a failed dump leaves no file and fails", async () => {
        const { code } = await backup({ PGPASSWORD: "wrong" });
        assert.notEqual(code, 0);
        assert.deepEqual(dumps(), []);
    });

    it("G-149: dumps older than thirty days go, but never the three newest", async () => {
        const old = [90, 60, 40].map(dumpOfDaysAgo);
        assert.equal((await backup()).code, 0);
        const [first, ...kept] = [...old].sort();
        assert.deepEqual(dumps().slice(0, -1), kept, "the newest three, of which one is new");
        assert.ok(!dumps().includes(first as string));
        const young = [29, 2].map(dumpOfDaysAgo);
        assert.equal((await backup()).code, 0);
        young.forEach(name => assert.ok(dumps().includes(name), name));
        kept.forEach(name => assert.ok(!dumps().includes(name), name));
    });

    it("G-154: the monthly test restores the newest dump into a server of its own, counts tables and rows, and leaves the live database as it is", async () => {
        await server.rows("CREATE SCHEMA IF NOT EXISTS \"Other\"");
        await server.rows("CREATE TABLE \"Other\".\"Odd name\" (note text)");
        await server.rows("INSERT INTO \"Other\".\"Odd name\" VALUES (E'two\\nlines'), ('\\.'), (NULL)");
        assert.equal((await backup()).code, 0);
        await server.rows("DELETE FROM files WHERE id > 400");
        const { code, stdout, stderr } = await test();
        assert.equal(code, 0, stdout + stderr);
        assert.match(stdout, /^backup-\d{8}-\d{4}\.sql\.gz: restored 2 tables, 503 rows; the dump has 2 tables, 503 rows$/m);
        assert.deepEqual(await server.rows("SELECT count(*) FROM files"), ["400"]);
        assert.ok(!existsSync(join(scratch, "data/postmaster.pid")), "its server has ended");
        await server.rows("DROP SCHEMA \"Other\" CASCADE");
    });

    it("G-154: the monthly test fails when a statement fails, when rows are missing, and when there is no table", async () => {
        assert.equal((await backup()).code, 0);
        const whole = newest();
        for (const [what, sql] of [
            ["a statement", whole.replace("CREATE TABLE public.files", "CREATE TABLE nowhere.files")],
            ["rows", `${whole}\nDELETE FROM public.files WHERE id = 1;\n`],
            ["tables", "-- PostgreSQL database dump complete\n"],
        ] as const) {
            dumpOf(sql);
            const { code, stdout } = await test();
            assert.notEqual(code, 0, `${what}: ${stdout}`);
            rmSync(scratch, { recursive: true, force: true });
            scratch = temporaryFolder("gauzian-scratch", user);
        }
        dumpOf(whole);
        assert.equal((await test()).code, 0);
    });

    it("G-154: the monthly test fails when there is no dump, or half of one", async () => {
        const none = await test();
        assert.notEqual(none.code, 0);
        assert.match(none.stderr, /there is no dump/);
        dumpOf("CREATE TABLE a (b int);\n");
        const half = await test();
        assert.notEqual(half.code, 0);
        assert.match(half.stderr, /is damaged/);
    });

    it("G-58: the initialization sets a rotated password with the help of the one before, and makes the exporter's role", async () => {
        const file = join(folder, "roles.sql");
        writeFileSync(file, rolesSql);
        const passwords = { POSTGRES_PASSWORD: "rotated-password", PREVIOUS_PASSWORD: server.password, EXPORTER_PASSWORD: "exporter-password" };
        const { code, stderr } = await script(initDatabaseScript, {
            ...server.environment, ...passwords, INIT_FILE: file, TIMEOUT_SECONDS: "5",
        });
        assert.equal(code, 0, stderr);
        assert.deepEqual(await server.rows("SELECT current_user", { password: "rotated-password" }), [server.user]);
        assert.deepEqual(await server.rows("SELECT current_user", { user: "exporter", password: "exporter-password" }), ["exporter"]);
        const again = await script(initDatabaseScript, {
            ...server.environment, ...passwords, INIT_FILE: file, TIMEOUT_SECONDS: "5",
        });
        assert.equal(again.code, 0, again.stderr);
    });
});
