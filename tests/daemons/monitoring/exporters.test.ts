import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exporterRole } from "../../../components/data/postgres/postgres";
import { metricsFrom } from "../../../components/kit/telemetry";
import { initSql } from "../../../components/platforms/taskflow/content";
import type { Inputs } from "../../harness/mocks";
import type { Monitored } from "../../harness/monitoring/taskflow";
import { monitoredTaskFlow } from "../../harness/monitoring/taskflow";
import type { DaemonOptions } from "../../harness/daemons/daemon";
import { Daemon, eventually, freePort, HOST, temporaryFolder } from "../../harness/daemons/daemon";
import { startBackend } from "../../harness/daemons/backend";
import { PostgreSql } from "../../harness/daemons/postgresql";
import { Redis } from "../../harness/daemons/redis";
import type { PrometheusTools } from "../../harness/daemons/prometheusTools";
import { prometheusTools } from "../../harness/daemons/prometheusTools";
import { StandIn } from "./standIns";
import { stateObjects } from "./stateObjects";

type Samples = ReadonlyMap<string, readonly { readonly labels: string; readonly value: number }[]>;

/** Reads the text format of Prometheus. */
async function scrape(address: string, path = "/metrics"): Promise<Samples> {
    const response = await fetch(`http://${address}${path}`);
    assert.equal(response.status, 200);
    const samples = new Map<string, { labels: string; value: number }[]>();
    for (const line of (await response.text()).split("\n").filter(text => text !== "" && !text.startsWith("#"))) {
        const [, name = "", labels = "", value] = /^([a-zA-Z_:][\w:]*)(\{.*\})? (\S+)/.exec(line) ?? [];
        samples.set(name, [...(samples.get(name) ?? []), { labels, value: Number(value) }]);
    }
    return samples;
}

function value(samples: Samples, name: string, labels = ""): number | undefined {
    return samples.get(name)?.find(sample => sample.labels.includes(labels))?.value;
}

