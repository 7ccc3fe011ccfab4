import assert from "node:assert/strict";
import { parse } from "yaml";
import { nodeId } from "../../../components/kit/graph";
import { retentionSize } from "../../../components/monitoring/prometheusContainer";
import { sharedService } from "../../../components/monitoring/reach";
import type { Inputs } from "../../harness/mocks";
import { canary } from "../../harness/mocks";
import type { Monitored } from "./taskflow";
import { monitoredTaskFlow } from "./taskflow";

let dev: Monitored;
let prod: Monitored;
before(async () => {
    dev = await monitoredTaskFlow("dev");
    prod = await monitoredTaskFlow("prod");
});

const inputs = (kind: string, name: string, stack = dev): Inputs => stack.recording.object(kind, name).inputs;
const pod = (name: string, stack = dev): Inputs => inputs("Deployment", name, stack).spec.template.spec;
const mounted = (name: string, stack = dev): Record<string, Inputs> => {
    const { containers: [container], volumes } = pod(name, stack);
    return Object.fromEntries(container.volumeMounts.map((mount: Inputs) =>
        [mount.mountPath, volumes.find((volume: Inputs) => volume.name === mount.name)]));
};

/** Ports that one workload may call, by whom they belong to. */
function reaches(from: string, { graph } = dev): Record<string, number[]> {
    const edges = graph.edges.filter(edge => nodeId(edge.from) === from);
    return Object.fromEntries(edges.map(({ to, ports }) => [nodeId(to), ports.map(({ number }) => number)]));
}

describe("Prometheus", () => {
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
            "kubernetes-api": [443, 6443],
            kubelets: [10250],
            "taskflow/postgres": [9187],
            "taskflow/redis": [9121],
            "taskflow/backend-api": [5000],
            "taskflow/kube-state-metrics": [8080],
            "cluster-dns": [53, 53],
        });
        assert.deepEqual(reaches("taskflow/grafana"), { "taskflow/prometheus": [9090], "cluster-dns": [53, 53] });
    });

    it("T-116 T-142: sends alerts to the shared Alertmanager in prod and not in dev, and may reach it there", () => {
        assert.equal(dev.configuration.alerting, undefined);
        assert.deepEqual(prod.configuration.alerting?.alertmanagers[0]?.static_configs, [{ targets: ["alertmanager.monitoring.svc:9093"] }]);
        assert.deepEqual(reaches("taskflow/prometheus", prod)["monitoring/alertmanager"], [9093]);
    });

    it("retention in the units of Prometheus", () => {
        assert.equal(retentionSize("5Gi"), "4GB");
        assert.equal(retentionSize("512Mi"), "409MB");
    });
});

