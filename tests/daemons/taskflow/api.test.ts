import assert from "node:assert/strict";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { initSql } from "../../../components/platforms/taskflow/content";
import { eventually, run, temporaryFolder } from "../../harness/daemons/daemon";
import type { Backend} from "../../harness/daemons/backend";
import { backendFolder, startBackend, virtualEnvironment } from "../../harness/daemons/backend";
import type { Frontend} from "../../harness/daemons/frontend";
import { startFrontend } from "../../harness/daemons/frontend";
import { PostgreSql } from "../../harness/daemons/postgresql";
import { Redis } from "../../harness/daemons/redis";

interface Tasks {
    tasks: { id: number; title: string; description: string; completed: boolean; priority: string }[];
    stats: { total: number; completed: number; pending: number };
    count: number;
    from_cache: boolean;
}

describe("the API under gunicorn with PostgreSQL, Redis and nginx", () => {
    let folder: string;
    let temporary: string;
    let postgresql: PostgreSql;
    let redis: Redis;
    let backend: Backend;
    let frontend: Frontend;

    before(async () => {
        folder = temporaryFolder("taskflow-api");
        temporary = temporaryFolder("taskflow-backend");
        [postgresql, redis] = await Promise.all([PostgreSql.start(), Redis.start()]);
        const file = join(folder, "init.sql");
        writeFileSync(file, initSql({ seedRows: 1000 }));
        assert.equal((await postgresql.psql({ args: [`--file=${file}`] })).code, 0);
        backend = await startBackend(postgresql, redis, temporary);
        frontend = await startFrontend({ upstreamPort: backend.port });
    });
    beforeEach(() => redis.command("FLUSHALL"));
    after(async () => {
        await frontend?.stop();
        await backend?.daemon.stop();
        await Promise.all([redis?.stop(), postgresql?.stop()]);
        [folder, temporary].forEach(each => rmSync(each, { recursive: true, force: true }));
    });

    async function json<T>(url: string, status = 200): Promise<T> {
        const response = await fetch(url);
        assert.equal(response.status, status, url);
        assert.equal(response.headers.get("content-type"), "application/json", url);
        return await response.json() as T;
    }

    it("T-149 T-150: the API answers directly and through the front end, with 1000 tasks", async () => {
        for (const url of [backend.url, `${frontend.url}/api`]) {
            assert.deepEqual(await json(`${url}/health`), { status: "healthy", service: "taskflow-api" });
            assert.deepEqual(await json(`${url}/ready`), { status: "ready", database: "connected" });
            assert.equal((await json<{ total_tasks: number }>(`${url}/stats`)).total_tasks, 1000);
            assert.equal((await json<Tasks>(`${url}/tasks`)).stats.total, 1000);
        }
    });

    it("T-80 T-81 T-43: lists 100 tasks newest first, 1000 on demand, and refuses more", async () => {
        const byDefault = await json<Tasks>(`${backend.url}/tasks`);
        assert.deepEqual(byDefault.tasks.map(task => task.id), Array.from({ length: 100 }, (_, index) => 1000 - index));
        assert.equal(byDefault.count, 100);
        assert.equal((await json<Tasks>(`${frontend.url}/api/tasks?limit=1000`)).tasks.length, 1000);
        assert.match((await json<{ error: string }>(`${backend.url}/tasks?limit=1001`, 400)).error, /limit must be a whole number from 1 to 1000/);
    });

    it("T-80: filters as PostgreSQL counts", async () => {
        const [count] = await postgresql.rows("SELECT count(*) FROM tasks WHERE priority = 'high' AND NOT completed");
        const found = await json<Tasks>(`${backend.url}/tasks?priority=high&completed=false&limit=1000`);
        assert.equal(found.count, Number(count));
        assert.ok(found.tasks.every(task => task.priority === "high" && !task.completed));
    });

    it("T-82: one task or 404", async () => {
        assert.equal((await json<{ title: string }>(`${backend.url}/tasks/42`)).title, "Task 42");
        assert.deepEqual(await json(`${backend.url}/tasks/1001`, 404), { error: "Task not found" });
    });

    it("T-83: stats agree with PostgreSQL and stay cached 60 s", async () => {
        const [row = ""] = await postgresql.rows(`
            SELECT count(*) FILTER (WHERE completed), count(*) FILTER (WHERE NOT completed), count(*) FILTER (WHERE priority = 'high'),
                count(*) FILTER (WHERE priority = 'medium'), count(*) FILTER (WHERE priority = 'low') FROM tasks`);
        const [completed, pending, high, medium, low] = row.split("|").map(Number);
        assert.deepEqual(await json(`${backend.url}/stats`), {
            total_tasks: 1000, completed_tasks: completed, pending_tasks: pending, by_priority: { high, medium, low },
        });
        const ttl = Number(await redis.command("TTL", "stats:global"));
        assert.ok(ttl > 0 && ttl <= 60, `TTL is ${ttl}`);
    });

    it("T-85: keeps answers under a key for each filter and survives an outage of Redis", async () => {
        const url = `${backend.url}/tasks?priority=low`;
        assert.equal((await json<Tasks>(url)).from_cache, false);
        assert.equal((await json<Tasks>(url)).from_cache, true);
        const ttl = Number(await redis.command("TTL", "tasks:priority=low:completed=all:limit=100"));
        assert.ok(ttl > 60 && ttl <= 300, `TTL is ${ttl}`);
        await redis.stop();
        assert.equal((await json<Tasks>(url)).from_cache, false);
        await json(`${backend.url}/ready`);
        await redis.start();
        assert.equal((await json<Tasks>(url)).from_cache, false);
        assert.equal((await json<Tasks>(url)).from_cache, true);
    });

    it("T-84 T-76: stress exists only where it is enabled, and never through the default front end", async () => {
        await json(`${backend.url}/stress?duration=1`, 404);
        assert.equal((await fetch(`${frontend.url}/api/stress`)).status, 404);
        const own = temporaryFolder("taskflow-backend");
        const stressed = await startBackend(postgresql, redis, own, { STRESS_ENABLED: "true" });
        try {
            assert.equal((await json<{ duration: number }>(`${stressed.url}/stress?duration=1`)).duration, 1);
            await json(`${stressed.url}/stress?duration=11`, 400);
        } finally {
            await stressed.daemon.stop();
            rmSync(own, { recursive: true, force: true });
        }
    });

    it("T-51: a Redis with a password is used with REDIS_PASSWORD", async () => {
        const closed = await Redis.start("only-for-this-test");
        const own = temporaryFolder("taskflow-backend");
        const authenticated = await startBackend(postgresql, closed, own, { REDIS_PASSWORD: "only-for-this-test" });
        try {
            await json(`${authenticated.url}/stats`);
            assert.equal(await closed.command("EXISTS", "stats:global"), "1");
        } finally {
            await authenticated.daemon.stop();
            await closed.stop();
            rmSync(own, { recursive: true, force: true });
        }
    });

    it("T-79: without PostgreSQL it is alive but not ready, and no answer names the reason", async () => {
        await postgresql.stopServer();
        try {
            await json(`${backend.url}/health`);
            assert.deepEqual(await json(`${backend.url}/ready`, 503), { status: "not ready", database: "unavailable" });
            assert.deepEqual(await json(`${backend.url}/stats`, 503), { error: "Database unavailable" });
        } finally {
            await postgresql.startServer();
        }
        await json(`${backend.url}/ready`);
    });

    it("T-86: metrics are summed over both workers and survive a worker's end", async () => {
        const counted = async (name: string): Promise<number> => {
            const text = await (await fetch(`${backend.url}/metrics`)).text();
            return text.split("\n").filter(line => line.startsWith(name)).reduce((sum, line) => sum + Number(line.split(" ").pop()), 0);
        };
        const answered = () => counted('taskflow_http_requests_total{endpoint="/health",method="GET",status="200"}');
        const before = await answered();
        let sent = 0;
        const burst = async () => {
            const responses = await Promise.all(Array.from({ length: 20 }, () => fetch(`${backend.url}/health`)));
            assert.ok(responses.every(response => response.status === 200));
            sent += responses.length;
        };
        const files = () => readdirSync(join(temporary, "taskflow-prometheus")).filter(name => name.startsWith("counter_"));
        await eventually("both workers have answered", async () => {
            await burst();
            assert.ok(files().length >= 2);
        });
        assert.equal(await answered() - before, sent);

        const [worker = 0] = backend.daemon.children();
        process.kill(worker, "SIGTERM");
        await eventually("gunicorn has replaced the worker", () => {
            const workers = backend.daemon.children();
            assert.ok(workers.length === 2 && !workers.includes(worker));
        });
        await burst();
        assert.equal(await answered() - before, sent);
        assert.ok(await counted("taskflow_db_query_duration_seconds_count") > 0);
        assert.ok(await counted('taskflow_cache_requests_total{result="hit"}') > 0);
        assert.ok(await counted('taskflow_http_request_duration_seconds_bucket{endpoint="/stats",le="0.005"') >= 0);
    });

    it("T-55: refuses to start without a password", async () => {
        const { code, stdout, stderr } = await run(join(virtualEnvironment(), "bin/gunicorn"), ["--check-config"], {
            cwd: backendFolder,
            env: { DATABASE_PASSWORD: "", TMPDIR: folder, PYTHONDONTWRITEBYTECODE: "1" },
        });
        assert.notEqual(code, 0);
        assert.match(stdout + stderr, /DATABASE_PASSWORD is not set/);
    });

    it("T-07 T-43 T-51 T-78 T-79 T-80 T-81 T-82 T-83 T-84 T-85 T-86: the API's own tests pass", async () => {
        const { code, stdout, stderr } = await run(join(virtualEnvironment(), "bin/pytest"), ["-q", "-p", "no:cacheprovider"], {
            cwd: backendFolder,
            env: { PYTHONDONTWRITEBYTECODE: "1" },
        });
        assert.equal(code, 0, stdout + stderr);
        assert.match(stdout, /\d+ passed/);
    });
});
