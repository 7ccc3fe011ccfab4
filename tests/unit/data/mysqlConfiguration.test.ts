import assert from "node:assert/strict";
import { accountsSql, clientOptions, initSql, mysqlConfiguration } from "../../../components/data/mysql/configuration";

const lines = (text: string): string[] => text.trim().split("\n");

describe("MySQL configuration", () => {
    it("E-45 E-271: no option that 8.4 has removed", () => {
        for (const settings of [{}, { binaryLog: false, performanceSchema: false, slowQueryLog: false }]) {
            assert.doesNotMatch(mysqlConfiguration(settings), /native_password|default.authentication|expire_logs_days|^sync_frm/m);
        }
    });

    it("E-46: without a binary log it says so", () => {
        const options = lines(mysqlConfiguration({ binaryLog: false }));
        assert.ok(options.includes("skip-log-bin"));
        assert.deepEqual(options.filter(option => /^(log_bin|server-id|binlog)/.test(option)), []);
    });

    it("E-47: with a binary log it is kept for seven days under a server id", () => {
        const options = lines(mysqlConfiguration());
        for (const option of ["server-id=1", "log_bin=binlog", "binlog_expire_logs_seconds=604800"]) {
            assert.ok(options.includes(option), option);
        }
        assert.ok(!options.includes("skip-log-bin"));
    });

    it("E-54: a small server goes without performance schema and with 64 MB for tables", () => {
        const options = lines(mysqlConfiguration({ performanceSchema: false, bufferPool: "64M" }));
        assert.ok(options.includes("performance_schema=OFF"));
        assert.ok(options.includes("innodb_buffer_pool_size=64M"));
    });

    it("E-59: statements of a second or more are written down", () => {
        const options = lines(mysqlConfiguration());
        assert.ok(options.includes("slow_query_log=ON"));
        assert.ok(options.includes("long_query_time=1"));
    });

    it("E-61: characters of all languages, no files of the client, no second protocol", () => {
        const options = lines(mysqlConfiguration());
        for (const option of ["character-set-server=utf8mb4", "collation-server=utf8mb4_unicode_ci", "local_infile=OFF", "mysqlx=OFF"]) {
            assert.ok(options.includes(option), option);
        }
    });
});

describe("MySQL initialization", () => {
    it("E-56: creates the database, grants its own user its own database, and nothing else", () => {
        assert.deepEqual(lines(initSql("auth_db", "auth_user")), [
            "CREATE DATABASE IF NOT EXISTS `auth_db` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;",
            "GRANT ALL PRIVILEGES ON `auth\\_db`.* TO 'auth_user'@'%';",
            "FLUSH PRIVILEGES;",
        ]);
    });

    const sql = accountsSql({
        database: "auth_db", root: { password: "ROOT" }, application: { user: "auth_user", password: "APP" },
        others: [{ user: "exporter", password: "EXP", grants: { "*.*": ["PROCESS", "REPLICATION CLIENT"] }, maximumConnections: 3 }],
    });

    it("E-57: the exporter has its rights and three connections at most", () => {
        assert.match(sql, /^ALTER USER 'exporter'@'%' IDENTIFIED BY 'EXP' WITH MAX_USER_CONNECTIONS 3;$/m);
        assert.match(sql, /^GRANT PROCESS, REPLICATION CLIENT ON \*\.\* TO 'exporter'@'%';$/m);
    });

    it("is one statement a line, as an init file needs it, and can run again", () => {
        for (const line of lines(sql)) {
            assert.match(line, /^[A-Z].*;$/);
            assert.doesNotMatch(line, /^CREATE (?!USER IF NOT EXISTS)/);
        }
    });

    it("E-45: no account names a plugin: the server's own, caching_sha2_password, is taken", () => {
        assert.doesNotMatch(sql, /IDENTIFIED WITH/);
    });

    it("E-55: the clients of the probes take their password from a file", () => {
        assert.deepEqual(lines(clientOptions({ user: "auth_user", password: "APP", database: "auth_db" })), [
            "[client]", "protocol=tcp", "host=127.0.0.1", "port=3306", "user=auth_user", "password=APP", "[mysql]", "database=auth_db",
        ]);
    });
});