describe("exporters give what the queries ask for", () => {
    let tools: PrometheusTools;
    let monitored: Monitored;
    let folder: string;
    const daemons: { stop(): Promise<void> }[] = [];

    before(async () => {
        tools = prometheusTools();
        monitored = await monitoredTaskFlow("dev");
        folder = temporaryFolder("exporters");
    });
    afterEach(async () => {
        for (const daemon of daemons.splice(0).reverse()) {
            await daemon.stop();
        }
    });
    after(() => rmSync(folder, { recursive: true, force: true }));

    async function start(options: DaemonOptions): Promise<Daemon> {
        const daemon = await Daemon.start(options);
        daemons.push(daemon);
        return daemon;
    }

    /** Plain variables and arguments of a container as it is deployed. */
    function container(workload: string, name: string): { env: Record<string, string>; args: string[] } {
        const kind = monitored.recording.has("StatefulSet", workload) ? "StatefulSet" : "Deployment";
        const { containers } = monitored.recording.object(kind, workload).inputs.spec.template.spec;
        const { env = [], args = [] } = containers.find((candidate: Inputs) => candidate.name === name) as Inputs;
        const plain = env.filter(({ value: text }: Inputs) => text !== undefined);
        return { env: Object.fromEntries(plain.map(({ name: variable, value: text }: Inputs) => [variable, text])), args };
    }

    function assertProvides(source: string, samples: Samples): void {
        const wanted = metricsFrom(source, monitored.telemetry).filter(name => name !== "up");
        assert.ok(wanted.length > 0);
        wanted.forEach(name => assert.ok(samples.has(name), `${source} serves no ${name}`));
    }

    it("T-107 T-143: postgres_exporter, as a role that may only read statistics", async () => {
        const server = await PostgreSql.start();
        daemons.push(server);
        const script = join(folder, "init.sql");
        writeFileSync(script, initSql({ seedRows: 5, exporter: { role: exporterRole, password: "EXPORTER_PASSWORD" } }));
        const initialised = await server.psql({ args: [`--file=${script}`], env: { EXPORTER_PASSWORD: "of-the-exporter" } });
        assert.equal(initialised.code, 0, initialised.stderr);

        const address = `${HOST}:${await freePort()}`;
        const { env } = container("postgres", "exporter");
        await start({
            name: "postgres_exporter",
            command: tools.postgresExporter,
            args: [`--web.listen-address=${address}`],
            env: {
                ...env,
                DATA_SOURCE_URI: env["DATA_SOURCE_URI"]?.replace(":5432", `:${server.port}`),
                DATA_SOURCE_USER: exporterRole,
                DATA_SOURCE_PASS: "of-the-exporter",
            },
            ready: async () => assert.equal((await fetch(`http://${address}/`)).status, 200),
        });
        const samples = await scrape(address);
        assertProvides("postgres", samples);
        assert.equal(value(samples, "pg_up"), 1);
        assert.equal(value(samples, "pg_settings_max_connections"), 100);
        assert.equal(typeof value(samples, "pg_stat_database_numbackends", 'datname="taskflow_db"'), "number");
        await assert.rejects(server.rows("SELECT * FROM tasks", { user: exporterRole, password: "of-the-exporter" }), /permission denied/);

        await server.stopServer();
        assert.equal(value(await scrape(address), "pg_up"), 0);
    });

    it("T-107: redis_exporter", async () => {
        const server = await Redis.start();
        daemons.push(server);
        const address = `${HOST}:${await freePort()}`;
        const { env } = container("redis", "exporter");
        await start({
            name: "redis_exporter",
            command: tools.redisExporter,
            args: [`--web.listen-address=${address}`],
            env: { ...env, REDIS_ADDR: env["REDIS_ADDR"]?.replace(":6379", `:${server.port}`) },
            ready: async () => assert.equal((await fetch(`http://${address}/`)).status, 200),
        });
        const samples = await scrape(address);
        assertProvides("redis", samples);
        assert.equal(value(samples, "redis_up"), 1);
        assert.equal(value(samples, "redis_memory_max_bytes"), 128 * 2 ** 20);

        await server.stop();
        assert.equal(value(await scrape(address), "redis_up"), 0);
    });

    it("T-86: the API itself, for both of its workers", async () => {
        const [postgresql, redis] = [await PostgreSql.start(), await Redis.start()];
        daemons.push(postgresql, redis);
        const script = join(folder, "api.sql");
        writeFileSync(script, initSql({ seedRows: 5 }));
        await postgresql.psql({ args: [`--file=${script}`] });
        const { daemon, port } = await startBackend(postgresql, redis, folder, { PROMETHEUS_MULTIPROC_DIR: join(folder, "metrics") });
        daemons.push(daemon);
        await fetch(`http://${HOST}:${port}/tasks`);
        await fetch(`http://${HOST}:${port}/tasks`);
        const samples = await scrape(`${HOST}:${port}`);
        assertProvides("backend-api", samples);
        assert.equal(value(samples, "taskflow_cache_requests_total", 'result="hit"'), 1);
        assert.equal(value(samples, "taskflow_cache_requests_total", 'result="miss"'), 1);
        assert.equal(value(samples, "taskflow_http_requests_total", 'endpoint="/tasks"'), 2);
    });

    it("T-109: kube-state-metrics, which asks for the kinds that it watches, of its namespace, and nothing else", async () => {
        const asked = new Set<string>();
        const { args } = container("kube-state-metrics", "kube-state-metrics");
        const watched = args.find(argument => argument.startsWith("--resources="))?.replace("--resources=", "").split(",") ?? [];
        const lists = Object.fromEntries(Object.entries(stateObjects("taskflow")).filter(([path]) => watched.includes(path.split("/").at(-1) ?? "")));
        const apiServer = await StandIn.start(({ url = "" }) => {
            const { pathname, searchParams } = new URL(url, `http://${HOST}`);
            asked.add(pathname);
            if (pathname === "/version") {
                return JSON.stringify({ major: "1", minor: "36", gitVersion: "v1.36.5" });
            }
            return pathname === "/livez" ? "ok" : searchParams.has("watch") ? undefined : JSON.stringify(lists[pathname]);
        }, { contentType: "application/json" });
        daemons.push(apiServer);
        const [port, telemetryPort] = [await freePort(), await freePort()];
        await start({
            name: "kube-state-metrics",
            command: tools.kubeStateMetrics,
            args: [
                ...args.map(argument => argument.replace("=8080", `=${port}`).replace("=8081", `=${telemetryPort}`)),
                `--apiserver=http://${apiServer.address}`, `--host=${HOST}`, `--telemetry-host=${HOST}`,
            ],
            ready: async () => assert.equal((await fetch(`http://${HOST}:${telemetryPort}/readyz`)).status, 200),
        });
        const samples = await eventually("all kinds are listed", async () => {
            const found = await scrape(`${HOST}:${port}`);
            assertProvides("kube-state-metrics", found);
            return found;
        });
        const ofNamespace = 'namespace="taskflow",deployment="deployment"';
        assert.equal(value(samples, "kube_deployment_status_replicas_ready", ofNamespace), 2);
        assert.equal(value(samples, "kube_deployment_status_replicas", ofNamespace), 3);
        assert.equal(value(samples, "kube_horizontalpodautoscaler_spec_max_replicas", 'horizontalpodautoscaler="horizontalpodautoscaler"'), 10);
        const served = [...samples.keys()].filter(name => name.startsWith("kube_"));
        assert.deepEqual(served.sort(), metricsFrom("kube-state-metrics", monitored.telemetry));
        assert.equal((await fetch(`http://${HOST}:${port}/livez`)).status, 200);
        assert.deepEqual([...asked].sort(), [...Object.keys(lists), "/livez", "/version"].sort());
    });
});
