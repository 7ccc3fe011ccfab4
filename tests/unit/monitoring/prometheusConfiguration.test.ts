import assert from "node:assert/strict";
import { parse } from "yaml";
import type { PrometheusConfigurationArgs } from "../../../components/monitoring/prometheus/prometheusConfiguration";
import { prometheusConfiguration, renderYaml } from "../../../components/monitoring/prometheus/prometheusConfiguration";
import type { WorkloadNode } from "../../../components/kit/graph";
import { selectorLabels } from "../../../components/kit/labels";
import type { RelabelRule, ScrapeJob } from "../../../components/monitoring/prometheus/scrapeConfiguration";
import { autoscalerTelemetry } from "../../../components/monitoring/rules/autoscaler";
import { redisTelemetry } from "../../../components/data/redis/telemetry";
import { scrapingTelemetry } from "../../../components/monitoring/prometheus/scrapingTelemetry";
import { storageTelemetry } from "../../../components/monitoring/rules/storage";

function workload(name: string, metricsPort?: number, namespace = "taskflow"): WorkloadNode {
    return {
        type: "workload", platform: "taskflow", namespace, name, kind: "Deployment",
        selector: selectorLabels("taskflow", name),
        capacity: { containers: [], maximumPods: 1 },
        ...(metricsPort !== undefined && { metricsPort }),
    };
}

/** Three that serve metrics, one that does not, and one of another platform. */
const workloads = [
    workload("postgres", 9187), workload("redis", 9121), workload("backend-api", 5000), workload("frontend"),
    workload("cart", 8080, "ecommerce"),
];
const namespace = "taskflow";

const base: PrometheusConfigurationArgs = {
    namespace,
    externalLabels: { platform: "taskflow", environment: "dev" },
    workloads,
    telemetry: [
        redisTelemetry({ namespace, app: "redis" }),
        autoscalerTelemetry({ namespace, app: "backend-api", autoscaler: "backend-api-hpa", scraped: true }),
        storageTelemetry({ namespace }),
        scrapingTelemetry(),
    ],
    kubeStateMetrics: ["kube-state-metrics.taskflow.svc:8080"],
    alertmanagers: [],
};

function job(name: string, args: Partial<PrometheusConfigurationArgs> = {}): ScrapeJob {
    const found = prometheusConfiguration({ ...base, ...args }).scrape_configs.find(({ job_name }) => job_name === name);
    assert.ok(found, `job ${name}`);
    return found;
}

function rule(rules: readonly RelabelRule[] | undefined, label: string, action?: string): RelabelRule | undefined {
    return rules?.find(({ source_labels, action: is }) => source_labels?.[0] === label && is === action);
}

