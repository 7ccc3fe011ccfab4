import { jetstreamManager } from "@nats-io/jetstream";
import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expressionsOf } from "../../../components/kit/telemetry";
import { nginxMonitoring, nginxStatusPort } from "../../../components/monitoring/exporters/nginxExporter";
import { selectedMetrics } from "../../harness/monitoring/promql";
import { expressionsIn, renderedMonitoring } from "../../harness/monitoring/rendered";
import { builtPrograms } from "../../harness/daemons/builtPrograms";
import type { DaemonOptions } from "../../harness/daemons/daemon";
import { Daemon, eventually, freePort, HOST, program, temporaryFolder } from "../../harness/daemons/daemon";
import { MinioServer } from "../../harness/daemons/minioServer";
import { NatsServers } from "../../harness/daemons/natsServer";
import { startFrontend } from "../../harness/daemons/frontend";
import { PostgreSql } from "../../harness/daemons/postgresql";
import type { Provided } from "./exporterSources";
import { cadvisor, certManager, cloudNativePostgres, kubelet, namesIn, traefik } from "./exporterSources";
import { jaegerProgram, layDownJaeger, sendTrace, startJaeger } from "./jaegerServer";
import { fetchTcp } from "./tcp";
import type { PrometheusTools } from "../../harness/daemons/prometheusTools";
import { prometheusTools } from "../../harness/daemons/prometheusTools";
import { startBridge } from "./logBridgeServer";
import { startMariadb } from "./mariadbServer";
import { startRabbitmq } from "./rabbitmqServer";
import { alertmanagerTools } from "./alertmanagerTools";
import { scenarioTables } from "../../harness/scenarios";
import { StandIn } from "./standIns";
import { stateObjects, stateResources } from "./stateObjects";

/** Metrics of programs that cannot be had here, and of the applications, whose documents name them. */
const agreed = new RegExp("^(rabbitmq_unreachable_cluster_peers_count|fluentbit_|argocd_"
    + "|gauzian_|taskflow_|http_request|requests_total|duration_seconds|cache_total)");

/** Reads the names of the metrics that a program serves at this moment. */
type Scrape = () => Promise<Set<string>>;

const namesAt = (url: string): Scrape => async () => namesIn(await (await fetch(url)).text());

