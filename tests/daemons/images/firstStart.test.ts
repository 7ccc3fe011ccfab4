import assert from "node:assert/strict";
import { chownSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { preparedScript, startScript as mysqlStart } from "../../../components/data/mysql/mysql";
import { startScript as postgresStart } from "../../../components/data/postgres/postgres";
import { aliveScript } from "../../../components/data/postgres/probes";
import { images } from "../../../components/kit/images";
import { eventually } from "../../harness/daemons/daemon";
import type { Container, ContainerOptions } from "./container";
import { containersPossible, ImageStore } from "./container";

/** Holds a first start up for as long as a file lies in the folder of temporary files. */
const wait = "while [ -e /tmp/wait ]; do sleep 0.1; done\n";

/** The same after each move of a file, which would pass unseen otherwise. */
const waitAfterMoves = `mv() { command mv "$@"; ${wait.replace("/tmp/wait", "/tmp/wait-after-moves").trim()}; }\n`;

(containersPossible ? describe : describe.skip)("first start of a database", () => {
    let store: ImageStore | undefined;
    const running: Container[] = [];

    before(() => {
        store = ImageStore.build([images.postgres16, images.mysql84]);
    });
    afterEach(async () => {
        await Promise.all(running.splice(0).map(container => container.stop()));
    });
    after(() => store?.remove());

    const folder = (name: string): string => {
        const path = join(store?.folder ?? "", name);
        mkdirSync(path);
        return path;
    };

    async function start(image: string, options: ContainerOptions): Promise<Container> {
        assert.ok(store);
        const container = await store.unpack(image).start(image.split(/[/:]/).at(-2) ?? image, options);
        running.push(container);
        return container;
    }

    /** Ends a container at once, as soon as a file is there. */
    async function killAt(container: Container, file: string): Promise<void> {
        await eventually(`${file} is there`, () => assert.ok(existsSync(file)), { seconds: 120, giveUp: () => container.ended() && container.output() });
        container.kill();
        await eventually("the container has ended", () => assert.ok(container.ended()));
        await container.stop();
        running.splice(running.indexOf(container), 1);
    }

    const postgres = (data: string, temporary: string, args: string[] = []): ContainerOptions => ({
        user: 70,
        command: ["sh", "-c", postgresStart, "postgres"], args,
        environment: { POSTGRES_USER: "owner", POSTGRES_PASSWORD: "only-for-this-test", POSTGRES_DB: "notes", PGDATA: "/var/lib/postgresql/data/pgdata" },
        scratch: [["/var/lib/postgresql/data", data], ["/tmp", temporary], "/var/run/postgresql"],
        files: {
            "/docker-entrypoint-initdb.d/1.sql": "CREATE TABLE note (text TEXT)",
            "/docker-entrypoint-initdb.d/2.sh": wait,
            "/docker-entrypoint-initdb.d/3.sql": "INSERT INTO note VALUES ('from sql')",
        },
    });
    const isReady = (container: Container): Promise<string> => container.mustExec("pg_isready", "-h", "127.0.0.1", "-U", "owner", "-d", "notes");
    const notes = (container: Container): Promise<string> => container.mustExec("env", "PGPASSWORD=only-for-this-test",
        "psql", "-h", "127.0.0.1", "-U", "owner", "-d", "notes", "-Atc", "SELECT string_agg(text, ',') FROM note");

    it("F17: of PostgreSQL is completed by the next one wherever it was killed, and data stay through any later kill", async () => {
        const [data, temporary] = [folder("postgres"), folder("postgres-tmp")];
        writeFileSync(join(temporary, "wait"), "");
        for (const written of ["base", "PG_VERSION", "global/pg_control", "postmaster.pid"]) {
            await killAt(await start(images.postgres16, postgres(data, temporary)), join(data, "pgdata.prepared", written));
            assert.ok(!existsSync(join(data, "pgdata")), `killed at ${written}`);
        }
        rmSync(join(temporary, "wait"));
        const options = { ...postgres(data, temporary, ["-c", "max_connections=37"]), ready: isReady };
        const first = await start(images.postgres16, options);
        assert.equal(await notes(first), "from sql");
        await first.mustExec("env", "PGPASSWORD=only-for-this-test", "psql", "-h", "127.0.0.1", "-U", "owner", "-d", "notes", "-qc", "INSERT INTO note VALUES ('later')");
        await killAt(first, join(data, "pgdata"));
        const second = await start(images.postgres16, options);
        assert.equal(await notes(second), "from sql,later");
    });

    it("F16: PostgreSQL is alive while it recovers, and neither ready nor alive where no server answers", async () => {
        const [data, temporary] = [folder("recovering"), folder("recovering-tmp")];
        writeFileSync(join(temporary, "wait"), "");
        const alive = (container: Container): Promise<number | null> => container.exec("sh", "-c", aliveScript).then(({ code }) => code);
        const preparing = await start(images.postgres16, postgres(data, temporary));
        await eventually("the first start waits", () => assert.ok(existsSync(join(data, "pgdata.prepared/postmaster.pid"))), { seconds: 120 });
        assert.equal(await alive(preparing), 1, "nothing answers over TCP");
        rmSync(join(temporary, "wait"));
        await eventually("it is ready", () => isReady(preparing), { seconds: 60 });
        assert.equal(await alive(preparing), 0);
        await preparing.stop();
        // Recovery that waits for a piece of the log that never comes: what a long one is at every moment.
        writeFileSync(join(data, "pgdata/recovery.signal"), "");
        chownSync(join(data, "pgdata/recovery.signal"), 70, 70);
        const recovering = await start(images.postgres16, postgres(data, temporary, ["-c", "restore_command=sleep 1000", "-c", "hot_standby=off"]));
        await eventually("it recovers", async () => assert.equal((await recovering.exec("pg_isready", "-h", "127.0.0.1")).code, 1), { seconds: 60 });
        assert.equal(await alive(recovering), 0);
        await assert.rejects(isReady(recovering));
    });

    it("F17: of MySQL is completed by the next one wherever it was killed, and data stay through any later kill", async () => {
        const [data, temporary] = [folder("mysql"), folder("mysql-tmp")];
        const client = "[client]\nprotocol=tcp\nhost=127.0.0.1\nuser=notes_user\npassword=only-for-this-test\n";
        const options = (): ContainerOptions => ({
            user: 999, command: ["sh", "-c", waitAfterMoves + mysqlStart.text],
            environment: {
                ...mysqlStart.environment, MYSQL_ROOT_PASSWORD: "root-only", MYSQL_ROOT_HOST: "localhost", MYSQL_USER: "notes_user",
                MYSQL_PASSWORD: "only-for-this-test", MYSQL_DATABASE: "notes_db",
            },
            scratch: [["/var/lib/mysql", data], ["/tmp", temporary], "/var/run/mysqld"],
            files: {
                "/etc/mysql/conf.d/server.cnf": "[mysqld]\nmysqlx=OFF\ninnodb_buffer_pool_size=64M\nperformance_schema=OFF\nserver-id=1\nlog_bin=binlog\n",
                "/docker-entrypoint-initdb.d/01-init.sql": "CREATE TABLE note (text TEXT);",
                "/docker-entrypoint-initdb.d/02-accounts.sh": `${wait}docker_process_sql < /etc/mysql-accounts/accounts.sql\n`,
                "/docker-entrypoint-initdb.d/03-prepared.sh": preparedScript,
                "/etc/mysql-accounts/accounts.sql": "ALTER USER 'notes_user'@'%' IDENTIFIED BY 'only-for-this-test';\n",
                "/etc/mysql-accounts/user.cnf": client,
            },
        });
        const ask = (container: Container, sql: string): Promise<string> =>
            container.mustExec("mysql", "--defaults-extra-file=/etc/mysql-accounts/user.cnf", "--skip-column-names", "notes_db", "--execute", sql);
        writeFileSync(join(temporary, "wait"), "");
        for (const written of ["ibdata1", "mysql", "mysql.ibd", "notes_db"]) {
            await killAt(await start(images.mysql84, options()), join(data, "first-start", written));
            assert.ok(!existsSync(join(data, "mysql")), `killed at ${written}`);
        }
        writeFileSync(join(temporary, "wait-after-moves"), "");
        rmSync(join(temporary, "wait"));
        await killAt(await start(images.mysql84, options()), join(data, "first-start-complete"));
        const [firstMoved] = readdirSync(join(data, "first-start-complete")).filter(name => !name.startsWith(".")).sort();
        assert.ok(firstMoved);
        await killAt(await start(images.mysql84, options()), join(data, firstMoved));
        assert.ok(!existsSync(join(data, "mysql")), `killed at ${firstMoved}`);
        rmSync(join(temporary, "wait-after-moves"));
        const ready = { ...options(), ready: (container: Container) => ask(container, "SELECT 1") };
        const first = await start(images.mysql84, ready);
        await ask(first, "INSERT INTO note VALUES ('later')");
        await killAt(first, join(data, "mysql"));
        assert.deepEqual(["first-start", "first-start-complete"].filter(name => existsSync(join(data, name))), []);
        const second = await start(images.mysql84, ready);
        assert.equal(await ask(second, "SELECT text FROM note"), "later");
    });
});