describe("prometheus.yml", () => {
    it("T-104: scrapes and evaluates every 15 s", () => {
        const { global } = prometheusConfiguration(base);
        assert.equal(global.scrape_interval, "15s");
        assert.equal(global.evaluation_interval, "15s");
        assert.deepEqual(global.external_labels, { platform: "taskflow", environment: "dev" });
    });

    it("T-105: discovers pods of its namespace, of exactly the workloads that serve metrics, and names them", () => {
        const pods = job("kubernetes-pods");
        assert.deepEqual(pods.kubernetes_sd_configs, [{ role: "pod", namespaces: { names: ["taskflow"] } }]);
        assert.equal(pods.metrics_path, undefined);
        const apps = rule(pods.relabel_configs, "__meta_kubernetes_pod_label_app", "keep")?.regex;
        assert.deepEqual(apps?.split("|").sort(), ["backend-api", "postgres", "redis"]);
        assert.equal(rule(pods.relabel_configs, "__meta_kubernetes_pod_name")?.target_label, "pod");
        assert.equal(rule(pods.relabel_configs, "__meta_kubernetes_pod_label_app")?.target_label, "app");
    });

    it("T-106: keeps ports named http or metrics, drops init containers and pods that do not run, adds the namespace", () => {
        const rules = job("kubernetes-pods").relabel_configs;
        assert.equal(rule(rules, "__meta_kubernetes_pod_container_port_name", "keep")?.regex, "http|metrics");
        assert.equal(rule(rules, "__meta_kubernetes_pod_container_init", "drop")?.regex, "true");
        assert.equal(rule(rules, "__meta_kubernetes_pod_phase", "drop")?.regex, "Pending|Succeeded|Failed");
        assert.equal(rule(rules, "__meta_kubernetes_namespace")?.target_label, "namespace");
    });

    it("T-107 T-105: a data store that serves metrics is scraped without being listed anywhere", () => {
        const regex = rule(job("kubernetes-pods", { workloads: [...workloads, workload("rabbitmq", 15692)] }).relabel_configs,
            "__meta_kubernetes_pod_label_app", "keep")?.regex;
        assert.match(regex ?? "", /(^|\|)rabbitmq($|\|)/);
    });

    it("T-108: reads cAdvisor from every kubelet with the ServiceAccount's token and keeps its namespace only", () => {
        const cadvisor = job("kubernetes-cadvisor");
        assert.deepEqual(cadvisor.kubernetes_sd_configs, [{ role: "node" }]);
        assert.equal(cadvisor.scheme, "https");
        assert.equal(cadvisor.metrics_path, "/metrics/cadvisor");
        assert.equal(cadvisor.authorization?.credentials_file, "/var/run/secrets/kubernetes.io/serviceaccount/token");
        assert.equal(rule(cadvisor.relabel_configs, "__meta_kubernetes_node_name")?.target_label, "node");
        assert.equal(rule(cadvisor.metric_relabel_configs, "namespace", "keep")?.regex, "taskflow");
        assert.equal(job("kubernetes-cadvisor", { verifyKubelets: true }).tls_config?.insecure_skip_verify, undefined);
    });

    it("T-116: reads from the kubelets nothing but the metrics of the volumes", () => {
        const names = rule(job("kubernetes-kubelet").metric_relabel_configs, "__name__", "keep")?.regex;
        assert.equal(names, ["available_bytes", "capacity_bytes", "inodes", "inodes_used", "used_bytes"].map(name => `kubelet_volume_stats_${name}`).join("|"));
    });

    it("T-109 T-110: scrapes kube-state-metrics, whose labels stay, and itself", () => {
        const state = job("kube-state-metrics");
        assert.equal(state.honor_labels, true);
        assert.deepEqual(state.static_configs, [{ targets: ["kube-state-metrics.taskflow.svc:8080"] }]);
        assert.equal(rule(state.metric_relabel_configs, "namespace", "keep")?.regex, "taskflow");
        assert.deepEqual(job("prometheus").static_configs, [{ targets: ["localhost:9090"] }]);
    });

    it("T-116: evaluates rules everywhere and sends alerts where there is an Alertmanager", () => {
        assert.deepEqual(prometheusConfiguration(base).rule_files, ["/etc/prometheus/*.rules.yml"]);
        assert.equal(prometheusConfiguration(base).alerting, undefined);
        assert.deepEqual(prometheusConfiguration({ ...base, alertmanagers: ["alertmanager.monitoring.svc:9093"] }).alerting,
            { alertmanagers: [{ static_configs: [{ targets: ["alertmanager.monitoring.svc:9093"] }] }] });
    });

    it("T-87: a query that nothing answers stops the program and names what is missing", () => {
        const withoutBackend = workloads.map(node => node.name === "backend-api" ? workload("backend-api") : node);
        assert.throws(() => prometheusConfiguration({ ...base, workloads: withoutBackend }),
            /^Error: "Autoscaling of backend-api" needs up from backend-api, which is not scraped; scraped are postgres, redis, kub/);
        assert.throws(() => prometheusConfiguration({ ...base, kubeStateMetrics: [] }), /from kube-state-metrics, which is not scraped/);
    });

    it("renders what it holds, without anchors", () => {
        const configuration = prometheusConfiguration(base);
        const text = renderYaml(configuration);
        assert.deepEqual(parse(text), JSON.parse(JSON.stringify(configuration)));
        assert.doesNotMatch(text, /[&*]a\d/);
    });
});
