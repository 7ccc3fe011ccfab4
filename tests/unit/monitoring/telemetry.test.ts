import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expressionsOf, metricsFrom } from "../../../components/kit/telemetry";
import { redisTelemetry } from "../../../components/data/redis/telemetry";
import { selectedMetrics } from "../../harness/monitoring/promql";
import type { Monitored } from "../../harness/monitoring/taskflow";
import { monitoredTaskFlow } from "../../harness/monitoring/taskflow";

/** Everything that the configuration scrapes: jobs, and apps by their pods' label. */
function sources({ configuration }: Monitored): string[] {
    const jobs = configuration.scrape_configs;
    const apps = jobs.find(({ job_name }) => job_name === "kubernetes-pods")?.relabel_configs
        ?.find(({ source_labels, action }) => action === "keep" && source_labels?.[0] === "__meta_kubernetes_pod_label_app")?.regex;
    return [...jobs.map(({ job_name }) => job_name), ...(apps ?? "").split("|")];
}

describe("telemetry of TaskFlow", () => {
    let measured: Monitored;
    let unmeasured: Monitored;
    before(async () => {
        measured = await monitoredTaskFlow("dev");
        unmeasured = await monitoredTaskFlow("dev", { backend: { metrics: false } });
    });

    it("T-114 T-115 T-116 T-143 T-155: every expression is PromQL; each part selects exactly the metrics that it declares", async () => {
        for (const part of [...measured.telemetry, ...unmeasured.telemetry]) {
            const selected = new Set((await Promise.all(expressionsOf(part).map(selectedMetrics))).flat());
            const declared = new Set(part.metrics.flatMap(({ names }) => names));
            part.recordings?.forEach(({ record }) => declared.add(record));
            assert.deepEqual([...selected].sort(), [...declared].sort(), part.name);
        }
    });

    it("T-87 T-105 T-108 T-109: whatever a part needs is scraped, with the backend's own metrics and without", () => {
        for (const stack of [measured, unmeasured]) {
            const scraped = sources(stack);
            for (const { name, metrics } of stack.telemetry) {
                metrics.forEach(({ from }) => assert.ok(scraped.includes(from), `${name} needs ${from}; scraped are ${scraped.join(", ")}`));
            }
        }
        assert.ok(sources(measured).includes("backend-api"));
        assert.ok(!sources(unmeasured).includes("backend-api"));
    });

    it("T-87: without its metrics the backend keeps its container panels and BackendDown, and loses what it measures", () => {
        const alerts = ({ telemetry }: Monitored): string[] => telemetry.flatMap(({ alerts }) => alerts.map(({ name }) => name));
        const panels = ({ telemetry }: Monitored): string[] => telemetry.flatMap(({ panels }) => panels.map(({ title }) => title));
        const lost = (all: string[], kept: string[]): string[] => all.filter(name => !kept.includes(name));
        assert.deepEqual(lost(alerts(measured), alerts(unmeasured)), 
            ["HighErrorRate", "HighLatency", "ClientErrorsHigh", "CacheErrors", "LatencyBudgetBurnFast", "LatencyBudgetBurnSlow"]);
        assert.deepEqual(lost(panels(measured), panels(unmeasured)),
            ["Requests per second", "HTTP error rate", "Latency", "Cache hit ratio", "Requests per second at the peak"]);
        const ofBackend = /taskflow_http|taskflow_cache|app="backend-api"/;
        assert.deepEqual(unmeasured.telemetry.flatMap(expressionsOf).filter(expr => ofBackend.test(expr)), []);
    });

    it("T-86: the backend's own metrics are those that its source defines", () => {
        const source = readFileSync(join(__dirname, "../../../examples/taskflow-backend/taskflow/metrics.py"), "utf8");
        const names = metricsFrom("backend-api", measured.telemetry).filter(name => name !== "up");
        assert.equal(names.length, 3);
        names.forEach(name => assert.ok(source.includes(`"${name.replace(/_bucket$/, "")}"`), name));
    });

    it("what is no PromQL is noticed", async () => {
        await assert.rejects(selectedMetrics("sum by (pod (up)"), /not PromQL at character/);
        assert.deepEqual(await selectedMetrics("sum(rate(a{b=\"c\"}[$__rate_interval])) / on() max(d)"), ["a", "d"]);
    });

    it("metricsFrom collects the names of one source once and sorted", () => {
        const parts = [redisTelemetry({ namespace: "a", app: "redis" }), redisTelemetry({ namespace: "b", app: "redis" })];
        const names = metricsFrom("redis", parts);
        assert.equal(names[0], "redis_commands_duration_seconds_total");
        assert.equal(new Set(names).size, names.length);
        assert.deepEqual(metricsFrom("postgres", parts), []);
    });
});
