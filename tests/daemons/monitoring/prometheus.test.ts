import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { alertsOf } from "../../../components/monitoring/prometheus/rules";
import { expandVariables } from "../../harness/monitoring/promql";
import type { Monitored } from "../../harness/monitoring/taskflow";
import { monitoredTaskFlow } from "../../harness/monitoring/taskflow";
import { Daemon, eventually, freePort, HOST, temporaryFolder } from "../../harness/daemons/daemon";
import type { ClusterStandIns } from "./clusterStandIns";
import { startCluster } from "./clusterStandIns";
import { layDown, withTargets } from "./localConfiguration";
import { prometheusTools } from "../../harness/daemons/prometheusTools";
import { selfSigned, StandIn } from "./standIns";

interface Target {
    readonly labels: Readonly<Record<string, string>>;
    readonly health: string;
    readonly lastError: string;
}

describe("Prometheus with the rendered configuration", () => {
    let folder: string;
    let monitored: Monitored;
    let prometheus: Daemon;
    let url: string;
    let cluster: ClusterStandIns;
    let alertmanager: StandIn;
    const received: { readonly labels: Record<string, string>; readonly annotations: Record<string, string> }[] = [];

    async function api<Data>(path: string): Promise<Data> {
        const response = await fetch(`${url}/api/v1/${path}`);
        const body = await response.json() as { status: string; data: Data; error?: string };
        assert.equal(body.status, "success", `${path}: ${body.error}`);
        return body.data;
    }

    async function query(expr: string): Promise<Record<string, string>[]> {
        const { result } = await api<{ result: { metric: Record<string, string> }[] }>(`query?query=${encodeURIComponent(expr)}`);
        return result.map(({ metric }) => metric);
    }

    before(async () => {
        const { prometheus: command } = prometheusTools();
        folder = temporaryFolder("prometheus");
        url = `http://${HOST}:${await freePort()}`;
        monitored = await monitoredTaskFlow("staging", { prometheus: { kubeStateMetrics: null } });
        alertmanager = await StandIn.start(({ url: path }, body) => {
            if (path === "/api/v2/alerts") {
                received.push(...JSON.parse(body) as typeof received);
            }
            return "";
        });
        cluster = await startCluster(folder, new URL(url).host);
        const local = withTargets(monitored.configuration, cluster.targets);
        const impatient = JSON.parse(JSON.stringify(monitored.rules).replace(/"for":"\d+m"/g, '"for":"1s"')) as Monitored["rules"];
        const { file } = layDown(folder, monitored.configuration, impatient, () =>
            ({ ...local, alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager.address] }] }] } }));
        // The cluster's authority, which has not signed the kubelet's certificate.
        copyFileSync(selfSigned(folder, "authority").certFile, join(folder, "serviceaccount", "ca.crt"));
        const data = join(folder, "data");
        mkdirSync(data);
        const { args } = monitored.recording.object("Deployment", "prometheus").inputs.spec.template.spec.containers[0];
        prometheus = await Daemon.start({
            name: "prometheus",
            command,
            args: [
                ...(args as string[]).map(argument => argument.replace("/etc/prometheus/prometheus.yml", file).replace(/=\/prometheus$/, `=${data}`)),
                `--web.listen-address=${new URL(url).host}`,
            ],
            ready: async () => assert.equal((await fetch(`${url}/-/ready`)).status, 200),
        });
    });
    after(async () => {
        await prometheus?.stop();
        await Promise.all([...(cluster?.all ?? []), alertmanager].map(server => server?.stop()));
        rmSync(folder, { recursive: true, force: true });
    });

    it("T-100 T-103: starts with the arguments of its Deployment and answers both probes", async () => {
        const { readinessProbe, livenessProbe } = monitored.recording.object("Deployment", "prometheus").inputs.spec.template.spec.containers[0];
        for (const { httpGet } of [readinessProbe, livenessProbe]) {
            assert.equal((await fetch(`${url}${httpGet.path}`)).status, 200, httpGet.path);
        }
        const flags = await api<Record<string, string>>("status/flags");
        assert.equal(flags["storage.tsdb.retention.time"], "1w");
        assert.equal(flags["storage.tsdb.retention.size"], "4GiB");
        assert.doesNotMatch(prometheus.output(), /deprecated/i);
    });

    it("T-105 T-106 T-110 T-152: scrapes what it should and nothing else, and every target is UP", async () => {
        const active = await eventually("every target is UP", async () => {
            const { activeTargets } = await api<{ activeTargets: Target[] }>("targets?state=active");
            assert.ok(activeTargets.length > 0, "discovery has not begun");
            activeTargets.forEach(({ labels, health, lastError }) => assert.equal(health, "up", `${JSON.stringify(labels)}: ${lastError}`));
            return activeTargets.map(({ labels }) => Object.fromEntries(Object.entries(labels).filter(([label]) => label !== "instance")));
        });
        const pod = (app: string): object => ({ job: "kubernetes-pods", namespace: "taskflow", pod: `${app}-1`, app });
        const order = (items: object[]): string[] => items.map(item => JSON.stringify(Object.entries(item).sort())).sort();
        assert.deepEqual(order(active), order([
            pod("backend-api"), pod("postgres"), pod("redis"),
            { job: "kubernetes-cadvisor", node: "node-1" }, { job: "kubernetes-kubelet", node: "node-1" },
            { job: "kube-state-metrics" }, { job: "prometheus" },
        ]));
    });

    it("T-108: reads the kubelet over TLS with its token and keeps the namespace's containers and volumes", async () => {
        const containers = await eventually("container metrics", async () => {
            const found = await query("container_memory_working_set_bytes");
            assert.ok(found.length > 0);
            return found;
        });
        assert.deepEqual(containers.map(({ namespace, node }) => [namespace, node]), [["taskflow", "node-1"]]);
        assert.deepEqual([...cluster.tokens], ["Bearer token-of-the-test"]);
        const names = (await query('{__name__=~"kubelet_.+"}')).map(({ __name__ }) => __name__);
        assert.deepEqual(names.sort(), ["kubelet_volume_stats_capacity_bytes", "kubelet_volume_stats_used_bytes"]);
    });

    it("T-109: keeps the labels and of all namespaces its own of what kube-state-metrics tells", async () => {
        const found = await eventually("kube-state-metrics", async () => {
            const replicas = await query("kube_deployment_status_replicas");
            assert.ok(replicas.length > 0);
            return replicas;
        });
        assert.deepEqual(found.map(({ namespace, deployment }) => [namespace, deployment]), [["taskflow", "backend-api"]]);
    });

    it("T-116: has loaded all alerts, without an error", async () => {
        const rules = await eventually("all alerts evaluated", async () => {
            const { groups } = await api<{ groups: { rules: { name: string; health: string; lastError?: string }[] }[] }>("rules?type=alert");
            const all = groups.flatMap(group => group.rules);
            all.forEach(({ name, health, lastError }) => assert.equal(health, "ok", `${name}: ${lastError}`));
            return all;
        });
        assert.equal(rules.length, alertsOf(monitored.rules).length);
    });

    it("T-114 T-115 T-143 T-155: answers every query of the dashboard", async () => {
        const expressions = monitored.telemetry.flatMap(({ panels }) => panels).flatMap(({ queries }) => queries);
        for (const { expr } of expressions) {
            await query(expandVariables(expr));
        }
        await eventually("two samples to see a rate in", async () =>
            assert.equal((await query(expandVariables("sum(rate(taskflow_http_requests_total[$__rate_interval]))"))).length, 1));
    });

    it("T-116: sends a firing alert to the Alertmanager with severity, platform, environment and runbook", async () => {
        const alert = await eventually("PostgresDown arrives", () => {
            const found = received.find(({ labels }) => labels["alertname"] === "PostgresDown");
            assert.ok(found, stringify(received.map(({ labels }) => labels)));
            return found;
        });
        assert.deepEqual(alert.labels,
            { alertname: "PostgresDown", severity: "critical", namespace: "taskflow", app: "postgres", platform: "taskflow", environment: "staging" });
        assert.match(alert.annotations["runbook_url"] ?? "", /\/PostgresDown\.md$/);
        assert.equal(alert.annotations["summary"], "PostgreSQL postgres does not answer");
    });

    it("T-116: TargetDown fires once a target is gone", async () => {
        await cluster.application.stop();
        try {
            await eventually("TargetDown arrives", () => {
                const down = received.filter(({ labels }) => labels["alertname"] === "TargetDown").map(({ labels }) => labels["pod"]);
                assert.deepEqual([...new Set(down)].sort(), ["backend-api-1", "postgres-1", "redis-1"]);
            });
        } finally {
            await cluster.application.listen();
        }
    });
});
