import assert from "node:assert/strict";
import { parse } from "yaml";
import type { EnvironmentName } from "../../../../components/kit/environment";
import type { Inputs } from "../../../harness/mocks";
import { amounts } from "../../../harness/pods";
import { container, find, gauzian, object, pods, stacks } from "../../../harness/platforms/gauzian";

async function stateMetricsJob(stack: EnvironmentName): Promise<Inputs> {
    const { data } = await object(stack, "ConfigMap", "prometheus-config", {}, "monitoring");
    return parse(data["prometheus.yml"]).scrape_configs.find((item: { job_name: string }) => item.job_name === "kube-state-metrics");
}

describe("GAUZIAN watches the nodes", () => {
    it("G-126 G-127: node-exporter runs alone in its privileged namespace, and sees the node without changing it", async () => {
        for (const stack of stacks) {
            const program = await gauzian(stack);
            const { metadata } = find(program, "Namespace", "monitoring-node", "-").inputs;
            assert.equal(metadata.labels["pod-security.kubernetes.io/enforce"], "privileged");
            const workloads = program.graph.workloads.filter(({ namespace }) => namespace === "monitoring-node");
            assert.deepEqual(workloads.map(({ kind, name }) => `${kind} ${name}`), ["DaemonSet node-exporter"]);
            const exporter = await container(stack, "node-exporter");
            assert.deepEqual(amounts(exporter), ["50m/32Mi", "250m/64Mi"]);
            assert.deepEqual(exporter.ports.map(({ containerPort }) => containerPort), [9100]);
            const { spec } = (await pods(stack, "node-exporter")).template;
            assert.equal(spec.hostNetwork, true);
            assert.ok(spec.tolerations.some(({ key }) => key === "node-role.kubernetes.io/control-plane"));
            assert.deepEqual(spec.volumes.map(({ hostPath }) => hostPath?.path).sort(), ["/", "/proc", "/sys"]);
            exporter.volumeMounts.forEach(mount =>
                assert.deepEqual([mount.readOnly, mount["recursiveReadOnly"], mount["mountPropagation"]], [true, "IfPossible", undefined], mount.name));
            assert.equal(exporter.securityContext.runAsNonRoot, true);
        }
    });

    it("G-125: the nodes have a kube-state-metrics of their own, which may list nothing else", async () => {
        for (const stack of stacks) {
            const program = await gauzian(stack);
            assert.deepEqual(find(program, "ClusterRole", "gauzian-node-kube-state-metrics", "-").inputs.rules,
                [{ apiGroups: [""], resources: ["nodes"], verbs: ["list", "watch"] }]);
            const cluster = program.recording.ofKind("ClusterRoleBinding").map(({ inputs }) => inputs.roleRef.name as string);
            assert.deepEqual(cluster.filter(name => name.includes("kube-state")), ["gauzian-node-kube-state-metrics"]);
            // Its namespaces are one: it would list the nodes once for each.
            const { args } = await container(stack, "node-kube-state-metrics", {}, "kube-state-metrics");
            assert.deepEqual(args.filter(arg => /^--(resources|namespaces)=/.test(arg)), ["--namespaces=monitoring", "--resources=nodes"]);
            const { static_configs: [{ targets }], metric_relabel_configs: [kept] } = await stateMetricsJob(stack);
            assert.equal(targets.length, 2);
            const keeps = (namespace: string, metric: string): boolean => new RegExp(`^(?:${kept.regex})$`).test(`${namespace};${metric}`);
            assert.ok(keeps("", "kube_node_status_condition") && keeps("gauzian-v2", "kube_pod_info"));
            assert.ok(!keeps("other", "kube_pod_info") && !keeps("", "kube_namespace_labels"));
        }
    });

    it("G-126: nothing of it where the cluster has a node-exporter already", async () => {
        const { recording } = await gauzian("dev", { monitoring: { nodeExporter: { enabled: false } } });
        for (const [kind, name] of [["DaemonSet", "node-exporter"], ["Namespace", "monitoring-node"], ["Deployment", "node-kube-state-metrics"]] as const) {
            assert.ok(!recording.has(kind, name), name);
        }
    });
});
