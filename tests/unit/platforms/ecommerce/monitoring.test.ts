import assert from "node:assert/strict";
import { parse } from "yaml";
import type { EnvironmentName } from "../../../../components/kit/environment";
import type { RenderedAlert } from "../../../../components/monitoring/prometheus/rules";
import { alertsOf } from "../../../../components/monitoring/prometheus/rules";
import type { ScrapeJob } from "../../../../components/monitoring/prometheus/scrapeConfiguration";
import type { Inputs } from "../../../harness/mocks";
import { reachedFrom } from "../../../harness/monitoring/shop";
import { names, object, objects, shop, stacks } from "../../../harness/platforms/ecommerce";
import { altered } from "../../../harness/platforms/ecommerceVariants";

const monitoring = "monitoring";

async function file(stack: EnvironmentName, name: string): Promise<string> {
    return (await object(stack, "ConfigMap", "e-commerce-prometheus-config", {}, monitoring)).data[name];
}

async function alerts(stack: EnvironmentName): Promise<RenderedAlert[]> {
    return alertsOf(parse(await file(stack, "alerts.rules.yml")));
}

describe("e-commerce monitoring", () => {
    it("E-162 E-182 E-183: every service is scraped on its metrics port each thirty seconds, and so are the stores", async () => {
        for (const stack of stacks) {
            const jobs = (parse(await file(stack, "prometheus.yml")) as { scrape_configs: ScrapeJob[] }).scrape_configs;
            for (const name of [...names, "rabbitmq"]) {
                const job = jobs.find(({ job_name }) => job_name === name);
                assert.equal(job?.scrape_interval, "30s", name);
                const port = job?.relabel_configs?.find(({ source_labels }) => source_labels?.includes("__meta_kubernetes_endpointslice_port_name"));
                assert.equal(port?.regex, name === "rabbitmq" ? "prometheus" : "metrics", name);
            }
            assert.equal(jobs.find(({ job_name }) => job_name === "e-commerce-minio")?.metrics_path, "/minio/v2/metrics/cluster");
            const common = jobs.find(({ job_name }) => job_name === "kubernetes-pods");
            const apps = common?.relabel_configs?.[0]?.regex?.split("|") ?? [];
            assert.equal(apps.filter(app => app.endsWith("mysql")).length, stack === "dev" ? 0 : 11);
        }
    });

    it("E-182: with the Prometheus Operator a ServiceMonitor takes the place of the scrape jobs", async () => {
        const { spec } = await object("prod", "ServiceMonitor", "e-commerce-services", altered, monitoring);
        assert.deepEqual(spec.selector.matchLabels, { component: "microservice" });
        assert.deepEqual(spec.endpoints, [{ port: "metrics", path: "/metrics", interval: "30s" }]);
        assert.deepEqual(spec.namespaceSelector.matchNames, ["e-commerce-prod"]);
        const labelled = [...await objects("prod", "Service", altered)].filter(([, { inputs }]) => inputs.metadata.labels.component === "microservice");
        assert.deepEqual(labelled.map(([name]) => name).sort(), [...names, "payments-service"].sort());
        const deployed = await objects("prod", "Deployment", altered, monitoring);
        assert.deepEqual([...deployed.keys()].filter(name => name.startsWith("e-commerce-")), []);
    });

    it("E-180 E-181 E-242: Prometheus is sized and remembers by environment", async () => {
        for (const [stack, size, retention, amounts] of [
            ["dev", "5Gi", "2d", ["200m", "512Mi", "500m", "1Gi"]],
            ["staging", "20Gi", "7d", ["500m", "1Gi", "1000m", "2Gi"]],
            ["prod", "50Gi", "30d", ["1000m", "2Gi", "2000m", "4Gi"]],
        ] as const) {
            const { spec } = await object(stack, stack === "prod" ? "StatefulSet" : "Deployment", "e-commerce-prometheus", {}, monitoring);
            const claim = spec.volumeClaimTemplates?.[0] ?? await object(stack, "PersistentVolumeClaim", "e-commerce-prometheus-pvc", {}, monitoring);
            assert.equal(claim.spec.resources.requests.storage, size);
            const { containers: [main] } = spec.template.spec;
            const { requests, limits } = main.resources;
            assert.deepEqual([requests.cpu, requests.memory, limits.cpu, limits.memory], amounts);
            assert.ok(main.args.includes(`--storage.tsdb.retention.time=${retention}`));
            assert.ok(main.args.some((argument: string) => argument.startsWith("--storage.tsdb.retention.size=")));
        }
    });

    it("E-193: one Grafana with a volume, the document's resources and a generated password", async () => {
        for (const stack of stacks) {
            const { spec } = await object(stack, "Deployment", "e-commerce-grafana", {}, monitoring);
            assert.equal(spec.replicas, 1);
            assert.equal(spec.strategy.type, "Recreate");
            const { requests, limits } = spec.template.spec.containers[0].resources;
            assert.deepEqual([requests.cpu, requests.memory, limits.cpu, limits.memory], ["250m", "256Mi", "500m", "512Mi"]);
            const claim = await object(stack, "PersistentVolumeClaim", "e-commerce-grafana-pvc", {}, monitoring);
            assert.equal(claim.spec.resources.requests.storage, "10Gi");
        }
        assert.equal((await shop("prod")).outputs["ecommerce"] !== undefined, true);
    });

    it("E-195 E-196: dashboards for the shop, each service, kind of store, promise and the infrastructure, from one data source", async () => {
        const { recording } = await shop("prod");
        const dashboards = recording.ofKind("ConfigMap").map(({ inputs }) => inputs.metadata.name as string)
            .filter(name => name.startsWith("e-commerce-dashboard-")).map(name => name.replace("e-commerce-dashboard-", ""));
        const boards = ["backups", "edge", "minio", "redis", "signals", "slo", "system"].map(name => `e-commerce-${name}`);
        assert.deepEqual(dashboards.sort(), ["overview", ...names, "rabbitmq", "mysql", "infrastructure", ...boards].sort());
        for (const { inputs } of recording.ofKind("ConfigMap").filter(({ inputs }) => inputs.metadata.name.startsWith("e-commerce-dashboard-"))) {
            const [content] = Object.values<string>(inputs.data);
            assert.ok((JSON.parse(content as string) as Inputs).panels.length > 1, inputs.metadata.name);
        }
        const sources = parse((await object("prod", "ConfigMap", "e-commerce-grafana-datasources", {}, monitoring)).data["datasources.yaml"]);
        assert.equal(sources.datasources[0].url, "http://e-commerce-prometheus.monitoring.svc.cluster.local:9090");
    });

    it("E-187 E-189 E-190 E-191: the document's alerts with their thresholds and severities", async () => {
        const expected: [alert: string, severity: string, time: string, expression: RegExp][] = [
            ["HighMemoryUsage", "warning", "10m", /> 0\.8$/],
            ["PodCrashLooping", "critical", "5m", /CrashLoopBackOff/],
            ["DatabaseConnectionFailure", "critical", "2m", /mysql_up.*== 0 or absent.*aborted_connects/],
            ["RabbitMQQueueBacklog", "warning", "10m", /> 1000$/],
            ["RabbitMQQueueNearlyFull", "critical", "5m", /> 8000$/],
            ["RabbitMQDeadLetters", "warning", "15m", /queue=~".+dlq/],
            ["ApiSlowResponse", "warning", "5m", /^histogram_quantile\(0\.95.*> 1$/],
            ["ApiVerySlowResponse", "critical", "5m", /> 3$/],
        ];
        const rules = await alerts("prod");
        for (const [alert, severity, time, expression] of expected) {
            assert.ok(rules.some(rule => rule.alert === alert && rule.labels["severity"] === severity && rule.for === time && expression.test(rule.expr)),
                `${alert} ${time}: ${rules.filter(rule => rule.alert === alert).map(rule => `${rule.for} ${rule.expr}`).join("; ")}`);
        }
    });

    it("E-192: alerts for nodes of RabbitMQ, connections, volumes, certificates, dumps and autoscalers", async () => {
        const rules = await alerts("prod");
        const expected: Record<string, [severity: string, threshold: RegExp]> = {
            RabbitMQNodeDown: ["critical", /< 3/], MySQLTooManyConnections: ["warning", /> 0\.8/], PvcAlmostFull: ["warning", /> 0\.85$/],
            PvcFull: ["critical", /> 0\.95$/], CertificateExpiringSoon: ["warning", /86400 < 14$/], BackupFailed: ["critical", /kube_job_failed/],
            BackupMissing: ["critical", new RegExp(`auth-mysql-backup.*> ${26 * 3600}$`)], HpaMaxedOut: ["warning", /./], ServiceDown: ["critical", /./],
        };
        for (const [alert, [severity, threshold]] of Object.entries(expected)) {
            const rule = rules.find(each => each.alert === alert && threshold.test(each.expr));
            assert.equal(rule?.labels.severity, severity, alert);
        }
    });

    it("E-179 E-183 E-196 E-202: node-exporter runs beside Fluent Bit on a port of its own; Prometheus and the infrastructure's dashboard know the nodes", async () => {
        for (const stack of stacks) {
            const { graph } = await shop(stack);
            assert.deepEqual(graph.workloads.filter(({ namespace }) => namespace === "monitoring-agents").map(({ kind, name }) => `${kind} ${name}`).sort(),
                ["DaemonSet fluent-bit", "DaemonSet node-exporter"]);
            const { spec } = (await object(stack, "DaemonSet", "node-exporter", {}, "monitoring-agents")).spec.template;
            assert.deepEqual(spec.containers[0].ports.map(({ containerPort }: Inputs) => containerPort), [9101]);
            assert.ok(spec.containers[0].args.includes("--web.listen-address=:9101"));
            const jobs = (parse(await file(stack, "prometheus.yml")) as { scrape_configs: ScrapeJob[] }).scrape_configs;
            assert.ok(jobs.some(({ job_name: job }) => job === "node-exporter"));
            const dashboard = await object(stack, "ConfigMap", "e-commerce-dashboard-infrastructure", {}, monitoring);
            assert.match(dashboard.data["infrastructure.json"], /node_memory_MemAvailable_bytes/);
            assert.deepEqual(reachedFrom(await shop(stack), "e-commerce-prometheus")["node-exporter"], [9101]);
        }
        const without = await shop("dev", { monitoring: { nodeExporter: false }, logging: { sink: "stdout-only" } });
        assert.ok(!without.graph.namespaces.some(({ name }) => name === "monitoring-agents"));
    });

    it("E-249: changes that have not been saved for an hour are an alert of their own", async () => {
        const missing = (await alerts("prod")).filter(({ alert, expr }) => alert === "BackupMissing" && expr.includes("auth-mysql-binlog"));
        assert.deepEqual(missing.map(({ expr }) => / > (\d+)$/.exec(expr)?.[1]), ["3600"]);
    });

    it("E-183: Traefik and cert-manager are scraped at the addresses of the settings", async () => {
        const targets = async (settings = {}): Promise<Record<string, unknown>> => {
            const { data } = await object("prod", "ConfigMap", "e-commerce-prometheus-config", settings, monitoring);
            return Object.fromEntries((parse(data["prometheus.yml"]).scrape_configs as (ScrapeJob & { static_configs?: { targets: string[] }[] })[])
                .filter(({ job_name: name }) => name === "traefik" || name === "cert-manager")
                .map(({ job_name: name, static_configs: addresses }) => [name, addresses?.[0]?.targets]));
        };
        assert.deepEqual(await targets(), {
            "cert-manager": ["cert-manager.cert-manager.svc:9402"], traefik: ["traefik-metrics.traefik.svc:9100"],
        });
        assert.deepEqual(await targets({ monitoring: { traefikService: null, certManager: null } }), {});
    });

    it("E-252: every alert names the page that says what to look at and what to do", async () => {
        for (const { alert, annotations } of await alerts("prod")) {
            assert.match(annotations["runbook_url"] ?? "", new RegExp(`/${alert}\\.md$`));
        }
    });

    it("E-09: monitoring can be switched off, and its namespace with it", async () => {
        const { graph } = await shop("dev", { monitoring: { enabled: false } });
        assert.ok(!graph.namespaces.some(({ name }) => name === monitoring));
    });
});
