import assert from "node:assert/strict";
import { operatedPrometheus } from "../../../components/kit/externals";
import { parse } from "yaml";
import type { WorkloadNode } from "../../../components/kit/graph";
import type { Monitor } from "../../../components/monitoring/prometheus/monitors";
import { monitorsOf, prometheusRuleArgs } from "../../../components/monitoring/prometheus/monitors";
import { selfMonitoring } from "../../../components/monitoring/monitoringStack";
import { OperatedMonitoring } from "../../../components/monitoring/prometheus/operatedMonitoring";
import { Prometheus } from "../../../components/monitoring/prometheus/prometheus";
import type { RuleGroups } from "../../../components/monitoring/prometheus/rules";
import { alertsOf } from "../../../components/monitoring/prometheus/rules";
import type { WatchedArgs } from "../../../components/monitoring/prometheus/watched";
import type { Scope } from "../../../components/kit/scope";
import type { Telemetry } from "../../../components/kit/telemetry";
import { prometheusConfiguration, scrapedWorkloads } from "../../../components/monitoring/prometheus/prometheusConfiguration";
import type { WorkloadJob } from "../../../components/monitoring/prometheus/scrapeConfiguration";
import type { Inputs } from "../../harness/mocks";
import type { RecordedProgram } from "../../harness/program";
import { recordProgram } from "../../harness/program";
import type { StoreRecording } from "../../harness/stores";
import { recordStore } from "../../harness/stores";

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

describe("forms of Prometheus", () => {
    const telemetry: Telemetry = {
        name: "Levels", interval: "1m", panels: [], metrics: [{ from: "mail", names: ["mail_up"] }],
        alerts: [{ name: "MailDown", expr: "mail_up == 0", for: "5m", severity: "critical", summary: "No mail", description: "Nobody gets mail." }],
    };
    const args: WatchedArgs = {
        workloads: [orders], jobs: [{ job: "orders", workload: orders, port: "metrics" }], statics: { mail: "mail.post.svc:9100" },
        telemetry: [telemetry], runbooks: "https://example.com/runbooks",
    };
    const own = { kubeStateMetrics: null, alertmanager: null, storage: { size: "5Gi", storageClass: null }, retention: "7d" };
    const forms: Readonly<Record<string, (scope: Scope, watched: WatchedArgs) => unknown>> = {
        own: (scope, watched) => new Prometheus("prometheus", scope, { ...own, ...watched }),
        operator: (scope, watched) => new OperatedMonitoring("shop", scope, watched),
    };
    const recorded = (form: string, watched = args): Promise<StoreRecording> => recordStore(scope => void forms[form]?.(scope, watched));
    const groupsOf = ({ recording }: StoreRecording): RuleGroups["groups"] => recording.has("PrometheusRule", "shop")
        ? recording.object("PrometheusRule", "shop").inputs.spec.groups
        : parse(recording.object("ConfigMap", "prometheus-config").inputs.data["alerts.rules.yml"]).groups;

    for (const form of Object.keys(forms)) {
        it(`T-139 E-182 A-98 F21: ${form}: the same groups are evaluated at the same times`, async () => {
            const found = groupsOf(await recorded(form)).map(({ name, interval, rules }) =>
                [name, interval, ...rules.map(rule => "alert" in rule ? rule.alert : rule.record)]);
            assert.deepEqual(found, [["Levels", "1m", "MailDown"]]);
        });

        it(`T-139 E-182 F21: ${form}: what others install is scraped at its address, under the name of its job`, async () => {
            const { recording } = await recorded(form);
            const found = form === "own"
                ? parse(recording.object("ConfigMap", "prometheus-config").inputs.data["prometheus.yml"]).scrape_configs
                    .filter(({ job_name: job }: Inputs) => job === "mail").map((job: Inputs) => [job.job_name, job.static_configs])
                : recording.ofKind("ScrapeConfig").map(({ inputs: { spec } }) => [spec.jobName, spec.staticConfigs]);
            assert.deepEqual(found, [["mail", [{ targets: ["mail.post.svc:9100"] }]]]);
        });

        it(`T-139 E-182 F21: ${form}: a query that nothing answers is refused`, async () => {
            await assert.rejects(recorded(form, { ...args, statics: {} }), /"Levels" needs mail_up from mail, which is not scraped/);
        });

        it(`T-139 E-155: ${form}: only Prometheus is let in to what it scrapes`, async () => {
            const { graph } = await recorded(form);
            const scraping = graph.edges.filter(({ to }) => to === orders);
            assert.deepEqual(scraping.map(({ ports }) => ports), [[{ number: 9090 }]]);
        });
    }

    it("T-139: an operator's Prometheus is not judged as an own one, whose job it has not", () => {
        assert.equal(selfMonitoring({ alertmanager: 0 }, true).length, 0);
        assert.equal(selfMonitoring({ alertmanager: 0 }).length, 1);
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
        const { from } = graph.edges.find(({ from: { name } }) => name === "operated-prometheus") ?? assert.fail();
        assert.deepEqual(from, operatedPrometheus("kube-prometheus-stack"));
    });
});
