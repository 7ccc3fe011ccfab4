import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { images } from "../../../components/kit/images";
import { eventually } from "../../harness/daemons/daemon";
import type { Container, ContainerOptions } from "./container";
import { containersPossible, ImageStore } from "./container";

const database = { POSTGRES_USER: "owner", POSTGRES_PASSWORD: "only-for-this-test", POSTGRES_DB: "notes" };
const query = ["psql", "--no-psqlrc", "--tuples-only", "--no-align", "--command"];

(containersPossible ? describe : describe.skip)("images that packages make", () => {
    let store: ImageStore | undefined;
    const running: Container[] = [];

    before(() => {
        store = ImageStore.build([
            images.postgres15, images.postgres16, images.postgres17, images.redis, images.nginx, images.busybox, "taskflow-backend:1.0",
        ]);
    });
    afterEach(async () => {
        await Promise.all(running.splice(0).map(container => container.stop()));
    });
    after(() => store?.remove());

    async function start(image: string, options: ContainerOptions): Promise<Container> {
        assert.ok(store);
        const container = await store.unpack(image).start(image.split(/[/:]/).at(-2) ?? image, options);
        running.push(container);
        return container;
    }

    for (const image of [images.postgres15, images.postgres16, images.postgres17]) {
        it(`${image}: the first start makes user and database and runs scripts, the second keeps them; dumps come back`, async () => {
            const data = join(store?.folder ?? "", `data-${image.split(":")[1]}`);
            mkdirSync(data);
            const options: ContainerOptions = {
                user: 70,
                args: ["-c", "max_connections=37"],
                environment: { ...database, PGDATA: "/var/lib/postgresql/data/pgdata" },
                scratch: [["/var/lib/postgresql/data", data], "/tmp", "/var/run/postgresql"],
                files: {
                    "/docker-entrypoint-initdb.d/1.sql": "CREATE TABLE note (text TEXT); INSERT INTO note VALUES ('from sql')",
                    "/docker-entrypoint-initdb.d/2.sh": `psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" -c "INSERT INTO note VALUES ('from sh')"`,
                },
                ready: container => container.mustExec("pg_isready", "-h", "127.0.0.1", "-U", "owner", "-d", "notes"),
            };
            const first = await start(image, options);
            const tcp = ["env", "PGPASSWORD=only-for-this-test", "PGHOST=127.0.0.1", "PGUSER=owner", "PGDATABASE=notes"];
            assert.equal(await first.mustExec(...tcp, ...query, "SELECT count(*) FROM note"), "2");
            assert.equal(await first.mustExec(...tcp, ...query, "SHOW max_connections"), "37");
            assert.equal(`PostgreSQL ${await first.mustExec(...tcp, ...query, "SHOW server_version")}`, store?.unpack(image).program);
            await first.mustExec("sh", "-c", `export ${tcp.slice(1).join(" ")}
                pg_dump --no-password --clean --if-exists --compress=6 --file=/tmp/dump && gzip -t < /tmp/dump
                psql -qc 'DROP TABLE note' && gzip -dc /tmp/dump | psql --quiet --output=/dev/null --single-transaction --set=ON_ERROR_STOP=1`);
            await first.stop();
            assert.match(first.output(), /received fast shutdown request/);
            const second = await start(image, options);
            assert.equal(await second.mustExec(...tcp, ...query, "SELECT count(*) FROM note"), "2");
        });
    }

    it(`${images.postgres16}: refuses to start without a password`, async () => {
        await assert.rejects(start(images.postgres16, {
            user: 70, scratch: ["/var/lib/postgresql/data", "/tmp", "/var/run/postgresql"], ready: () => { throw new Error("waiting"); },
        }), /POSTGRES_PASSWORD is empty/);
    });

    it(`${images.redis}: answers with the arguments it was given, reads a configuration from standard input, ends on SIGTERM`, async () => {
        const redis = await start(images.redis, {
            user: 999, group: 1000, scratch: ["/data"], command: ["sh", "-c", 'exec redis-server - "$@" <<END\nmaxmemory-policy allkeys-lru\nEND\n', "redis"],
            args: ["--maxmemory", "64mb", "--appendonly", "yes", "--dir", "/data"],
            ready: container => container.mustExec("sh", "-c", "redis-cli ping | grep -q PONG"),
        });
        assert.equal(await redis.mustExec("redis-cli", "set", "note", "kept"), "OK");
        assert.equal(await redis.mustExec("redis-cli", "config", "get", "maxmemory"), "maxmemory\n67108864");
        assert.equal(await redis.mustExec("redis-cli", "config", "get", "maxmemory-policy"), "maxmemory-policy\nallkeys-lru");
        await redis.mustExec("test", "-d", "/data/appendonlydir");
        await redis.stop();
        assert.match(redis.output(), /Received SIGTERM/);
    });

    it(`${images.nginx}: serves a page and takes a large body with nothing but its mounted folders to write to`, async () => {
        const nginx = await start(images.nginx, {
            user: 101, scratch: ["/var/cache/nginx", "/var/run", "/tmp"],
            files: {
                "/etc/nginx/nginx.conf": "events {} http { access_log /dev/stdout; server { listen 8080; location / { root /usr/share/nginx/html; } " +
                    "location /body { client_body_in_file_only clean; proxy_pass http://127.0.0.1:8080/index.html; } } }",
                "/usr/share/nginx/html/index.html": "the page",
            },
            ready: container => container.mustExec("wget", "-qO-", "http://127.0.0.1:8080/"),
        });
        assert.equal(await nginx.mustExec("wget", "-qO-", "http://127.0.0.1:8080/"), "the page");
        const { stderr } = await nginx.exec("wget", "-qO-", `--post-data=${"x".repeat(20_000)}`, "http://127.0.0.1:8080/body");
        assert.match(stderr, /405 Not Allowed/, "the body was taken, and only the page refused it");
        await eventually("the request is logged", () => assert.match(nginx.output(), /"POST \/body/));
    });

    it("taskflow-backend:1.0: gunicorn answers on port 5000, and says not ready without a database", async () => {
        const backend = await start("taskflow-backend:1.0", {
            user: 1000, scratch: ["/tmp", "/home/appuser"],
            environment: {
                DATABASE_HOST: "127.0.0.1", DATABASE_PORT: "5432", DATABASE_NAME: "taskflow_db", DATABASE_USER: "taskflow",
                DATABASE_PASSWORD: "only-for-this-test", REDIS_HOST: "127.0.0.1", REDIS_PORT: "6379", PROMETHEUS_MULTIPROC_DIR: "/tmp/metrics",
            },
            ready: container => container.mustExec("wget", "-qO-", "http://127.0.0.1:5000/health"),
        });
        const { stderr } = await backend.exec("wget", "-qO-", "http://127.0.0.1:5000/ready");
        assert.match(stderr, /503 service unavailable/i);
    });

    it(`${images.busybox}: its shell has the applets that scripts call`, async () => {
        const busybox = await start(images.busybox, { user: 65_534, command: ["sh", "-c", "trap exit TERM; while :; do sleep 1; done"] });
        for (const applet of ["wget", "date", "sort", "tail", "head", "grep", "sed", "awk", "find", "gzip", "gunzip", "sha256sum", "timeout", "nc"]) {
            await busybox.mustExec("sh", "-c", `command -v ${applet}`);
        }
    });
});
