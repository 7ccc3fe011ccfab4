import assert from "node:assert/strict";
import { parse } from "yaml";
import type { RenderedAlert, RuleGroups } from "../../../../components/monitoring/prometheus/rules";
import { alertsOf } from "../../../../components/monitoring/prometheus/rules";
import type { ScrapeJob } from "../../../../components/monitoring/prometheus/scrapeConfiguration";
import { object, perStack, storm } from "../../../harness/platforms/storm";

async function files(): Promise<Record<string, string>> {
    return (await object("prod", "ConfigMap", "prometheus-config")).data;
}

async function groups(): Promise<RuleGroups["groups"]> {
    return Object.entries(await files()).filter(([name]) => name.endsWith(".rules.yml")).flatMap(([, text]) => (parse(text) as RuleGroups).groups);
}

async function alerts(): Promise<RenderedAlert[]> {
    return alertsOf({ groups: await groups() });
}

describe("Storm's monitoring", () => {
    it("S-77 S-98: Prometheus and Grafana run in staging and prod, and no exporter of NATS in dev", async () => {
        const found = await perStack(async stack => (await storm(stack)).recording.ofKind("Deployment")
            .map(({ inputs }) => inputs.metadata.name).filter(name => ["prometheus", "grafana", "kube-state-metrics"].includes(name)).sort());
        const all = ["grafana", "kube-state-metrics", "prometheus"];
        assert.deepEqual(found, [[], all, all]);
    });

    it("S-77 S-75: the exporters of all stores are scraped, MinIO at its own path; ServiceMonitors are not made besides", async () => {
        const { scrape_configs: jobs } = parse((await files())["prometheus.yml"] ?? "") as { scrape_configs: ScrapeJob[] };
        const apps = jobs.find(({ job_name }) => job_name === "kubernetes-pods")?.relabel_configs?.[0]?.regex?.split("|") ?? [];
        for (const app of ["nats", "redis", "postgres-user", "postgres-message"]) {
            assert.ok(apps.includes(app), `${app} is not among ${apps}`);
        }
        const minio = jobs.find(({ job_name }) => job_name === "storm-minio");
        assert.deepEqual([minio?.metrics_path, minio?.scrape_interval], ["/minio/v2/metrics/cluster", "30s"]);
        assert.equal((await storm("prod")).recording.ofKind("ServiceMonitor").length, 0);
    });

    it("S-77: there is an overview, and a dashboard each for NATS JetStream, PostgreSQL, Redis and MinIO", async () => {
        const { data } = await object("prod", "ConfigMap", "grafana-dashboards");
        const titles = Object.values<string>(data).map(text => (JSON.parse(text) as { title: string; panels: unknown[] }))
            .map(({ title, panels }) => [title, panels.length > 1]);
        for (const title of ["Storm overview", "Storm: NATS JetStream", "Storm: PostgreSQL", "Storm: Redis", "Storm: MinIO", "Storm: Service levels"]) {
            assert.ok(titles.some(([found, filled]) => found === title && filled), `${title} is not among ${titles.join(", ")}`);
        }
    });

    it("S-78: every alert of the list exists with its threshold, time and severity, and with a page that says what to do", async () => {
        const expected: Record<string, [threshold: RegExp, time: string, severity: string]> = {
            PodCrashLooping: [/CrashLoopBackOff/, "5m", "critical"],
            GatewayDown: [/kube_deployment_status_replicas_ready\{namespace="storm",deployment="gateway-service"\}.*== 0/, "2m", "critical"],
            NatsDown: [/< 2$/, "1m", "critical"],
            JetStreamStorageHigh: [/jetstream_server_max_storage.* > 0\.8$/, "5m", "warning"],
            JetStreamConsumerLag: [/jetstream_consumer_num_pending.* > 1000$/, "10m", "warning"],
            PostgresDown: [/pg_up/, "2m", "critical"],
            PvcAlmostFull: [/> 0\.85$/, "5m", "warning"],
            MinioDiskFull: [/minio_cluster_capacity_usable_free_bytes.*> 0\.85$/, "5m", "warning"],
            MemoryNearLimit: [/kube_pod_container_resource_limits.*> 0\.9$/, "10m", "warning"],
            BackupMissing: [/> 93600$/, "5m", "critical"],
        };
        const rules = await alerts();
        for (const [name, [threshold, time, severity]] of Object.entries(expected)) {
            const found = rules.filter(({ alert }) => alert === name);
            assert.ok(found.length > 0, `there is no alert ${name}`);
            for (const rule of found) {
                assert.match(rule.expr, threshold, name);
                assert.deepEqual([rule.for, rule.labels["severity"]], [time, severity], name);
            }
        }
    });

    it("S-78: groups of rules have names of their own, and both databases and both backups are watched", async () => {
        const names = (await groups()).map(({ name }) => name);
        assert.equal(new Set(names).size, names.length, names.join(", "));
        for (const name of ["PostgreSQL postgres-user", "PostgreSQL postgres-message", "Backup postgres-user-backup", "Backup postgres-message-backup"]) {
            assert.ok(names.includes(name), `${name} is not among ${names.join(", ")}`);
        }
    });
});
