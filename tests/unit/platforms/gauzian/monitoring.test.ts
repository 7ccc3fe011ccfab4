import assert from "node:assert/strict";
import { parse } from "yaml";
import type { Dashboard, Panel } from "@grafana/grafana-foundation-sdk/dashboard";
import type { EnvironmentName } from "../../../../components/kit/environment";
import { backendMetrics } from "../../../../components/platforms/gauzian/metrics";
import { applicationTelemetry } from "../../../../components/platforms/gauzian/telemetry";
import type { Inputs } from "../../../harness/mocks";
import type { StackValues } from "../../../harness/program";
import { selectedMetrics } from "../../../harness/monitoring/promql";
import { amounts, variablesOf } from "../../../harness/pods";
import { claim, container, find, gauzian, object, pods, stacks } from "../../../harness/platforms/gauzian";

async function configuration(stack: EnvironmentName, settings: StackValues = {}): Promise<Inputs> {
    return parse((await object(stack, "ConfigMap", "prometheus-config", settings, "monitoring")).data["prometheus.yml"]);
}

async function job(stack: EnvironmentName, name: string, settings: StackValues = {}): Promise<Inputs> {
    return (await configuration(stack, settings)).scrape_configs.find((item: { job_name: string }) => item.job_name === name);
}

interface Rule {
    readonly alert: string;
    readonly expr: string;
    readonly for: string;
    readonly labels: Inputs;
    readonly annotations: Inputs;
}

async function rules(stack: EnvironmentName, settings: StackValues = {}): Promise<Rule[]> {
    const { data } = await object(stack, "ConfigMap", "prometheus-config", settings, "monitoring");
    return parse(data["alerts.rules.yml"]).groups.flatMap((group: { rules: Rule[] }) => group.rules).filter((rule: Rule) => rule.alert !== undefined);
}

async function dashboard(name: "gauzian" | "sysadmin", settings: StackValues = {}): Promise<{ title: string; panels: Panel[] }> {
    const { data } = await object("prod", "ConfigMap", `grafana-dashboard-${name}`, settings, "monitoring");
    const { title, panels } = JSON.parse(data[`${name}.json`]) as Dashboard;
    return { title: title ?? "", panels: (panels ?? []).filter(({ type }) => type !== "row") as Panel[] };
}

function queries(panels: readonly Panel[], title: string): string[] {
    const found = panels.find(panel => panel.title === title);
    assert.ok(found, `panel ${title}; there are ${panels.map(panel => panel.title).join(", ")}`);
    return (found.targets as unknown as { expr: string }[]).map(({ expr }) => expr);
}

const keeps = (item: Inputs, label: string): string | undefined =>
    item.relabel_configs.find((rule: Inputs) => rule.action === "keep" && rule.source_labels[0] === label)?.regex;