describe("every metric that a rule or a panel asks for is given by its exporter", () => {
    let tools: PrometheusTools;
    let exporters: string;
    let folder: string;
    let asked: string[];
    let counted = 0;
    const daemons: { stop(): Promise<unknown> }[] = [];

    before(async () => {
        [tools, exporters, folder] = [prometheusTools(), builtPrograms("exporters"), temporaryFolder("metrics")];
        const rendered = (await renderedMonitoring("prod")).flatMap(expressionsIn).map(({ expr }) => expr);
        const optional = Object.values(scenarioTables).flatMap(({ telemetry }) => telemetry).flatMap(expressionsOf);
        asked = [...new Set((await Promise.all([...new Set([...rendered, ...optional])].map(selectedMetrics))).flat())].sort();
    });
    afterEach(async () => {
        for (const daemon of daemons.splice(0).reverse()) {
            await daemon.stop();
        }
    });
    after(() => rmSync(folder, { recursive: true, force: true }));

    /** Starts a program that serves metrics at an address of its own, and gives the way to read their names. */
    async function exporter(
        options: Pick<DaemonOptions, "name" | "command" | "env"> & { args: (address: string, port: number) => string[] | Promise<string[]> },
    ): Promise<Scrape> {
        const port = await freePort();
        const address = `${HOST}:${port}`;
        const scrape = namesAt(`http://${address}/metrics`);
        daemons.push(await Daemon.start({ ...options, args: await options.args(address, port), ready: scrape }));
        return scrape;
    }

    function askedOf(names: RegExp): string[] {
        const wanted = asked.filter(name => names.test(name));
        assert.ok(wanted.length > 0, `nothing asks for a metric like ${names}`);
        counted += wanted.length;
        return wanted;
    }

    /** Waits until every metric of a pattern that is asked for is served, by whichever of some programs. */
    async function assertServed(names: RegExp, scrapes: readonly Scrape[], seconds = 60): Promise<void> {
        const wanted = askedOf(names);
        await eventually(`all ${wanted.length} metrics like ${names} are served`, async () => {
            const served = new Set((await Promise.all(scrapes.map(scrape => scrape()))).flatMap(found => [...found]));
            const missing = wanted.filter(name => !served.has(name));
            assert.ok(missing.length === 0, `missing are ${missing.join(", ")}`);
        }, { seconds });
    }

    async function redis(configuration: string, ...mode: string[]): Promise<number> {
        const port = await freePort();
        const own = join(folder, `redis-${port}`);
        mkdirSync(own);
        writeFileSync(join(own, "redis.conf"), `${configuration}\n`);
        daemons.push(await Daemon.start({
            name: `redis-${port}`, command: program("redis-server", "redis-server"), cwd: own,
            args: [join(own, "redis.conf"), "--port", String(port), "--bind", HOST, ...mode], ready: () => fetchTcp(port),
        }));
        return port;
    }

    const redisExporter = (port: number): Promise<Scrape> => exporter({
        name: `redis_exporter-${port}`, command: tools.redisExporter, env: { REDIS_ADDR: `redis://${HOST}:${port}` },
        args: address => [`--web.listen-address=${address}`],
    });

    it("postgres_exporter, of a server before version 17", async () => {
        const server = await PostgreSql.start();
        daemons.push(server);
        const scrape = await exporter({
            name: "postgres_exporter", command: tools.postgresExporter, args: address => [`--web.listen-address=${address}`],
            env: { DATA_SOURCE_URI: `${HOST}:${server.port}/postgres?sslmode=disable`, DATA_SOURCE_USER: server.user, DATA_SOURCE_PASS: server.password },
        });
        // The names of version 17, which this server is not, are in the exporter's source alone.
        await assertServed(/^pg_(?!stat_checkpointer_)/, [scrape]);
    });

    it("redis_exporter: a primary, its replica, a sentinel and a node of a cluster", async () => {
        const [primary, node] = [await redis(""), await redis("cluster-enabled yes")];
        const replica = await redis(`replicaof ${HOST} ${primary}`);
        const sentinel = await redis(`sentinel monitor main ${HOST} ${primary} 2`, "--sentinel");
        await assertServed(/^redis_(?!operations)/, await Promise.all([primary, node, replica, sentinel].map(redisExporter)));
    });

    it("HAProxy before Redis", async () => {
        const scrape = await exporter({
            name: "haproxy", command: program("haproxy", "haproxy"),
            args: (address, port) => {
                const file = join(folder, "haproxy.cfg");
                writeFileSync(file, `defaults\n  mode http\n  timeout client 5s\n  timeout connect 5s\n  timeout server 5s\nbackend primary\n  server a ${HOST}:1\n`
                    + `frontend status\n  bind ${HOST}:${port}\n  http-request use-service prometheus-exporter if { path /metrics }\n`);
                assert.ok(address);
                return ["-db", "-f", file];
            },
        });
        await assertServed(/^haproxy_/, [scrape]);
    });

    it("nginx-prometheus-exporter beside nginx", async () => {
        const statusPort = await freePort();
        daemons.push(await startFrontend({ upstreamPort: 1, statusPort }));
        const [container] = nginxMonitoring({ namespace: "shop", app: "frontend", maximumConnections: 1024 }).sidecars;
        const flags = (container?.args ?? []).map(flag => flag.replace(`:${nginxStatusPort}/`, `:${statusPort}/`));
        await assertServed(/^nginx_/, [await exporter({
            name: "nginx_exporter", command: join(exporters, "nginx-prometheus-exporter"),
            args: address => [...flags, `--web.listen-address=${address}`],
        })]);
    });

    it("node_exporter", async () => {
        const scrape = await exporter({
            name: "node_exporter", command: join(exporters, "node_exporter"), args: address => [`--web.listen-address=${address}`, "--no-collector.wifi"],
        });
        await assertServed(/^node_/, [scrape]);
    });

    it("prometheus-nats-exporter, with a stream and a consumer", async () => {
        const servers = await NatsServers.start(1);
        daemons.push(servers);
        const client = await servers.connect();
        const manager = await jetstreamManager(client);
        await manager.streams.add({ name: "MESSAGES", subjects: ["messages.>"], max_bytes: 1e6 });
        await manager.consumers.add("MESSAGES", { durable_name: "push" });
        await client.close();
        const scrape = await exporter({
            name: "nats_exporter", command: join(exporters, "prometheus-nats-exporter"),
            args: (_, port) => ["-addr", HOST, "-port", String(port), "-ri", "1", "-varz", "-connz", "-routez", "-healthz", "-jsz=all", servers.monitorOf(0)],
        });
        await assertServed(/^(gnatsd|jetstream)_/, [scrape]);
    });

    it("MinIO", async () => {
        const server = await MinioServer.start({ accessKey: "rootrootroot", secretKey: "rootrootroot" });
        daemons.push(server);
        // Its counters are gathered once in a while.
        await assertServed(/^minio_/, [async () => {
            await server.get("/bucket");
            return namesIn(await (await server.get("/minio/v2/metrics/cluster")).text());
        }], 300);
    });

    it("kube-state-metrics, with an object of each kind", async () => {
        const lists = stateObjects("shop");
        const api = await StandIn.start(({ url = "" }) => {
            const { pathname, searchParams } = new URL(url, `http://${HOST}`);
            if (pathname === "/version") {
                return JSON.stringify({ major: "1", minor: "36", gitVersion: "v1.36.5" });
            }
            return searchParams.has("watch") || !(pathname in lists) ? undefined : JSON.stringify(lists[pathname]);
        }, { contentType: "application/json" });
        daemons.push(api);
        const telemetryPort = await freePort();
        const scrape = await exporter({
            name: "kube-state-metrics", command: tools.kubeStateMetrics,
            args: (_, port) => [
                `--port=${port}`, `--telemetry-port=${telemetryPort}`, `--namespaces=shop`, `--resources=${stateResources.join(",")}`,
                `--apiserver=http://${api.address}`, `--host=${HOST}`, `--telemetry-host=${HOST}`,
            ],
        });
        await assertServed(/^kube_/, [scrape]);
    });

    it("Prometheus itself, with a rule and an Alertmanager that does not answer", async () => {
        writeFileSync(join(folder, "rules.yml"), "groups: [{name: g, interval: 1s, rules: [{alert: A, expr: vector(1)}]}]\n");
        const scrape = await exporter({
            name: "prometheus", command: tools.prometheus,
            args: address => {
                const file = join(folder, "prometheus.yml");
                writeFileSync(file, `rule_files: [rules.yml]\nscrape_configs: [{job_name: prometheus, scrape_interval: 1s, static_configs: [{targets: ['${address}']}]}]\n`
                    + `alerting: {alertmanagers: [{static_configs: [{targets: ['${HOST}:1']}]}]}\n`);
                return [`--config.file=${file}`, `--web.listen-address=${address}`, `--storage.tsdb.path=${join(folder, "tsdb")}`];
            },
        });
        await assertServed(/^prometheus_/, [scrape]);
    });

    it("mysqld_exporter beside MariaDB, whose status has the names of MySQL's that are asked for", async () => {
        const port = await startMariadb(daemons);
        await assertServed(/^mysql_/, [await exporter({
            name: "mysqld_exporter", command: program("prometheus-mysqld-exporter", "prometheus-mysqld-exporter"),
            env: { DATA_SOURCE_NAME: `exporter@tcp(${HOST}:${port})/` }, args: address => [`--web.listen-address=${address}`],
        })]);
    });

    it("RabbitMQ as Debian packs it, with a queue", async () => {
        const server = await startRabbitmq(folder);
        daemons.push(...server.daemons);
        // Later versions, as the deployed one, also count the nodes that cannot be reached; this one has no such metric.
        await assertServed(/^rabbitmq_(?!unreachable_cluster_peers_count)/, [namesAt(server.metricsUrl)]);
    });

    it("Benthos, the engine of Redpanda Connect", async () => {
        const bridge = await startBridge(folder, { output: { drop: {} } });
        daemons.push(bridge.daemon);
        await bridge.send([{ log: "a line" }]);
        await assertServed(/^(input|output)_/, [bridge.names]);
    });

    it("Jaeger, with a trace", async () => {
        const laidDown = await layDownJaeger(folder, 168);
        daemons.push(await startJaeger(jaegerProgram(), laidDown));
        await sendTrace(laidDown.url("otlp-http"));
        await assertServed(/^otelcol_/, [namesAt(`${laidDown.url("metrics")}/metrics`)]);
    });

    it("the Alertmanager", async () => {
        const scrape = await exporter({
            name: "alertmanager", command: alertmanagerTools().alertmanager,
            args: address => {
                const file = join(folder, "alertmanager.yml");
                writeFileSync(file, "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n");
                return [`--config.file=${file}`, `--web.listen-address=${address}`, `--cluster.listen-address=${HOST}:0`, `--storage.path=${join(folder, "am")}`];
            },
        });
        await assertServed(/^alertmanager_/, [scrape]);
    });

    const sources: Readonly<Record<string, readonly [names: RegExp, provided: () => Provided]>> = {
        "cAdvisor": [/^container_/, cadvisor],
        "the kubelet's volumes": [/^kubelet_/, kubelet],
        "CloudNativePG": [/^cnpg_/, cloudNativePostgres],
        "Traefik": [/^traefik_/, traefik],
        "cert-manager": [/^certmanager_/, certManager],
    };
    for (const [name, [names, provided]] of Object.entries(sources)) {
        it(`${name}, by the source of its pinned module`, () => {
            const gives = provided();
            assert.deepEqual(askedOf(names).filter(metric => !gives(metric)), []);
        });
    }

    it("leaves no metric without a source", function () {
        const known = oneOfPrefixes("alertmanager", "input", "output", "otelcol", "mysql", "rabbitmq", "pg", "redis", "haproxy", "nginx", "node", "gnatsd", "jetstream",
            "minio", "kube", "prometheus", "container", "kubelet", "cnpg", "traefik", "certmanager");
        const recorded = /^(service|namespace_container):/;
        assert.deepEqual(asked.filter(name => ![known, recorded, agreed, /^up$/].some(pattern => pattern.test(name))), []);
        const others = asked.filter(name => agreed.test(name)).length;
        this.test!.title = `${counted} metrics are given by their exporters; not compared: ${others} of the applications, and `
            + "of programs on the way of logs, which cannot be had here";
    });
});

function oneOfPrefixes(...prefixes: readonly string[]): RegExp {
    return new RegExp(`^(${prefixes.join("|")})_`);
}
