import assert from "node:assert/strict";
import { parse } from "yaml";
import type { EnvironmentName } from "../../../../components/kit/environment";
import type { Inputs } from "../../../harness/mocks";
import { assertHas, container, object, stacks, taskflow } from "../../../harness/platforms/taskflow";

const configuration = async (stack: EnvironmentName, settings = {}): Promise<Inputs> =>
    parse((await object(stack, "ConfigMap", "prometheus-config", settings)).data["prometheus.yml"]);
const job = async (stack: EnvironmentName, name: string, settings = {}): Promise<Inputs> =>
    (await configuration(stack, settings)).scrape_configs.find(({ job_name }: { job_name: string }) => job_name === name);
const alerts = async (stack: EnvironmentName, settings = {}): Promise<string[]> =>
    parse((await object(stack, "ConfigMap", "prometheus-config", settings)).data["alerts.rules.yml"]).groups
        .flatMap(({ rules }: Inputs) => rules.flatMap(({ alert }: Inputs) => alert ?? []));
const dashboard = async (stack: EnvironmentName): Promise<Inputs> =>
    JSON.parse((await object(stack, "ConfigMap", "grafana-dashboards")).data["taskflow.json"]);

describe("TaskFlow monitoring", () => {
    it("T-100 T-103: Prometheus has the documented arguments, mounts and identity, and cannot fill its volume", async () => {
        for (const stack of stacks) {
            const { spec } = await object(stack, "Deployment", "prometheus");
            assert.equal(spec.template.spec.serviceAccountName, "prometheus");
            assert.deepEqual(spec.strategy, { type: "Recreate" });
            assertHas(spec.template.spec.securityContext, { runAsUser: 65534, fsGroup: 65534, runAsNonRoot: true });
            const server = await container(stack, "prometheus");
            assert.deepEqual(server.ports, [{ name: "http", containerPort: 9090, protocol: "TCP" }]);
            assert.deepEqual(server.args.sort(), [
                "--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus",
                "--storage.tsdb.retention.size=4GB", "--storage.tsdb.retention.time=7d",
            ]);
            assertHas(server, {
                readinessProbe: { httpGet: { path: "/-/ready", port: "http" } }, livenessProbe: { httpGet: { path: "/-/healthy", port: "http" } },
            });
            const at = (path: string): Inputs => spec.template.spec.volumes.find(({ name }: Inputs) =>
                name === server.volumeMounts.find(({ mountPath }) => mountPath === path)?.name);
            assertHas(at("/etc/prometheus"), { configMap: { name: "prometheus-config" } });
            assertHas(at("/prometheus"), { persistentVolumeClaim: { claimName: "prometheus-pvc" } });
        }
    });

    it("T-103: a changed configuration rolls Prometheus", async () => {
        const digest = async (settings: object): Promise<string> =>
            (await object("dev", "Deployment", "prometheus", { ...settings })).spec.template.metadata.annotations["checksum/config"];
        assert.notEqual(await digest({}), await digest({ backend: { metrics: false } }));
    });

    it("T-104: scrapes and evaluates every 15 s", async () => {
        for (const stack of stacks) {
            assertHas((await configuration(stack)).global, { scrape_interval: "15s", evaluation_interval: "15s" });
        }
    });

    it("T-105 T-106 T-107: pods of namespace taskflow whose app is backend-api, postgres or redis", async () => {
        for (const stack of ["dev", "staging"] as const) {
            const { kubernetes_sd_configs: discovery, relabel_configs: rules } = await job(stack, "kubernetes-pods");
            assert.deepEqual(discovery, [{ role: "pod", namespaces: { names: ["taskflow"] } }]);
            assert.deepEqual(rules[0].regex.split("|").sort(), ["backend-api", "postgres", "redis"]);
            for (const [workload, port] of [["postgres", 9187], ["redis", 9121]] as const) {
                assert.deepEqual((await container(stack, workload, {}, "exporter")).ports, [{ name: "metrics", containerPort: port, protocol: "TCP" }]);
            }
        }
    });

    it("T-105 T-142: in staging and prod the front end's nginx counts for an exporter beside it, by a job of its own", async () => {
        for (const stack of ["staging", "prod"] as const) {
            const [main, exporter, ...others] = (await object(stack, "Deployment", "frontend")).spec.template.spec.containers;
            assert.deepEqual([main.name, exporter.name, others], ["nginx", "exporter", []]);
            assert.deepEqual(exporter.ports, [{ name: "metrics", containerPort: 9113, protocol: "TCP" }]);
            const { data } = await object(stack, "ConfigMap", "frontend-nginx-config");
            const [, status] = /--nginx.scrape-uri=http:\/\/(\S+)\/stub_status$/.exec(exporter.args[0]) ?? [];
            assert.ok(data["nginx.conf"].includes(`listen ${status};`));
            assert.match(status ?? "", /^127\.0\.0\.1:/);
            const kept = (await job(stack, "frontend"))["relabel_configs"].filter(({ action }: Inputs) => action === "keep");
            assert.deepEqual(kept.map(({ regex }: Inputs) => regex), ["frontend", "metrics"]);
            const { relabel_configs: [apps] } = await job(stack, "kubernetes-pods") as Inputs;
            assert.ok(!apps.regex.includes("frontend"));
        }
        assert.equal((await object("dev", "Deployment", "frontend")).spec.template.spec.containers.length, 1);
        assert.doesNotMatch((await object("dev", "ConfigMap", "frontend-nginx-config")).data["nginx.conf"], /stub_status/);
    });

    it("T-107: the exporter of PostgreSQL logs in with a role and a password of its own", async () => {
        const { env } = await container("dev", "postgres", {}, "exporter");
        assertHas(env.find(({ name }) => name === "DATA_SOURCE_PASS"),
            { valueFrom: { secretKeyRef: { name: "postgres-exporter", key: "DATA_SOURCE_PASS" } } });
        const sql = (await object("dev", "ConfigMap", "postgres-init-script")).data["init.sql"];
        assert.match(sql, /CREATE ROLE exporter LOGIN;/);
        assert.match(sql, /GRANT pg_monitor TO exporter;/);
        assert.doesNotMatch(sql, /GRANT (?!pg_monitor)/);
    });

    it("T-108 T-110: jobs for cAdvisor, kube-state-metrics and Prometheus itself", async () => {
        for (const stack of stacks) {
            assertHas(await job(stack, "kubernetes-cadvisor"),
                { scheme: "https", metrics_path: "/metrics/cadvisor", kubernetes_sd_configs: [{ role: "node" }] });
            assertHas(await job(stack, "prometheus"), { static_configs: [{ targets: ["localhost:9090"] }] });
        }
    });

    it("T-109: its own kube-state-metrics sees namespace taskflow only; a shared one takes its place by stack config", async () => {
        for (const stack of stacks) {
            assert.ok((await container(stack, "kube-state-metrics")).args.includes("--namespaces=taskflow"));
            assertHas(await job(stack, "kube-state-metrics"), { static_configs: [{ targets: ["kube-state-metrics.taskflow.svc:8080"] }] });
        }
        const shared = { prometheus: { kubeStateMetrics: "kube-state-metrics.monitoring.svc:8080" } };
        assert.equal((await taskflow("dev", shared)).recording.has("Deployment", "kube-state-metrics"), false);
        assertHas(await job("dev", "kube-state-metrics", shared), { static_configs: [{ targets: ["kube-state-metrics.monitoring.svc:8080"] }] });
    });

    it("T-111: may read pods of its namespace, nodes and their metrics, and nothing else", async () => {
        for (const stack of stacks) {
            const role = (apiGroups: string[], resources: string[], verbs: string[]): object => ({ apiGroups, resources, verbs });
            assert.deepEqual((await object(stack, "Role", "prometheus")).rules, [role([""], ["pods"], ["get", "list", "watch"])]);
            assert.deepEqual((await object(stack, "ClusterRole", "taskflow-prometheus")).rules,
                [role([""], ["nodes"], ["get", "list", "watch"]), role([""], ["nodes/metrics"], ["get"])]);
            const subjects = [{ kind: "ServiceAccount", name: "prometheus", namespace: "taskflow" }];
            assert.deepEqual((await object(stack, "RoleBinding", "prometheus")).subjects, subjects);
            assert.deepEqual((await object(stack, "ClusterRoleBinding", "taskflow-prometheus")).subjects, subjects);
            const { recording } = await taskflow(stack);
            assert.deepEqual(recording.ofKind("ClusterRole").map(({ inputs }) => inputs.metadata.name), ["taskflow-prometheus"]);
        }
    });

    it("T-112 T-113: Grafana on port http 3000 as 472, its data in an emptyDir, in prod on a claim of 1Gi", async () => {
        for (const stack of stacks) {
            const { spec } = (await object(stack, "Deployment", "grafana")).spec.template;
            const server = await container(stack, "grafana");
            assert.deepEqual(server.ports, [{ name: "http", containerPort: 3000, protocol: "TCP" }]);
            assertHas(spec.securityContext, { runAsUser: 472, runAsNonRoot: true });
            assertHas(server, { readinessProbe: { httpGet: { path: "/api/health" } }, livenessProbe: { httpGet: { path: "/api/health" } } });
            assert.equal(server.volumeMounts.find(({ mountPath }) => mountPath === "/var/lib/grafana")?.name, "grafana-storage");
            const { emptyDir, persistentVolumeClaim } = spec.volumes.find(({ name }: Inputs) => name === "grafana-storage");
            assert.deepEqual([emptyDir !== undefined, persistentVolumeClaim?.claimName],
                stack === "prod" ? [false, "grafana-pvc"] : [true, undefined]);
        }
        assert.equal((await object("prod", "PersistentVolumeClaim", "grafana-pvc")).spec.resources.requests.storage, "1Gi");
    });

    it("T-113: data source and dashboards come from ConfigMaps", async () => {
        for (const stack of stacks) {
            const { datasources: [source] } = parse((await object(stack, "ConfigMap", "grafana-datasources")).data["datasources.yaml"]);
            assertHas(source, { type: "prometheus", url: "http://prometheus.taskflow.svc.cluster.local:9090", isDefault: true });
            const { providers: [provider] } = parse((await object(stack, "ConfigMap", "grafana-dashboard-provider")).data["provider.yaml"]);
            const mounts = (await container(stack, "grafana")).volumeMounts;
            assert.ok(mounts.some(({ mountPath }) => mountPath === provider.options.path));
        }
    });

    it("T-114 T-115 T-143: dashboard TaskFlow is provisioned with its panels, every 10 s over 15 minutes", async () => {
        for (const stack of stacks) {
            const { title, refresh, time, panels } = await dashboard(stack);
            assert.deepEqual([title, refresh, time.from, time.to], ["TaskFlow", "10s", "now-15m", "now"]);
            const text = JSON.stringify(panels);
            for (const query of [
                "container_cpu_usage_seconds_total", "container_memory_working_set_bytes", "kube_deployment_status_replicas",
                "taskflow_http_requests_total", "kube_horizontalpodautoscaler_status_desired_replicas",
                "kube_horizontalpodautoscaler_spec_max_replicas", "taskflow_cache_requests_total", "0.95", "0.99", "0.5",
            ]) {
                assert.ok(text.includes(query), `${stack}: no panel asks for ${query}`);
            }
        }
    });

    it("T-116: the ten alerts are evaluated in all stacks and sent in staging and prod", async () => {
        const names = ["BackendDown", "HighErrorRate", "HighLatency", "HpaMaxedOut", "PostgresConnections", "PostgresDown", "PvcAlmostFull",
            "RedisDown", "RedisMemory", "TargetDown"];
        for (const stack of ["dev", "staging", "prod"] as const) {
            const found = await alerts(stack);
            assert.deepEqual(names.filter(name => !found.includes(name)), [], stack);
            assert.equal(new Set(found).size, found.length, stack);
        }
        const targets = async (stack: EnvironmentName): Promise<unknown> =>
            (await configuration(stack)).alerting?.alertmanagers[0].static_configs[0].targets;
        assert.equal(await targets("dev"), undefined);
        assert.deepEqual(await targets("staging"), ["alertmanager.monitoring.svc:9093"]);
        assert.deepEqual(await targets("prod"), ["alertmanager.monitoring.svc:9093"]);
    });

    it("T-87: an image without metrics loses its scrape job, the alerts that need it, and the way of Prometheus to it", async () => {
        const without = { backend: { metrics: false } };
        assert.deepEqual((await job("dev", "kubernetes-pods", without)).relabel_configs[0].regex.split("|").sort(), ["postgres", "redis"]);
        const left = await alerts("dev", without);
        assert.ok(!left.includes("HighErrorRate") && !left.includes("HighLatency") && left.includes("BackendDown"), left.join());
        const { graph } = await taskflow("dev", without);
        assert.deepEqual(graph.edges.filter(({ from, to }) => from.name === "prometheus" && to.name === "backend-api"), []);
    });
});
