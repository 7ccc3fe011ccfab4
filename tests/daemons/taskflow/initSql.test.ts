import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { initSql } from "../../../components/platforms/taskflow/content";
import { passwordSql } from "../../../components/data/postgres/roles";
import type { Result} from "../../harness/daemons/daemon";
import { temporaryFolder } from "../../harness/daemons/daemon";
import { PostgreSql } from "../../harness/daemons/postgresql";

const exporter = { role: "taskflow_exporter", password: "EXPORTER_PASSWORD" };

describe("init.sql on a real PostgreSQL", () => {
    let server: PostgreSql;
    let folder: string;
    let files = 0;

    before(async () => {
        folder = temporaryFolder("init-sql");
        server = await PostgreSql.start();
    });
    after(async () => {
        await server?.stop();
        rmSync(folder, { recursive: true, force: true });
    });

    async function execute(sql: string, database: string, options: { local?: boolean; env?: NodeJS.ProcessEnv } = {}): Promise<Result> {
        const file = join(folder, `${++files}.sql`);
        writeFileSync(file, sql);
        return server.psql({ args: [`--file=${file}`], database, ...options });
    }

    async function initialised(database: string, seedRows: number): Promise<Result> {
        await server.createDatabase(database);
        const result = await execute(initSql({ seedRows }), database, { local: true, env: { POSTGRES_PASSWORD: server.password } });
        assert.deepEqual([result.code, result.stderr], [0, ""]);
        return result;
    }

    it("T-37 T-38: creates table tasks with the documented columns, defaults and indexes", async () => {
        await initialised("columns", 1);
        const columns = await server.rows(`
            SELECT column_name, data_type, character_maximum_length, is_nullable, column_default
            FROM information_schema.columns WHERE table_name = 'tasks' ORDER BY ordinal_position`, { database: "columns" });
        assert.deepEqual(columns, [
            "id|integer||NO|nextval('tasks_id_seq'::regclass)",
            "title|character varying|255|NO|",
            "description|text||YES|",
            "completed|boolean||YES|false",
            "priority|character varying|20|YES|'medium'::character varying",
            "created_at|timestamp without time zone||YES|CURRENT_TIMESTAMP",
            "updated_at|timestamp without time zone||YES|CURRENT_TIMESTAMP",
        ]);
        assert.deepEqual(await server.rows("SELECT indexdef FROM pg_indexes WHERE tablename = 'tasks' ORDER BY indexname", { database: "columns" }), [
            "CREATE INDEX idx_tasks_completed ON public.tasks USING btree (completed)",
            "CREATE INDEX idx_tasks_priority ON public.tasks USING btree (priority)",
            "CREATE UNIQUE INDEX tasks_pkey ON public.tasks USING btree (id)",
        ]);
    });

    it("T-36 T-39: seeds 1000 numbered tasks with the documented shares", async () => {
        await initialised("shares", 1000);
        const rows = (sql: string) => server.rows(sql, { database: "shares" });
        assert.deepEqual(await rows("SELECT min(id), max(id), count(*), count(DISTINCT title) FROM tasks"), ["1|1000|1000|1000"]);
        assert.deepEqual(
            await rows("SELECT title, description FROM tasks WHERE id IN (1, 1000) ORDER BY id"),
            ["Task 1|Description for task 1", "Task 1000|Description for task 1000"],
        );
        // Five standard deviations of a draw of 1000: a fair draw misses once in two million runs.
        const shares: [condition: string, share: number][] = [
            ["completed", 0.3], ["priority = 'low'", 0.2], ["priority = 'medium'", 0.56], ["priority = 'high'", 0.24],
        ];
        for (const [condition, share] of shares) {
            const [count] = await rows(`SELECT count(*) FROM tasks WHERE ${condition}`);
            const deviation = Math.sqrt(1000 * share * (1 - share));
            assert.ok(Math.abs(Number(count) - 1000 * share) < 5 * deviation, `${condition}: ${count} of 1000, expected about ${1000 * share}`);
        }
    });

    it("T-43: the seeded rows share one created_at, and no trigger keeps updated_at", async () => {
        await initialised("times", 100);
        assert.deepEqual(await server.rows("SELECT count(DISTINCT created_at) FROM tasks", { database: "times" }), ["1"]);
        assert.deepEqual(await server.rows("SELECT tgname FROM pg_trigger WHERE tgrelid = 'tasks'::regclass", { database: "times" }), []);
    });

    it("T-40: ends by selecting the three totals", async () => {
        const { stdout } = await initialised("totals", 10);
        assert.match(stdout, /total_tasks \| completed_tasks \| pending_tasks\s*\n[-+]+\n\s*10 \|\s+(\d+) \|\s+(\d+)\n\(1 row\)\s*$/);
    });

    it("T-41 T-149: a second run and a restart keep the same 1000 rows", async () => {
        await initialised("twice", 1000);
        const digest = () => server.rows("SELECT count(*), md5(string_agg(tasks::text, '' ORDER BY id)) FROM tasks", { database: "twice" });
        const first = await digest();
        assert.match(first[0] ?? "", /^1000\|/);
        await server.restart();
        assert.deepEqual(await digest(), first);
        const second = await execute(initSql({ seedRows: 1000 }), "twice");
        assert.deepEqual([second.code, second.stderr], [0, ""]);
        assert.deepEqual(await digest(), first);
    });

    it("T-41: runs at the same time on an empty database seed it once", async () => {
        await server.createDatabase("rush");
        const results = await Promise.all([1, 2, 3, 4].map(() => execute(initSql({ seedRows: 1000 }), "rush")));
        assert.deepEqual(results.map(({ code, stderr }) => [code, stderr]), [1, 2, 3, 4].map(() => [0, ""]));
        assert.deepEqual(await server.rows("SELECT count(*) FROM tasks", { database: "rush" }), ["1000"]);
    });

    it("T-41: a run that fails leaves nothing behind", async () => {
        await server.createDatabase("failing");
        const { code } = await execute(initSql({ seedRows: 1000 }).replace("COMMIT;", "SELECT 1 / 0;\nCOMMIT;"), "failing");
        assert.notEqual(code, 0);
        assert.deepEqual(await server.rows("SELECT to_regclass('tasks') IS NULL", { database: "failing" }), ["t"]);
    });

    it("T-41: rows of users are never joined by test data", async () => {
        await initialised("used", 0);
        await server.rows("INSERT INTO tasks (title) VALUES ('Mine')", { database: "used" });
        assert.equal((await execute(initSql({ seedRows: 1000 }), "used")).code, 0);
        assert.deepEqual(await server.rows("SELECT title FROM tasks", { database: "used" }), ["Mine"]);
    });

    it("T-42: no seed rows still create the schema", async () => {
        await initialised("empty", 0);
        assert.deepEqual(await server.rows("SELECT count(*) FROM tasks", { database: "empty" }), ["0"]);
    });

    it("T-107: the exporter's role reads statistics but no task", async () => {
        await server.createDatabase("monitored");
        const env = { EXPORTER_PASSWORD: "exporter-canary-1" };
        const { code, stdout, stderr } = await execute(initSql({ seedRows: 10, exporter }), "monitored", { env });
        assert.deepEqual([code, stderr], [0, ""]);
        assert.doesNotMatch(stdout, /canary/);
        const login = { user: "taskflow_exporter", password: "exporter-canary-1", database: "monitored" };
        assert.deepEqual(await server.rows("SELECT pg_has_role('pg_monitor', 'member'), count(*) > 0 FROM pg_stat_activity", login), ["t|t"]);
        await assert.rejects(server.rows("SELECT * FROM tasks", login), /permission denied for table tasks/);

        assert.equal((await execute(initSql({ seedRows: 10, exporter }), "monitored", { env: { EXPORTER_PASSWORD: "exporter-canary-2" } })).code, 0);
        await assert.rejects(server.rows("SELECT", login), /password authentication failed/);
        await server.rows("SELECT", { ...login, password: "exporter-canary-2" });
        assert.doesNotMatch(server.log(), /canary/);
    });

    it("T-45 T-107: a role whose password is not in the environment is left alone, an empty one is refused", async () => {
        await server.createDatabase("partial");
        const other = { role: "another_exporter", password: "EXPORTER_PASSWORD" };
        assert.equal((await execute(initSql({ seedRows: 1, exporter: other }), "partial")).code, 0);
        assert.deepEqual(await server.rows("SELECT FROM pg_roles WHERE rolname = 'another_exporter'"), []);
        const { code, stderr } = await execute(initSql({ seedRows: 1, exporter: other }), "partial", { env: { EXPORTER_PASSWORD: "" } });
        assert.notEqual(code, 0);
        assert.match(stderr, /EXPORTER_PASSWORD is empty, expected the password of role another_exporter/);
    });

    it("T-60: a password that cannot be set appears neither in the answer nor in the server's log", async () => {
        const sql = "SET default_transaction_read_only = on;\nBEGIN;\n" + passwordSql({ environment: "POSTGRES_PASSWORD" }) + "COMMIT;\n";
        const { code, stdout, stderr } = await execute(sql, "postgres", { env: { POSTGRES_PASSWORD: "refused-canary" } });
        assert.notEqual(code, 0);
        assert.match(stderr, /password of role taskflow not set: cannot execute ALTER ROLE in a read-only transaction/);
        assert.match(server.log(), /cannot execute ALTER ROLE/);
        assert.doesNotMatch(stdout + stderr + server.log(), /canary/);
    });
});
