import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ShellScript } from "../../../components/kit/textFile";
import { backupScript, restoreScript } from "../../../components/data/postgres/backupScripts";
import { initSql } from "../../../components/platforms/taskflow/content";
import type { Result } from "../../harness/daemons/daemon";
import { HOST, run, temporaryFolder } from "../../harness/daemons/daemon";
import { PostgreSql, containerPath } from "../../harness/daemons/postgresql";

describe("backup and restore of PostgreSQL, under busybox sh", () => {
    const retentionDays = 7;
    let server: PostgreSql;
    let root: string;
    let path: string;
    let folder: string;

    before(async () => {
        root = temporaryFolder("postgres-backup");
        path = containerPath(root);
        server = await PostgreSql.start("canary-password");
        const file = join(root, "init.sql");
        writeFileSync(file, initSql({ seedRows: 1000 }));
        assert.equal((await server.psql({ args: [`--file=${file}`] })).code, 0);
    });
    after(async () => {
        await server?.stop();
        rmSync(root, { recursive: true, force: true });
    });
    beforeEach(() => {
        folder = join(root, "dumps");
        rmSync(folder, { recursive: true, force: true });
        mkdirSync(folder);
    });

    function script(text: string, env: NodeJS.ProcessEnv = {}): Promise<Result> {
        return run(join(root, "bin/sh"), ["-c", text], {
            env: {
                PATH: path, PGHOST: HOST, PGPORT: String(server.port), PGUSER: server.user, PGDATABASE: server.database,
                PGPASSWORD: server.password, ...env,
            },
        });
    }
    const call = ({ text, environment }: ShellScript, env?: NodeJS.ProcessEnv): Promise<Result> => script(text, { ...environment, ...env });
    const backup = (env?: NodeJS.ProcessEnv): Promise<Result> => call(backupScript({ folder, retentionDays }), env);
    const restore = (env?: NodeJS.ProcessEnv): Promise<Result> => call(restoreScript({ folder }), env);

    async function succeed(result: Promise<Result>): Promise<string> {
        const { code, stdout, stderr } = await result;
        assert.equal(code, 0, stdout + stderr);
        return stdout;
    }

    /** A file with the name of a dump, as old as its name says. */
    function dumpOfDaysAgo(days: number): string {
        const date = new Date(Date.now() - days * 86_400_000);
        const name = `${server.database}-${date.toISOString().slice(0, 19).replaceAll(":", "-")}Z.sql.gz`;
        writeFileSync(join(folder, name), "old");
        utimesSync(join(folder, name), date, date);
        return name;
    }

    it("T-132: a deleted row is back after a restore, and a table made since stays", async () => {
        const output = await succeed(backup());
        const [dump] = readdirSync(folder);
        assert.match(dump ?? "", /^taskflow_db-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.sql\.gz$/);
        assert.match(output, new RegExp(`wrote ${dump}, \\d+ bytes`));
        assert.equal(statSync(join(folder, dump as string)).mode & 0o777, 0o600);
        const [row] = await server.rows("DELETE FROM tasks WHERE id = 7 RETURNING title");
        await server.rows("CREATE TABLE made_since (id int)");
        assert.deepEqual(await server.rows("SELECT count(*) FROM tasks"), ["999"]);
        assert.match(await succeed(restore()), new RegExp(`restored ${dump}`));
        assert.deepEqual(await server.rows("SELECT title FROM tasks WHERE id = 7"), [row]);
        assert.deepEqual(await server.rows("SELECT count(*) FROM tasks"), ["1000"]);
        assert.deepEqual(await server.rows("SELECT count(*) FROM pg_indexes WHERE tablename = 'tasks'"), ["3"]);
        assert.deepEqual(await server.rows("SELECT nextval('tasks_id_seq')"), ["1001"]);
    });

    it("T-132: dumps older than the retention go once a new one exists, younger ones stay", async () => {
        const [young, old] = [dumpOfDaysAgo(retentionDays - 1), dumpOfDaysAgo(retentionDays + 1)];
        const foreign = join(folder, "notes.txt");
        writeFileSync(foreign, "kept");
        utimesSync(foreign, 0, 0);
        await succeed(backup());
        assert.equal(existsSync(join(folder, young)), true);
        assert.equal(existsSync(join(folder, old)), false);
        assert.equal(existsSync(foreign), true);
        assert.equal(readdirSync(folder).length, 3);
    });

    it("T-132: a failed dump leaves no file, fails the Job and removes none of the older dumps", async () => {
        const old = dumpOfDaysAgo(retentionDays + 1);
        const { code, stderr } = await backup({ PGPASSWORD: "wrong" });
        assert.notEqual(code, 0);
        assert.match(stderr, /password authentication failed/);
        assert.deepEqual(readdirSync(folder), [old]);
    });

    it("T-132: what an interrupted run left behind is neither restored nor kept", async () => {
        writeFileSync(join(folder, `${server.database}-2999-01-01T00-00-00Z.sql.gz.partial`), "half");
        assert.notEqual((await restore()).code, 0);
        await succeed(backup());
        assert.equal(readdirSync(folder).length, 1);
    });

    it("T-132: a damaged dump is refused and changes nothing", async () => {
        await succeed(backup());
        const dump = join(folder, readdirSync(folder)[0] as string);
        truncateSync(dump, statSync(dump).size - 200);
        const { code, stderr } = await restore();
        assert.notEqual(code, 0);
        assert.match(stderr, /is damaged; nothing was changed/);
        assert.deepEqual(await server.rows("SELECT count(*) FROM tasks"), ["1000"]);
    });

    it("T-132: a restore that fails on the way changes nothing", async () => {
        await succeed(backup());
        await server.rows("CREATE VIEW titles AS SELECT title FROM tasks");
        await server.rows("DELETE FROM tasks WHERE id = 9");
        try {
            const { code, stderr } = await restore();
            assert.notEqual(code, 0);
            assert.match(stderr, /cannot drop table (public\.)?tasks because other objects depend on it/);
            assert.deepEqual(await server.rows("SELECT count(*) FROM tasks"), ["999"]);
        } finally {
            await server.rows("DROP VIEW titles");
        }
        await succeed(restore());
        assert.deepEqual(await server.rows("SELECT count(*) FROM tasks"), ["1000"]);
    });

    it("T-132: RESTORE_FILE chooses an older dump, and an unknown one is refused with the names there are", async () => {
        await succeed(backup());
        const [dump] = readdirSync(folder) as [string];
        dumpOfDaysAgo(-1);
        await server.rows("UPDATE tasks SET title = 'changed' WHERE id = 3");
        assert.match(await succeed(restore({ RESTORE_FILE: dump })), new RegExp(`restored ${dump}`));
        assert.deepEqual(await server.rows("SELECT title FROM tasks WHERE id = 3"), ["Task 3"]);
        const { code, stderr } = await restore({ RESTORE_FILE: "missing.sql.gz" });
        assert.equal(code, 1);
        assert.match(stderr, new RegExp(`there is no dump missing.sql.gz in .*; there are:[^]*${dump}`));
    });

    it("T-132: the password is in no output", async () => {
        const { stdout, stderr } = await backup();
        assert.doesNotMatch(stdout + stderr, /canary-password/);
    });
});
