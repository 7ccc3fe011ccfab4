import assert from "node:assert/strict";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { backupScript, restoreScript } from "../../../components/data/postgres/backupScripts";
import { images } from "../../../components/kit/images";
import type { ShellScript } from "../../../components/kit/textFile";
import { initSql } from "../../../components/platforms/taskflow/content";
import type { Container, ContainerOptions } from "./container";
import { containersPossible, ImageStore } from "./container";

const login = { PGHOST: "127.0.0.1", PGUSER: "taskflow", PGPASSWORD: "only-for-this-test", PGDATABASE: "taskflow_db" };
/** What must be the same afterwards: rows with their content, indexes, the next number. */
const facts = [
    "SELECT count(*) || ' ' || md5(string_agg(tasks::text, ',' ORDER BY id)) FROM tasks",
    "SELECT string_agg(indexdef, ';' ORDER BY indexname) FROM pg_indexes WHERE tablename = 'tasks'",
    "SELECT last_value FROM tasks_id_seq",
];

(containersPossible ? describe : describe.skip)("the next major version of PostgreSQL", () => {
    let store: ImageStore | undefined;
    const running: Container[] = [];

    before(() => {
        store = ImageStore.build([images.postgres15, images.postgres16, images.postgres17]);
    });
    afterEach(async () => {
        await Promise.all(running.splice(0).map(container => container.stop()));
    });
    after(() => store?.remove());

    /** A folder of the machine that outlives the containers, as a volume does. */
    function volume(name: string): string {
        const folder = join(store?.folder ?? "", name);
        mkdirSync(folder, { recursive: true });
        return folder;
    }

    async function start(image: string, data: string, dumps: string, more: Partial<ContainerOptions> = {}): Promise<Container> {
        assert.ok(store);
        const container = await store.unpack(image).start("postgres", {
            user: 70,
            environment: {
                POSTGRES_USER: login.PGUSER, POSTGRES_PASSWORD: login.PGPASSWORD, POSTGRES_DB: login.PGDATABASE,
                PGDATA: "/var/lib/postgresql/data/pgdata",
            },
            scratch: [["/var/lib/postgresql/data", volume(data)], ["/dumps", volume(dumps)], "/tmp", "/var/run/postgresql"],
            ready: one => one.mustExec("pg_isready", "-h", login.PGHOST, "-U", login.PGUSER, "-d", login.PGDATABASE),
            ...more,
        });
        running.push(container);
        return container;
    }

    const variables = (environment: object): string[] => Object.entries({ ...login, ...environment }).map(([name, value]) => `${name}=${value}`);
    const query = (container: Container, sql: string): Promise<string> =>
        container.mustExec("env", ...variables({}), "psql", "--no-psqlrc", "--tuples-only", "--no-align", "--command", sql);
    const runScript = (container: Container, { text, environment }: ShellScript): Promise<string> =>
        container.mustExec("env", ...variables(environment ?? {}), "sh", "-c", text);

    for (const [from, to] of [[images.postgres15, images.postgres16], [images.postgres16, images.postgres17]] as const) {
        const step = `${from.split(/[:.]/)[1]}-to-${to.split(/[:.]/)[1]}`;

        it(`${step}: the new server refuses the old volume; a dump, an empty volume and a restore lose nothing`, async () => {
            const old = await start(from, `old-${step}`, `dumps-${step}`, {
                files: { "/docker-entrypoint-initdb.d/1.sql": initSql({ seedRows: 1000 }) },
            });
            const before = await Promise.all(facts.map(fact => query(old, fact)));
            await old.stop();
            await assert.rejects(start(to, `old-${step}`, `dumps-${step}`), /database files are incompatible with server/);

            const again = await start(from, `old-${step}`, `dumps-${step}`);
            await runScript(again, backupScript({ folder: "/dumps", retentionDays: 7 }));
            await again.stop();
            assert.equal(readdirSync(volume(`dumps-${step}`)).length, 1);

            const next = await start(to, `new-${step}`, `dumps-${step}`);
            assert.equal(`PostgreSQL ${await query(next, "SHOW server_version")}`, store?.unpack(to).program);
            assert.match(await runScript(next, restoreScript({ folder: "/dumps" })), /restored taskflow_db-/);
            assert.deepEqual(await Promise.all(facts.map(fact => query(next, fact))), before);
        });
    }
});
