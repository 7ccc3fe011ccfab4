import assert from "node:assert/strict";
import { nodeId } from "../../../components/kit/graph";
import { retentionSize } from "../../../components/monitoring/prometheus/prometheusContainer";
import { sharedService } from "../../../components/kit/reach";
import type { Inputs } from "../../harness/mocks";
import type { Monitored } from "../../harness/monitoring/taskflow";
import { inputsOf, monitoredTaskFlow, mountsOf, podOf } from "../../harness/monitoring/taskflow";

let dev: Monitored;
let prod: Monitored;

const inputs = (kind: string, name: string, stack = dev): Inputs => inputsOf(stack, kind, name);
const pod = (name: string, stack = dev): Inputs => podOf(stack, name);
const mounted = (name: string, stack = dev): Record<string, Inputs> => mountsOf(stack, name);

/** Ports that one workload may call, by whom they belong to. */
function reaches(from: string, { graph } = dev): Record<string, number[]> {
    const edges = graph.edges.filter(edge => nodeId(edge.from) === from);
    return Object.fromEntries(edges.map(({ to, ports }) => [nodeId(to), ports.map(({ number }) => number)]));
}

describe("Prometheus", () => {
    before(async () => {
        dev = await monitoredTaskFlow("dev");
        prod = await monitoredTaskFlow("prod");
    });

    it("T-100: runs with its own account, configuration and volume, and keeps series for seven days", () => {
        const { serviceAccountName, containers: [container] } = pod("prometheus");
        assert.equal(serviceAccountName, "prometheus");
        assert.deepEqual(container.ports, [{ name: "http", containerPort: 9090, protocol: "TCP" }]);
        for (const argument of [
            "--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus", "--storage.tsdb.retention.time=7d",
        ]) {
            assert.ok(container.args.includes(argument), argument);
        }
        assert.equal(mounted("prometheus")["/etc/prometheus"].configMap.name, "prometheus-config");
        assert.equal(mounted("prometheus")["/prometheus"].persistentVolumeClaim.claimName, "prometheus-pvc");
    });

    it("T-101: Prometheus and Grafana run in pinned, supported versions", () => {
        assert.match(pod("prometheus").containers[0].image, /^prom\/prometheus:v3\.\d+\.\d+$/);
        assert.match(pod("grafana").containers[0].image, /^grafana\/grafana:13\.\d+\.\d+$/);
    });

    it("T-102: has the resources and the volume of the list", () => {
        const { requests, limits } = pod("prometheus").containers[0].resources;
        assert.deepEqual([requests.cpu, requests.memory, limits.cpu, limits.memory], ["250m", "512Mi", "500m", "1Gi"]);
        const claim = inputs("PersistentVolumeClaim", "prometheus-pvc").spec;
        assert.equal(claim.resources.requests.storage, "5Gi");
        assert.deepEqual(claim.accessModes, ["ReadWriteOnce"]);
        assert.equal(claim.storageClassName, undefined);
    });

    it("T-103: is replaced by Recreate, runs as 65534, has probes, and keeps to four fifths of its volume", () => {
        const { strategy, template: { metadata, spec } } = inputs("Deployment", "prometheus").spec;
        const [container] = spec.containers;
        assert.deepEqual(strategy, { type: "Recreate" });
        assert.deepEqual([spec.securityContext.runAsUser, spec.securityContext.fsGroup], [65534, 65534]);
        assert.equal(container.securityContext.readOnlyRootFilesystem, true);
        assert.equal(container.readinessProbe.httpGet.path, "/-/ready");
        assert.equal(container.livenessProbe.httpGet.path, "/-/healthy");
        assert.ok(container.args.includes("--storage.tsdb.retention.size=4GB"));
        assert.match(metadata.annotations["checksum/config"], /^[0-9a-f]{16}$/);
    });

    it("T-103: a changed configuration rolls it", async () => {
        const changed = await monitoredTaskFlow("dev", { backend: { metrics: false } });
        const checksum = (stack: Monitored): string => inputs("Deployment", "prometheus", stack).spec.template.metadata.annotations["checksum/config"];
        assert.notEqual(checksum(changed), checksum(dev));
    });

    it("T-111: may list pods of its namespace and read nodes and their metrics, nothing else", () => {
        assert.deepEqual(inputs("Role", "prometheus").rules, [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] }]);
        assert.deepEqual(inputs("ClusterRole", "taskflow-prometheus").rules, [
            { apiGroups: [""], resources: ["nodes"], verbs: ["get", "list", "watch"] },
            { apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] },
        ]);
        const subjects = [{ kind: "ServiceAccount", name: "prometheus", namespace: "taskflow" }];
        for (const [kind, name] of [["RoleBinding", "prometheus"], ["ClusterRoleBinding", "taskflow-prometheus"]] as const) {
            assert.deepEqual(inputs(kind, name).subjects, subjects);
            assert.equal(inputs(kind, name).roleRef.name, name);
        }
        assert.equal(dev.recording.ofType("kubernetes:rbac.authorization.k8s.io/v1:ClusterRole").length, 1);
    });

    it("T-118: its pods mount a token, Grafana's do not", () => {
        assert.equal(pod("prometheus").automountServiceAccountToken, true);
        assert.equal(pod("grafana").automountServiceAccountToken, false);
    });

    it("T-142: reaches the API, the exporters, kubelets, the API server and kube-state-metrics; Grafana reaches Prometheus", () => {
        assert.deepEqual(reaches("taskflow/prometheus"), {
            "kubernetes-api": [443, 6443, 8443],
            kubelets: [10250],
            "taskflow/postgres": [9187],
            "taskflow/redis": [9121],
            "taskflow/backend-api": [5000],
            "taskflow/kube-state-metrics": [8080],
            "cluster-dns": [53, 53, 5353, 5353],
        });
        assert.deepEqual(reaches("taskflow/grafana"), { "taskflow/prometheus": [9090], "cluster-dns": [53, 53, 5353, 5353] });
    });

    it("T-116 T-142: sends alerts to the shared Alertmanager in prod and not in dev, and may reach it there", () => {
        assert.equal(dev.configuration.alerting, undefined);
        assert.deepEqual(prod.configuration.alerting?.alertmanagers[0]?.static_configs, [{
            targets: ["alertmanager-0.alertmanager-headless.monitoring.svc:9093", "alertmanager-1.alertmanager-headless.monitoring.svc:9093"],
        }]);
        assert.deepEqual(reaches("taskflow/prometheus", prod)["monitoring/alertmanager"], [9093]);
    });

    it("retention in the units of Prometheus", () => {
        assert.equal(retentionSize("5Gi"), "4GB");
        assert.equal(retentionSize("512Mi"), "409MB");
    });
});

