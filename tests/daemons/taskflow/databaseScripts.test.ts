import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { initDatabaseScript } from "../../../components/data/postgres/initializationScript";
import { initSql, waitForDatabaseScript } from "../../../components/platforms/taskflow/content";
import type { Result} from "../../harness/daemons/daemon";
import { freePort, run, temporaryFolder } from "../../harness/daemons/daemon";
import { PostgreSql, containerPath } from "../../harness/daemons/postgresql";

describe("scripts that wait for and initialise PostgreSQL, under busybox sh", () => {
    let server: PostgreSql;
    let folder: string;
    let path: string;
    let file: string;

    before(async () => {
        folder = temporaryFolder("database-scripts");
        path = containerPath(folder);
        file = join(folder, "init.sql");
        writeFileSync(file, initSql({ seedRows: 1000 }));
        server = await PostgreSql.start("canary-first");
    });
    after(async () => {
        await server?.stop();
        rmSync(folder, { recursive: true, force: true });
    });

    function script(text: string, env: NodeJS.ProcessEnv): Promise<Result> {
        return run(join(folder, "bin/sh"), ["-c", text], { env: { ...server.environment, PATH: path, ...env } });
    }

    describe("wait-for-db", () => {
        const limited = (env: NodeJS.ProcessEnv): Promise<Result> => script(waitForDatabaseScript, { TIMEOUT_SECONDS: "1", ...env });

        it("T-13: waits while the table is missing and ends 0 once it exists", async () => {
            await server.createDatabase("late");
            const waiting = script(waitForDatabaseScript, { DATABASE_NAME: "late", PGPASSWORD: server.password });
            await server.rows("CREATE TABLE tasks (id int)", { database: "late" });
            const { code, stdout } = await waiting;
            assert.equal(code, 0);
            assert.match(stdout, /database late on 127\.0\.0\.1:\d+ is ready\n$/);
        });

        it("T-13: gives up after the time limit and says that the table is missing", async () => {
            await server.createDatabase("never");
            const { code, stderr } = await limited({ DATABASE_NAME: "never", PGPASSWORD: server.password });
            assert.equal(code, 1);
            assert.match(stderr, /^database never on 127\.0\.0\.1:\d+ is not ready after 1 s: table tasks does not exist$/m);
        });

        it("T-13: gives up where nobody listens", async () => {
            const { code, stderr } = await limited({ DATABASE_PORT: String(await freePort()), PGPASSWORD: server.password });
            assert.equal(code, 1);
            assert.match(stderr, /is not ready after 1 s: no connections accepted$/m);
        });

        it("T-13 T-45: a refused password is named as the reason, and not shown", async () => {
            const { code, stdout, stderr } = await limited({ PGPASSWORD: "canary-wrong" });
            assert.equal(code, 1);
            assert.match(stderr, /password authentication failed for user "taskflow"/);
            assert.doesNotMatch(stdout + stderr, /canary/);
        });
    });

    describe("taskflow-db-init", () => {
        const initialise = (env: NodeJS.ProcessEnv) => script(initDatabaseScript, { INIT_FILE: file, TIMEOUT_SECONDS: "1", ...env });
        const canLogIn = (password: string) => server.rows("SELECT 'welcome'", { password });

        it("T-44: creates schema and test data over TCP, and again without a change", async () => {
            for (let round = 0; round < 2; round++) {
                const { code, stdout, stderr } = await initialise({ POSTGRES_PASSWORD: server.password });
                assert.deepEqual([code, stderr], [0, ""]);
                assert.match(stdout, /total_tasks[^]*\b1000 \|/);
            }
            assert.deepEqual(await server.rows("SELECT count(*) FROM tasks"), ["1000"]);
        });

        it("T-60: a rotated password replaces the previous one, and the tasks stay", async () => {
            const env = { POSTGRES_PASSWORD: "canary-second", PREVIOUS_PASSWORD: server.password };
            for (let round = 0; round < 2; round++) {
                const { code, stdout, stderr } = await initialise(env);
                assert.deepEqual([code, stderr], [0, ""]);
                assert.doesNotMatch(stdout, /canary/);
                await assert.rejects(canLogIn(server.password), /password authentication failed/);
                assert.deepEqual(await canLogIn("canary-second"), ["welcome"]);
            }
            assert.deepEqual(await server.rows("SELECT count(*) FROM tasks", { password: "canary-second" }), ["1000"]);
            const back = await initialise({ POSTGRES_PASSWORD: server.password, PREVIOUS_PASSWORD: "canary-second" });
            assert.equal(back.code, 0);
            assert.deepEqual(await canLogIn(server.password), ["welcome"]);
            assert.doesNotMatch(server.log(), /canary/);
        });

        it("T-60: gives up with the server's reason when no password fits, and shows none", async () => {
            const { code, stdout, stderr } = await initialise({ POSTGRES_PASSWORD: "canary-third", PREVIOUS_PASSWORD: "canary-fourth" });
            assert.equal(code, 1);
            assert.match(stderr, /is not ready after 1 s: .*password authentication failed/);
            assert.doesNotMatch(stdout + stderr, /canary/);
            const alone = await initialise({ POSTGRES_PASSWORD: "canary-third" });
            assert.equal(alone.code, 1);
            assert.match(alone.stderr, /is not ready after 1 s: .*password authentication failed/);
            assert.match((await initialise({ POSTGRES_PASSWORD: "" })).stderr, /is not ready after 1 s: POSTGRES_PASSWORD is empty/);
        });

        it("T-44: a failing init.sql fails the Job", async () => {
            const broken = join(folder, "broken.sql");
            writeFileSync(broken, "SELECT 1 / 0;\nSELECT 2;\n");
            const { code, stderr } = await script(initDatabaseScript, { INIT_FILE: broken, POSTGRES_PASSWORD: server.password });
            assert.notEqual(code, 0);
            assert.match(stderr, /division by zero/);
        });
    });
});
