import assert from "node:assert/strict";
import type { WorkloadNode } from "../../../components/kit/graph";
import type { Monitor } from "../../../components/monitoring/prometheus/monitors";
import { monitorsOf, prometheusRuleArgs } from "../../../components/monitoring/prometheus/monitors";
import { alertsOf } from "../../../components/monitoring/prometheus/rules";
import { prometheusConfiguration, scrapedWorkloads } from "../../../components/monitoring/prometheus/prometheusConfiguration";
import type { WorkloadJob } from "../../../components/monitoring/prometheus/scrapeConfiguration";
import type { RecordedProgram } from "../../harness/program";
import { recordProgram } from "../../harness/program";

function workload(name: string, more: Partial<WorkloadNode> = {}): WorkloadNode {
    return {
        type: "workload", platform: "shop", namespace: "shop", name, kind: "Deployment", metricsPort: 9090,
        selector: { app: name }, capacity: { containers: [], maximumPods: 1 }, ...more,
    };
}

const orders = workload("orders");
const store = workload("store", { kind: "StatefulSet", namespace: "stores" });
const agent = workload("agent", { kind: "DaemonSet", metricsPort: 9100 });
const jobs: readonly WorkloadJob[] = [
    { job: "orders", workload: orders, port: "metrics", intervalSeconds: 30 },
    { job: "shop-store", workload: store, port: "api", path: "/cluster", token: { file: "/token", secretName: "store-token", key: "token" } },
    { job: "agent", workload: agent, port: "metrics", discovery: "pods" },
];
const scraped = { namespace: "shop", watches: ["stores"], jobs, workloads: [orders, store, agent, workload("cache"), workload("page", { metricsPort: undefined as never })] };

const find = (name: string, monitors: readonly Monitor[] = monitorsOf(scraped)): Monitor => {
    const monitor = monitors.find(candidate => candidate.name === name);
    assert.ok(monitor, `there is no ${name}; there are ${monitors.map(each => each.name).join(", ")}`);
    return monitor;
};

describe("monitors for a Prometheus Operator", () => {
    it("T-139 E-182 A-98: cover the same workloads as the scrape configuration, each once", () => {
        const workloads = scrapedWorkloads(scraped);
        assert.deepEqual(monitorsOf(scraped).map(({ spec }) => spec.selector.matchLabels["app"]).sort(), workloads.map(({ name }) => name).sort());
        const { scrape_configs: configs } = prometheusConfiguration({
            ...scraped, externalLabels: {}, telemetry: [], kubeStateMetrics: [], alertmanagers: [],
        });
        for (const { job } of jobs) {
            assert.equal(configs.filter(({ job_name }) => job_name === job).length, 1, job);
        }
    });

    it("E-182: a Service's endpoints by the name of its port, under the job's name", () => {
        assert.deepEqual(find("orders"), {
            kind: "ServiceMonitor",
            name: "orders",
            spec: {
                selector: { matchLabels: { app: "orders" } },
                namespaceSelector: { matchNames: ["shop"] },
                jobLabel: "app",
                podTargetLabels: ["app"],
                endpoints: [{ port: "metrics", path: "/metrics", interval: "30s" }],
            },
        });
    });

    it("E-183: the second Service of a StatefulSet does not list its pods again, a token is read from its Secret", () => {
        assert.deepEqual(find("shop-store").spec.endpoints, [{
            port: "api",
            path: "/cluster",
            interval: "15s",
            authorization: { type: "Bearer", credentials: { name: "store-token", key: "token" } },
            relabelings: [
                { sourceLabels: ["__meta_kubernetes_service_name"], regex: "store", action: "keep" },
                { targetLabel: "job", replacement: "shop-store" },
            ],
        }]);
    });

    it("T-139: pods without a job of their own have a PodMonitor for their port, those that serve nothing have none", () => {
        const { kind, spec } = find("shop-cache");
        assert.equal(kind, "PodMonitor");
        assert.equal(spec.podMetricsEndpoints?.[0]?.portNumber, 9090);
        assert.equal(find("agent").kind, "PodMonitor");
        assert.equal(monitorsOf(scraped).length, 4);
    });

    it("E-182: jobs of one group share a monitor, unless they differ", () => {
        const group = { name: "services", selector: { component: "microservice" } };
        const grouped = ["orders", "baskets"].map(name => ({ job: name, workload: workload(name), port: "metrics", group }));
        const monitors = monitorsOf({ ...scraped, workloads: [], jobs: grouped });
        assert.deepEqual(monitors.map(({ name }) => name), ["services"]);
        const different = grouped.map((job, index) => ({ ...job, path: `/metrics${index}` }));
        assert.throws(() => monitorsOf({ ...scraped, workloads: [], jobs: different }), /two different monitors are called services/);
    });

    it("E-179: alerts say whose they are, as those of an own Prometheus do", () => {
        const rule = { alert: "Down", expr: "up == 0", for: "1m", labels: { severity: "critical" }, annotations: {} };
        const object = prometheusRuleArgs({ groups: [{ name: "all", rules: [rule] }] }, { platform: "shop" },
            { name: "shop", namespace: "monitoring", labels: {} });
        assert.deepEqual(object.spec, { groups: [{ name: "all", rules: [{ ...rule, labels: { severity: "critical", platform: "shop" } }] }] });
        assert.equal(object.metadata.labels["release"], "kube-prometheus-stack");
    });
});

describe("TaskFlow under a Prometheus Operator", () => {
    let program: RecordedProgram;
    before(async () => {
        program = await recordProgram("dev", { enabled: ["taskflow"], taskflow: { prometheus: { operator: true } } });
    });

    it("T-139: PodMonitors take the place of the scrape jobs, never both", () => {
        const { recording } = program;
        assert.deepEqual(recording.ofKind("PodMonitor").map(({ inputs }) => inputs.metadata.name).sort(),
            ["taskflow-backend-api", "taskflow-postgres", "taskflow-redis"]);
        assert.equal(recording.has("ConfigMap", "prometheus-config"), false);
        assert.equal(recording.has("Deployment", "grafana"), false);
        assert.deepEqual(Object.keys(program.outputs["taskflow"] as object), ["url"]);
    });

    it("T-139 T-142: its alerts become rules, its dashboard one that the chart's Grafana finds, and its targets let it in", () => {
        const { recording, graph } = program;
        const { groups } = recording.object("PrometheusRule", "taskflow").inputs.spec;
        const alerts = alertsOf({ groups }).map(({ alert }) => alert);
        assert.deepEqual(["BackendDown", "HighErrorRate", "HpaMaxedOut", "PostgresDown", "RedisDown"].filter(name => !alerts.includes(name)), []);
        const dashboard = recording.object("ConfigMap", "taskflow-dashboard-taskflow").inputs;
        assert.equal(dashboard.metadata.labels.grafana_dashboard, "1");
        assert.equal(JSON.parse(dashboard.data["taskflow.json"]).title, "TaskFlow");
        const edges = graph.edges.filter(({ from }) => from.name === "operated-prometheus").map(({ to, ports }) => `${to.name} ${ports[0]?.number}`);
        assert.deepEqual(edges.sort(), ["backend-api 5000", "postgres 9187", "redis 9121"]);
    });
});