describe("kube-state-metrics", () => {
    before(async () => {
        dev = await monitoredTaskFlow("dev");
    });

    it("T-109: one of its own watches exactly what the queries need, in its namespace only", () => {
        const { args } = pod("kube-state-metrics").containers[0];
        assert.ok(args.includes("--namespaces=taskflow"));
        const watched = Object.entries({
            deployments: "apps", statefulsets: "apps", horizontalpodautoscalers: "autoscaling", jobs: "batch",
            poddisruptionbudgets: "policy", pods: "", resourcequotas: "", persistentvolumeclaims: "",
        });
        assert.ok(args.includes(`--resources=${watched.map(([resource]) => resource).sort().join(",")}`), args);
        assert.deepEqual(inputs("Role", "kube-state-metrics").rules,
            watched.map(([resource, group]) => ({ apiGroups: [group], resources: [resource], verbs: ["list", "watch"] })));
        const { runAsUser, runAsNonRoot } = pod("kube-state-metrics").securityContext;
        assert.deepEqual([runAsUser, runAsNonRoot], [65534, true]);
    });

    it("T-109: a shared one takes its place and is reached in its namespace", async () => {
        const shared = await monitoredTaskFlow("dev", { prometheus: { kubeStateMetrics: "kube-state-metrics.monitoring.svc:8080" } });
        assert.equal(shared.recording.has("Deployment", "kube-state-metrics"), false);
        assert.deepEqual(reaches("taskflow/prometheus", shared)["monitoring/kube-state-metrics"], [8080]);
    });

    it("T-109: an address without a namespace is refused", () => {
        assert.throws(() => sharedService("kube-state-metrics:8080"),
            /"kube-state-metrics:8080" is not the address of a shared Service; write it as name\.namespace\.svc:port/);
    });
});