describe("GAUZIAN monitoring", () => {
    it("G-104 G-106 G-107: Prometheus with its volume, retention, probes, user, resources, and no administration API", async () => {
        const sizes = { dev: ["10Gi", "7d", "8GB"], staging: ["20Gi", "15d", "16GB"], prod: ["50Gi", "30d", "40GB"] } as const;
        for (const stack of stacks) {
            const [size, retention, used] = sizes[stack];
            const prometheus = await container(stack, "prometheus");
            assert.equal((await claim(stack, "prometheus-pvc", {}, "monitoring")).resources.requests.storage, size);
            assert.ok(prometheus.args.includes(`--storage.tsdb.retention.time=${retention}`));
            assert.ok(prometheus.args.includes(`--storage.tsdb.retention.size=${used}`), prometheus.args.join());
            assert.ok(!prometheus.args.some(arg => /admin-api|enable-lifecycle/.test(arg)));
            assert.ok(prometheus.volumeMounts.some(({ mountPath }) => mountPath === "/prometheus"));
            assert.deepEqual(amounts(prometheus), ["250m/512Mi", "1000m/2Gi"]);
            assert.deepEqual([prometheus.readinessProbe.httpGet.path, prometheus.livenessProbe.httpGet.path], ["/-/ready", "/-/healthy"]);
            const { spec, metadata } = (await pods(stack, "prometheus")).template;
            assert.deepEqual([spec.securityContext.runAsUser, spec.securityContext.fsGroup], [65534, 65534]);
            assert.ok(metadata.annotations["checksum/config"]);
            assert.equal((await object(stack, "Deployment", "prometheus", {}, "monitoring")).spec.strategy.type, "Recreate");
        }
    });

    it("G-105: every image of monitoring names a version", async () => {
        const expected = {
            prometheus: /^prom\/prometheus:v3\.13\.\d+$/, grafana: /^grafana\/grafana:13\.2\.\d+$/,
            "node-exporter": /^prom\/node-exporter:v1\.12\.\d+$/, "kube-state-metrics": /kube-state-metrics:v2\.20\.\d+$/,
        };
        for (const [name, image] of Object.entries(expected)) {
            assert.match((await container("prod", name)).image, image);
        }
    });

    it("G-108 G-109 G-110: jobs of Prometheus, node-exporter by its label, and each pod of the backend every 30 s", async () => {
        for (const stack of stacks) {
            const backend = await job(stack, "gauzian-backend");
            assert.equal(backend.scrape_interval, "30s");
            assert.equal(backend.metrics_path ?? "/metrics", "/metrics");
            assert.equal(backend.static_configs, undefined);
            assert.deepEqual(backend.kubernetes_sd_configs, [{ role: "endpointslice", namespaces: { names: ["gauzian-v2"] } }]);
            assert.equal(keeps(backend, "__meta_kubernetes_service_name"), "backend");
            assert.equal(keeps(backend, "__meta_kubernetes_endpointslice_port_name"), "http");
            const targets = backend.relabel_configs.map((rule: Inputs) => rule.target_label);
            assert.ok(targets.includes("namespace") && targets.includes("pod"));
            assert.deepEqual((await job(stack, "prometheus")).static_configs, [{ targets: ["localhost:9090"] }]);
            assert.equal(keeps(await job(stack, "node-exporter"), "__meta_kubernetes_pod_label_app"), "node-exporter");
        }
    });

    it("G-109 G-111: with the operator a ServiceMonitor in monitoring takes the job's place, never both", async () => {
        const operator = { monitoring: { operator: true } };
        for (const stack of stacks) {
            assert.equal((await gauzian(stack)).recording.ofKind("ServiceMonitor").length, 0);
            const { apiVersion, spec } = await object(stack, "ServiceMonitor", "backend", operator, "monitoring");
            assert.equal(apiVersion, "monitoring.coreos.com/v1");
            assert.deepEqual(spec, {
                selector: { matchLabels: { app: "backend" } },
                namespaceSelector: { matchNames: ["gauzian-v2"] },
                podTargetLabels: ["app"],
                endpoints: [{ port: "http", path: "/metrics", interval: "30s", relabelings: [{ targetLabel: "job", replacement: "gauzian-backend" }] }],
            });
            assert.match(JSON.stringify(await object(stack, "PrometheusRule", "gauzian-backend", operator, "monitoring")), /HighErrorRate/);
            assert.equal(await job(stack, "gauzian-backend", operator), undefined);
            assert.doesNotMatch(keeps(await job(stack, "kubernetes-pods", operator), "__meta_kubernetes_pod_label_app") ?? "", /backend/);
        }
    });

    it("G-112: what Prometheus may read, in each namespace and of the nodes", async () => {
        for (const stack of stacks) {
            const program = await gauzian(stack);
            const watch = ["get", "list", "watch"];
            assert.deepEqual(find(program, "Role", "prometheus").inputs.rules, [
                { apiGroups: [""], resources: ["pods", "services"], verbs: watch },
                { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: watch },
            ]);
            assert.deepEqual(find(program, "RoleBinding", "prometheus").inputs.subjects,
                [{ kind: "ServiceAccount", name: "prometheus", namespace: "monitoring" }]);
            assert.deepEqual(find(program, "ClusterRole", "gauzian-prometheus", "-").inputs.rules, [
                { apiGroups: [""], resources: ["nodes"], verbs: watch }, { apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] },
            ]);
            const everything = JSON.stringify(["Role", "ClusterRole"].flatMap(kind => program.recording.ofKind(kind).map(({ inputs }) => inputs.rules)));
            assert.doesNotMatch(everything, /nodes\/proxy|"endpoints"|extensions|secrets|"\*"/);
        }
    });

    it("G-113 G-114: one table of seventeen metrics under both sets of names, from which dashboards and rules are made", async () => {
        const documented = Object.values(backendMetrics).map(names => names.documented);
        assert.deepEqual([...documented].sort(), [
            "gauzian_active_connections", "gauzian_db_pool_active", "gauzian_db_pool_connections", "gauzian_db_pool_idle", "gauzian_db_pool_max",
            "gauzian_file_operations_create", "gauzian_file_operations_delete", "gauzian_file_operations_share", "gauzian_redis_cache_hits",
            "gauzian_redis_cache_misses", "gauzian_redis_hit_rate", "gauzian_redis_operations", "gauzian_request_duration_seconds",
            "gauzian_requests_total", "gauzian_s3_downloads", "gauzian_s3_errors", "gauzian_s3_uploads",
        ]);
        const published = await dashboard("gauzian", { metrics: { schema: "published" } });
        assert.doesNotMatch(JSON.stringify(published.panels), /gauzian_(?!backend)[a-z]+_/);
        assert.match(JSON.stringify(published.panels), /http_requests_total/);
        published.panels.forEach(panel => assert.ok((panel.targets ?? []).length > 0, panel.title));
        assert.doesNotMatch(JSON.stringify(await rules("prod", { metrics: { schema: "published" } })), /gauzian_requests_total/);
    });

    it("G-115 G-116 G-117 G-118 G-119: the documented queries, aggregated where the document forgot it", async () => {
        const { panels } = await dashboard("gauzian");
        const of = (metric: string, labels = ""): string => `${metric}{job="gauzian-backend"${labels}}`;
        assert.deepEqual(queries(panels, "Request Rate (req/s)"), [`sum(rate(${of("gauzian_requests_total")}[5m]))`]);
        assert.deepEqual(queries(panels, "Response Time P50/P95/P99"), [0.5, 0.95, 0.99].map(quantile =>
            `histogram_quantile(${quantile}, sum by (le) (rate(${of("gauzian_request_duration_seconds_bucket")}[5m]))) * 1000`));
        assert.deepEqual(queries(panels, "Error Rate (%)"), [
            `sum(rate(${of("gauzian_requests_total", ',status=~"5.."')}[5m])) / sum(rate(${of("gauzian_requests_total")}[5m])) * 100`,
        ]);
        assert.deepEqual(queries(panels, "Database pool saturation (%)"), [`${of("gauzian_db_pool_active")} / ${of("gauzian_db_pool_max")} * 100`]);
        const [hits, misses] = ["gauzian_redis_cache_hits", "gauzian_redis_cache_misses"].map(name => `sum(rate(${of(name)}[5m]))`);
        assert.deepEqual(queries(panels, "Redis Hit Rate (%)"), [`${hits} / (${hits} + ${misses}) * 100`]);
    });

    it("G-120 G-121 G-122: Grafana is provisioned, with a password of its own, closed to strangers", async () => {
        for (const stack of stacks) {
            const source = parse((await object(stack, "ConfigMap", "grafana-datasources", {}, "monitoring")).data["datasources.yaml"]).datasources[0];
            assert.deepEqual([source.type, source.url, source.isDefault], ["prometheus", "http://prometheus:9090", true]);
            for (const name of ["grafana-dashboards-provider", "grafana-dashboard-gauzian", "grafana-dashboard-sysadmin"]) {
                await object(stack, "ConfigMap", name, {}, "monitoring");
            }
            const grafana = await container(stack, "grafana");
            const env = variablesOf(grafana);
            const domain = { dev: "gauzian.localhost", staging: "staging.gauzian.pupin.fr", prod: "gauzian.pupin.fr" }[stack];
            assert.equal(env["GF_SECURITY_ADMIN_PASSWORD"], "grafana-credentials/GF_SECURITY_ADMIN_PASSWORD");
            assert.deepEqual([env["GF_AUTH_ANONYMOUS_ENABLED"], env["GF_USERS_ALLOW_SIGN_UP"]], ["false", "false"]);
            assert.equal(env["GF_SERVER_ROOT_URL"], `https://grafana.${domain}`);
            const { stringData } = await object(stack, "Secret", "grafana-credentials", {}, "monitoring");
            assert.notEqual(stringData.GF_SECURITY_ADMIN_PASSWORD, "admin");
            assert.deepEqual(amounts(grafana), ["100m/256Mi", "500m/512Mi"]);
            assert.deepEqual([grafana.readinessProbe.httpGet.path, grafana.livenessProbe.httpGet.path], ["/api/health", "/api/health"]);
            const { spec } = (await pods(stack, "grafana")).template;
            assert.equal(spec.securityContext.runAsUser, 472);
            const mounted = grafana.volumeMounts.find(({ mountPath }) => mountPath === "/var/lib/grafana")?.name;
            const storage = spec.volumes.find(({ name }) => name === mounted);
            assert.equal(storage?.persistentVolumeClaim?.claimName, stack === "dev" ? undefined : "grafana-pvc");
            const folder = grafana.volumeMounts.find(({ mountPath }) => mountPath === "/etc/grafana/dashboards")?.name;
            const sources = spec.volumes.find(({ name }) => name === folder)?.projected.sources.map(({ configMap }) => configMap.name);
            assert.deepEqual(sources?.slice(0, 2), ["grafana-dashboard-gauzian", "grafana-dashboard-sysadmin"]);
            for (const board of ["postgresql", "redis", "minio", "slo"]) {
                assert.ok(sources?.includes(`grafana-dashboard-gauzian-${board}`), board);
            }
        }
        assert.equal((await claim("prod", "grafana-pvc", {}, "monitoring")).resources.requests.storage, "2Gi");
    });

    it("G-123 G-124: both dashboards have every documented panel", async () => {
        const application = await dashboard("gauzian");
        assert.equal(application.title, "Gauzian");
        for (const title of [
            "Request Rate (req/s)", "Response Time P50/P95/P99", "Error Rate (%)", "Active Connections", "Database Pool (active/idle/total)",
            "Redis Hit Rate (%)", "S3 Operations (uploads/downloads/errors)", "File Operations (create/delete/share)",
        ]) {
            assert.ok(queries(application.panels, title).length > 0);
        }
        assert.equal(queries(application.panels, "S3 Operations (uploads/downloads/errors)").length, 3);
        assert.equal(queries(application.panels, "File Operations (create/delete/share)").length, 3);
        const system = await dashboard("sysadmin");
        assert.equal(system.title, "SysAdmin");
        for (const title of [
            "CPU Usage per node (%)", "Memory Usage per node (GB)", "Disk I/O read/write (MB/s)", "Network Traffic in/out (MB/s)",
            "Pod Restarts", "HPA Scaling Events",
        ]) {
            assert.ok(queries(system.panels, title).length > 0);
        }
    });

    it("G-173: every expression is PromQL, and every metric of both dashboards and all rules has a source", async () => {
        for (const schema of ["documented", "published"] as const) {
            const telemetry = applicationTelemetry({ namespace: "gauzian-v2", schema });
            const declared = new Set(telemetry.metrics.flatMap(({ names }) => names));
            const used = await Promise.all([...telemetry.panels.flatMap(panel => panel.queries), ...telemetry.alerts]
                .map(({ expr }) => selectedMetrics(expr)));
            assert.deepEqual([...new Set(used.flat())].sort(), [...declared].sort());
        }
        for (const panels of [(await dashboard("sysadmin")).panels, (await dashboard("gauzian")).panels]) {
            for (const { title } of panels) {
                for (const expr of queries(panels, title ?? "")) {
                    assert.ok((await selectedMetrics(expr)).length > 0, expr);
                }
            }
        }
    });

    it("G-125: kube-state-metrics lists only the kinds that are asked for, only in the three namespaces", async () => {
        for (const stack of stacks) {
            const program = await gauzian(stack);
            const { inputs } = find(program, "ClusterRole", "gauzian-kube-state-metrics", "-");
            const granted = (inputs.rules as Inputs[]).flatMap(({ resources }) => resources).sort();
            const watched = (await container(stack, "kube-state-metrics")).args.find(arg => arg.startsWith("--resources="));
            assert.equal(watched, `--resources=${granted.join()}`);
            inputs.rules.forEach(({ verbs }: Inputs) => assert.deepEqual(verbs, ["list", "watch"]));
            assert.deepEqual(program.recording.ofKind("RoleBinding").filter(binding => binding.inputs.metadata.name === "kube-state-metrics")
                .map(binding => [binding.inputs.metadata.namespace, binding.inputs.roleRef.kind]).sort(),
            [["gauzian-v2", "ClusterRole"], ["monitoring", "ClusterRole"], ["monitoring-node", "ClusterRole"]]);
            assert.ok(await job(stack, "kube-state-metrics"));
        }
    });

    it("G-128: exporters beside both databases and MinIO's own metrics are scraped", async () => {
        for (const stack of ["staging", "prod"] as const) {
            assert.deepEqual((await container(stack, "postgres", {}, "exporter")).ports.map(({ containerPort }) => containerPort), [9187]);
            assert.deepEqual((await container(stack, "redis", {}, "exporter")).ports.map(({ containerPort }) => containerPort), [9121]);
            assert.equal((await job(stack, "gauzian-minio")).metrics_path, "/minio/v2/metrics/cluster");
            assert.equal(variablesOf(await container(stack, "minio"))["MINIO_PROMETHEUS_AUTH_TYPE"], "public");
            assert.deepEqual((keeps(await job(stack, "kubernetes-pods"), "__meta_kubernetes_pod_label_app") ?? "").split("|").sort(), ["postgres", "redis"]);
        }
    });

    it("G-130 G-131 G-90: every alert with its time, threshold, severity, text and runbook", async () => {
        const expected: Readonly<Record<string, [time: string, expression: RegExp]>> = {
            HighErrorRate: ["5m", /> 0\.05$/], HighLatency: ["5m", /^histogram_quantile\(0\.99.*> 2$/], DatabasePoolExhausted: ["5m", /> 0\.9$/],
            RedisDown: ["5m", /== 0/], PodCrashLooping: ["5m", /CrashLoopBackOff/], DiskSpaceLow: ["5m", /> 0\.85$/],
            BackendDown: ["2m", /== 0/], HpaMaxedOut: ["15m", />=/], PostgresDown: ["2m", /== 0/], PvcAlmostFull: ["5m", /> 0\.85$/],
            MinioDown: ["2m", /== 0/], S3ErrorRate: ["10m", /> 0\.05$/], BackupMissing: ["5m", /> 93600$/],
            CertificateExpiring: ["1h", /< 14$/], TargetDown: ["5m", /up == 0/], NodeMemoryHigh: ["10m", /> 0\.9$/],
        };
        const volumes: Readonly<Record<string, unknown[]>> = { PvcAlmostFull: [["5m", true], ["5m", true]] };
        for (const stack of ["staging", "prod"] as const) {
            const found = await rules(stack);
            for (const [alert, [time, expression]] of Object.entries(expected)) {
                const same = found.filter(candidate => candidate.alert === alert);
                assert.deepEqual(same.map(rule => [rule.for, expression.test(rule.expr)]), volumes[alert] ?? [[time, true]], alert);
            }
            const watched = found.filter(({ alert }) => alert === "PvcAlmostFull").map(({ expr }) => /namespace="([a-z0-9-]+)"/.exec(expr)?.[1]);
            assert.deepEqual(watched, ["gauzian-v2", "monitoring"], "the volumes of the stores, and those of Prometheus and Grafana");
            for (const { alert, labels, annotations } of found) {
                assert.match(labels.severity, /^(critical|warning|info)$/);
                assert.ok(annotations.summary && annotations.description, alert);
                assert.ok(annotations.runbook_url.endsWith(`/${alert}.md`));
            }
        }
    });
});