describe("kube-state-metrics", () => {
    it("T-109: one of its own watches exactly what the queries need, in its namespace only", () => {
        const { args } = pod("kube-state-metrics").containers[0];
        assert.ok(args.includes("--namespaces=taskflow"));
        assert.ok(args.includes("--resources=deployments,horizontalpodautoscalers"));
        assert.deepEqual(inputs("Role", "kube-state-metrics").rules, [
            { apiGroups: ["apps"], resources: ["deployments"], verbs: ["list", "watch"] },
            { apiGroups: ["autoscaling"], resources: ["horizontalpodautoscalers"], verbs: ["list", "watch"] },
        ]);
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

describe("Grafana", () => {
    it("T-112: listens on 3000 with the resources of the list and forgets its storage with the pod", () => {
        const { ports, resources: { requests, limits } } = pod("grafana").containers[0];
        assert.deepEqual(ports, [{ name: "http", containerPort: 3000, protocol: "TCP" }]);
        assert.deepEqual([requests.cpu, requests.memory, limits.cpu, limits.memory], ["100m", "256Mi", "200m", "512Mi"]);
        const storage = mounted("grafana")["/var/lib/grafana"];
        assert.equal(storage.name, "grafana-storage");
        assert.ok(storage.emptyDir.sizeLimit);
    });

    it("T-113: keeps its storage in prod on a volume of its own, which one pod at a time writes", () => {
        const storage = mounted("grafana", prod)["/var/lib/grafana"];
        assert.equal(storage.name, "grafana-storage");
        assert.equal(inputs("PersistentVolumeClaim", storage.persistentVolumeClaim.claimName, prod).spec.resources.requests.storage, "1Gi");
        assert.deepEqual(inputs("Deployment", "grafana", prod).spec.strategy, { type: "Recreate" });
    });

    it("T-113 T-152: data source and dashboards are provisioned from three ConfigMaps", () => {
        const folders = mounted("grafana");
        assert.equal(folders["/etc/grafana/provisioning/datasources"].configMap.name, "grafana-datasources");
        assert.equal(folders["/etc/grafana/provisioning/dashboards"].configMap.name, "grafana-dashboard-provider");
        assert.equal(folders["/etc/grafana/dashboards"].configMap.name, "grafana-dashboards");
        const [dataSource] = parse(inputs("ConfigMap", "grafana-datasources").data["datasources.yaml"]).datasources;
        assert.equal(dataSource.url, "http://prometheus.taskflow.svc.cluster.local:9090");
        assert.deepEqual([dataSource.type, dataSource.uid, dataSource.isDefault], ["prometheus", "prometheus", true]);
        const [provider] = parse(inputs("ConfigMap", "grafana-dashboard-provider").data["provider.yaml"]).providers;
        assert.equal(provider.options.path, "/etc/grafana/dashboards");
    });

    it("T-113: runs as 472, restricted, and is probed at /api/health", () => {
        const { securityContext, containers: [container] } = pod("grafana");
        assert.deepEqual([securityContext.runAsUser, securityContext.fsGroup], [472, 472]);
        assert.equal(container.securityContext.readOnlyRootFilesystem, true);
        for (const probe of ["startupProbe", "readinessProbe", "livenessProbe"]) {
            assert.equal(container[probe].httpGet.path, "/api/health");
        }
    });

    it("T-57: the password is generated and stands in its Secret only", () => {
        const secret = inputs("Secret", "grafana-credentials");
        assert.equal(secret.stringData.GF_SECURITY_ADMIN_USER, "admin");
        const password = secret.stringData.GF_SECURITY_ADMIN_PASSWORD;
        assert.ok(password.startsWith(canary));
        const variable = pod("grafana").containers[0].env.find(({ name }: Inputs) => name === "GF_SECURITY_ADMIN_PASSWORD");
        assert.deepEqual(variable.valueFrom.secretKeyRef, { name: "grafana-credentials", key: "GF_SECURITY_ADMIN_PASSWORD" });
        const others = dev.recording.objects.filter(({ type }) => !type.endsWith(":Secret"));
        assert.ok(!JSON.stringify(others.map(({ inputs }) => inputs)).includes(password));
    });

    it("T-58: the root URL is Grafana's template in dev and https behind the routes in prod", () => {
        const variable = (stack: Monitored, wanted: string): string | undefined =>
            pod("grafana", stack).containers[0].env.find(({ name }: Inputs) => name === wanted)?.value;
        assert.equal(variable(dev, "GF_SERVER_ROOT_URL"), "%(protocol)s://%(domain)s:%(http_port)s/");
        assert.match(variable(prod, "GF_SERVER_ROOT_URL") ?? "", /^https:\/\/grafana\.[a-z0-9.-]+\/$/);
        assert.equal(variable(dev, "GF_SECURITY_COOKIE_SECURE"), undefined);
        assert.equal(variable(prod, "GF_SECURITY_COOKIE_SECURE"), "true");
    });

    it("keeps the data source that its image brings: Grafana 13 would remove it from a read-only file system", () => {
        const env = pod("grafana").containers[0].env as Inputs[];
        assert.equal(env.find(({ name }) => name === "GF_PLUGINS_PREINSTALL_DISABLED")?.value, "true");
    });
});
