import assert from "node:assert/strict";
import { initDatabaseScript } from "../../../../components/data/postgres/initializationScript";
import {
    initSql, loadGeneratorScript, nginxConfiguration, waitForDatabaseScript,
} from "../../../../components/platforms/taskflow/content";

const nginx = { listenPort: 8080, upstream: { host: "backend-api", port: 5000 }, exposeStress: false };
const load = { baseUrl: "http://backend-api.taskflow.svc.cluster.local:5000", durationSeconds: 600, stress: false };

describe("nginx.conf", () => {
    const lines = nginxConfiguration(nginx).split("\n").map(line => line.trim());

    it("T-69 T-70 T-72: contains the documented directives", () => {
        for (const directive of [
            "worker_connections 1024;", "include /etc/nginx/mime.types;", "default_type application/octet-stream;", "access_log /dev/stdout;",
            "error_log stderr warn;", "sendfile on;", "tcp_nopush on;", "keepalive_timeout 65;", "pid /var/run/nginx.pid;",
            "gzip on;", "gzip_vary on;", "gzip_min_length 1000;",
            "gzip_types text/plain text/css application/json application/javascript text/xml;",
            "server_name _;", "root /usr/share/nginx/html;", "index index.html;", "server backend-api:5000;",
            "proxy_connect_timeout 30s;", "proxy_send_timeout 30s;", "proxy_read_timeout 30s;",
        ]) {
            assert.ok(lines.includes(directive), directive);
        }
    });

    it("T-20 T-74: listens on an unprivileged port, with two workers and no user directive", () => {
        assert.ok(lines.includes("listen 8080;"));
        assert.ok(lines.includes("worker_processes 2;"));
        assert.ok(!lines.some(line => line.startsWith("user ")));
    });

    it("T-19: writes below the pod's emptyDirs only", () => {
        const written = lines.filter(line => /_temp_path |^pid /.test(line)).map(line => line.split(" ")[1] ?? "");
        assert.equal(written.length, 6);
        assert.ok(written.every(path => path.startsWith("/var/cache/nginx/") || path.startsWith("/var/run/")), written.join());
    });

    it("T-76: opens stress only when the stack config says so", () => {
        assert.ok(lines.includes("location = /api/stress {"));
        const opened = nginxConfiguration({ ...nginx, exposeStress: true });
        assert.ok(!opened.includes("/api/stress"));
        assert.ok(opened.includes("location = /api/metrics {"));
    });

    it("T-20: refuses ports and hosts that cannot work", () => {
        const refused = /listenPort is 80; allowed are whole numbers from 1024 to 65535/;
        assert.throws(() => nginxConfiguration({ ...nginx, listenPort: 80 }), refused);
        assert.throws(() => nginxConfiguration({ ...nginx, upstream: { host: "backend-api", port: 0 } }), /upstream\.port is 0/);
        assert.throws(() => nginxConfiguration({ ...nginx, upstream: { host: "a; b", port: 1 } }), /upstream\.host is "a; b"/);
    });
});

describe("init.sql", () => {
    it("T-42: prod gets the schema without an INSERT", () => {
        assert.match(initSql({ seedRows: 1000 }), /generate_series\(1, 1000\)/);
        const prod = initSql({ seedRows: 0 });
        assert.doesNotMatch(prod, /INSERT/);
        assert.match(prod, /CREATE TABLE IF NOT EXISTS tasks/);
    });

    it("T-42: refuses numbers of rows that make no sense", () => {
        for (const seedRows of [-1, 1.5, Number.NaN, 1_000_001]) {
            assert.throws(() => initSql({ seedRows }), new RegExp(`seedRows is ${seedRows}; allowed are whole numbers from 0 to 1000000`));
        }
    });

    it("T-55 T-60: reads passwords from the environment, with names that cannot break out of the statement", () => {
        assert.match(initSql({ seedRows: 0 }), /^\\getenv postgres_password POSTGRES_PASSWORD$/m);
        assert.match(initSql({ seedRows: 0, ownerPassword: "OWNER_PASSWORD" }), /^\\getenv owner_password OWNER_PASSWORD$/m);
        assert.throws(() => initSql({ seedRows: 0, exporter: { role: "x'; DROP ROLE y", password: "P" } }), /role is "x'; DROP ROLE y"/);
        assert.throws(() => initSql({ seedRows: 0, exporter: { role: "exporter", password: "p w" } }), /environment variable is "p w"/);
    });
});

describe("scripts of TaskFlow's pods", () => {
    it("T-13 T-44 T-124: contain nothing that Kubernetes expands in a container's arguments", () => {
        for (const script of [waitForDatabaseScript, initDatabaseScript, loadGeneratorScript({ ...load, stress: true }).text]) {
            // $$ becomes $, and $(NAME) becomes the variable's value.
            assert.doesNotMatch(script, /\$\$|\$\([A-Za-z_][A-Za-z0-9_.-]*\)/);
        }
    });

    it("T-13: waits at most 120 s unless told otherwise", () => {
        assert.match(waitForDatabaseScript, /^timeout=\$\{TIMEOUT_SECONDS:-120\}$/m);
    });

    it("T-124 T-127 T-128: names the documented paths below the given address", () => {
        assert.deepEqual(loadGeneratorScript({ ...load, stress: true }).environment, {
            BASE_URL: load.baseUrl,
            DURATION_SECONDS: "600",
            PATHS: "/tasks /tasks?priority=high /tasks?completed=false /stats /stress?duration=1",
        });
    });

    it("T-125: refuses a duration that never ends and an address that is none", () => {
        for (const durationSeconds of [0, -5, 1.5, Infinity]) {
            assert.throws(() => loadGeneratorScript({ ...load, durationSeconds }), /durationSeconds is .*; allowed are whole seconds/);
        }
        for (const baseUrl of ["backend-api:5000", "http://backend-api:5000/", 'http://x"; reboot; "']) {
            assert.throws(() => loadGeneratorScript({ ...load, baseUrl }), /baseUrl is /);
        }
    });
});
