import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { backupScript, restoreScript } from "../../../components/data/postgresBackupScripts";
import { initDatabaseScript } from "../../../components/data/postgresInitializationScript";
import { gauzianSettings } from "../../../components/platforms/gauzian/settings";
import { backupArgs, postgresArgs } from "../../../components/platforms/gauzian/stores";
import { platformDefaults } from "../../../components/config/environments";
import type { Result } from "../daemon";
import { HOST, run, temporaryFolder } from "../daemon";
import { PostgreSql, containerPath } from "../taskflow/postgresql";

const settings = gauzianSettings.parse(platformDefaults("gauzian", "prod"));
const { retentionDays, keepNewest, names } = backupArgs(settings);
const secrets = { database: {} } as Parameters<typeof postgresArgs>[1];
const rolesSql = postgresArgs(settings, secrets).initialization.config.files["roles.sql"] as string;

describe("GAUZIAN's database scripts, under busybox sh", () => {
    let server: PostgreSql;
    let root: string;
    let path: string;
    let folder: string;

    before(async () => {
        root = temporaryFolder("gauzian-backup");
        path = containerPath(root);
        server = await PostgreSql.start("canary-password");
        await server.rows("CREATE TABLE files (id int PRIMARY KEY, name text)");
        await server.rows("INSERT INTO files SELECT i, 'file ' || i FROM generate_series(1, 500) i");
    });
    after(async () => {
        await server?.stop();
        rmSync(root, { recursive: true, force: true });
    });
    beforeEach(() => { folder = temporaryFolder("gauzian-dumps"); });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    function script(text: string, env: NodeJS.ProcessEnv = {}): Promise<Result> {
        return run(join(root, "bin/sh"), ["-c", text], { env: {
            PATH: path, PGHOST: HOST, PGPORT: String(server.port), PGUSER: server.user, PGDATABASE: server.database,
            PGPASSWORD: server.password, ...env,
        } });
    }
    const dumps = (): string[] => readdirSync(folder).sort();
    const backup = (env?: NodeJS.ProcessEnv): Promise<Result> => script(backupScript({
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
        const restored = await script(restoreScript({ folder, ...(names && { names }) }));
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

    it("G-58: the initialization sets a rotated password with the help of the one before, and makes the exporter's role", async () => {
        const file = join(folder, "roles.sql");
        writeFileSync(file, rolesSql);
        const passwords = { POSTGRES_PASSWORD: "rotated-password", PREVIOUS_PASSWORD: server.password, EXPORTER_PASSWORD: "exporter-password" };
        const { code, stderr } = await script(initDatabaseScript({ file, timeoutSeconds: 5 }), { ...server.environment, ...passwords });
        assert.equal(code, 0, stderr);
        assert.deepEqual(await server.rows("SELECT current_user", { password: "rotated-password" }), [server.user]);
        assert.deepEqual(await server.rows("SELECT current_user", { user: "exporter", password: "exporter-password" }), ["exporter"]);
        const again = await script(initDatabaseScript({ file, timeoutSeconds: 5 }), { ...server.environment, ...passwords });
        assert.equal(again.code, 0, again.stderr);
    });
});
