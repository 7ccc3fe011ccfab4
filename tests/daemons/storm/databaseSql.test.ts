import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { databaseSql } from "../../../components/platforms/storm/databaseSql";
import { temporaryFolder } from "../../harness/daemons/daemon";
import { PostgreSql } from "../../harness/daemons/postgresql";

const passwords = { POSTGRES_PASSWORD: "canary-superuser", DB_PASSWORD: "canary-service", EXPORTER_PASSWORD: "canary-exporter" };

describe("Storm's SQL on PostgreSQL", () => {
    let server: PostgreSql;
    let folder: string;

    before(async () => {
        folder = temporaryFolder("storm-sql");
        for (const name of ["user", "message"]) {
            writeFileSync(file(name), databaseSql({ database: `${name}_db`, owner: `${name}_service`, exporter: "exporter" }));
        }
        server = await PostgreSql.start("canary-superuser");
        for (const name of ["user", "message"]) {
            await server.createDatabase(`${name}_db`);
            await initialise(name);
        }
    });
    after(async () => {
        await server?.stop();
        rmSync(folder, { recursive: true, force: true });
    });

    function file(name: string): string {
        return join(folder, `${name}.sql`);
    }

    /** Runs the SQL as the Job does, or without passwords over the socket as the image's first start does. */
    async function initialise(name: string, env: Partial<typeof passwords> = passwords, local = false): Promise<string> {
        const { code, stdout, stderr } = await server.psql({ args: [`--file=${file(name)}`], database: `${name}_db`, env, local });
        assert.deepEqual([code, stderr], [0, ""]);
        return stdout;
    }

    const asService = (sql: string, name = "user", password = passwords.DB_PASSWORD): Promise<string[]> =>
        server.rows(sql, { user: `${name}_service`, password, database: `${name}_db` });

    it("S-26: the service's role owns its database, makes tables in it, and is no superuser", async () => {
        for (const name of ["user", "message"]) {
            const owner = await asService("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()", name);
            assert.deepEqual(owner, [`${name}_service`]);
            await asService("CREATE TABLE things (id int); INSERT INTO things VALUES (1)", name);
            assert.deepEqual(await asService("SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user", name), ["f|f|f"]);
        }
    });

    it("S-26: a service cannot make itself a superuser, nor read the other's tables or the server's files", async () => {
        await asService("CREATE TABLE IF NOT EXISTS secrets (id int)", "message");
        for (const sql of [
            "ALTER ROLE user_service SUPERUSER", "SET ROLE taskflow", "SELECT pg_read_file('/etc/passwd')", "COPY (SELECT 1) TO PROGRAM 'id'",
        ]) {
            await assert.rejects(asService(sql), /permission denied|must be superuser|must have privileges|Only roles with/i, sql);
        }
        await assert.rejects(server.rows("SELECT * FROM secrets", { user: "user_service", password: passwords.DB_PASSWORD, database: "message_db" }),
            /permission denied/);
    });

    it("S-26 S-77: the exporter reads statistics and no tables", async () => {
        const exporter = { user: "exporter", password: passwords.EXPORTER_PASSWORD, database: "user_db" };
        await asService("CREATE TABLE IF NOT EXISTS things (id int)");
        assert.equal((await server.rows("SELECT count(*) > 0 FROM pg_stat_activity", exporter))[0], "t");
        await assert.rejects(server.rows("SELECT * FROM things", exporter), /permission denied/);
    });

    it("S-26: a second run changes nothing, and shows no password", async () => {
        await asService("CREATE TABLE IF NOT EXISTS kept AS SELECT generate_series(1, 1000) AS id");
        const output = await initialise("user");
        assert.doesNotMatch(output, /canary/);
        assert.deepEqual(await asService("SELECT count(*) FROM kept"), ["1000"]);
        assert.doesNotMatch(server.log(), /canary/);
    });

    it("S-26: a rotated password replaces the one before", async () => {
        await initialise("user", { ...passwords, DB_PASSWORD: "canary-rotated" });
        await assert.rejects(asService("SELECT 1"), /password authentication failed/);
        assert.deepEqual(await asService("SELECT 1", "user", "canary-rotated"), ["1"]);
        await initialise("user");
        assert.deepEqual(await asService("SELECT 1"), ["1"]);
    });

    it("S-26: the image's first start, which knows no password of the service, leaves that to the Job", async () => {
        writeFileSync(file("first"), databaseSql({ database: "first_db", owner: "first_service", exporter: "exporter" }));
        await server.createDatabase("first_db");
        await initialise("first", { POSTGRES_PASSWORD: passwords.POSTGRES_PASSWORD, EXPORTER_PASSWORD: passwords.EXPORTER_PASSWORD }, true);
        assert.deepEqual(await server.rows("SELECT count(*) FROM pg_roles WHERE rolname = 'first_service'"), ["0"]);
        await initialise("first");
        assert.deepEqual(await asService("SELECT current_user", "first"), ["first_service"]);
    });

    it("S-26: names that SQL would have to quote are refused", () => {
        assert.throws(() => databaseSql({ database: "user_db", owner: "a; DROP TABLE x", exporter: "exporter" }), /role is "a; DROP TABLE x"/);
        assert.throws(() => databaseSql({ database: "user-db", owner: "user_service", exporter: "exporter" }), /database is "user-db"/);
    });
});
