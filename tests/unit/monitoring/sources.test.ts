import assert from "node:assert/strict";
import type { RelabelRule, ScrapeJob } from "../../../components/monitoring/prometheus/scrapeConfiguration";
import type { RenderedMonitoring } from "../../harness/monitoring/rendered";
import { expressionsIn, renderedMonitoring } from "../../harness/monitoring/rendered";
import { alertsOf } from "../../../components/monitoring/prometheus/rules";
import type { Selected } from "../../harness/monitoring/expressions";
import { selectorsOf } from "../../harness/monitoring/expressions";

/** What a platform's Prometheus scrapes. */
interface Scraped {
    readonly jobs: readonly string[];
    /** Values of the label `app` that its targets can have. */
    readonly apps: ReadonlySet<string>;
    /** Metrics that it keeps of the kubelets. */
    readonly volumes: ReadonlySet<string>;
    readonly state: ReadonlySet<string>;
    readonly recorded: ReadonlySet<string>;
}

const kept = (rules: readonly RelabelRule[] | undefined, label: string): string[] => (rules ?? [])
    .filter(({ action, source_labels: [source] = [] }) => action === "keep" && source === label)
    .flatMap(({ regex = "" }) => regex.split("|").map(text => text.replace(/\\/g, "")));

function appsOf({ relabel_configs: rules }: ScrapeJob): string[] {
    return [...kept(rules, "__meta_kubernetes_pod_label_app"), ...kept(rules, "__meta_kubernetes_service_name")];
}

function scrapedBy({ configuration: { scrape_configs: jobs }, rules, stateMetrics }: RenderedMonitoring): Scraped {
    const kubelet = jobs.find(({ job_name }) => job_name === "kubernetes-kubelet");
    return {
        jobs: jobs.map(({ job_name }) => job_name),
        apps: new Set(jobs.flatMap(appsOf)),
        volumes: new Set(kept(kubelet?.metric_relabel_configs, "__name__")),
        state: new Set(stateMetrics),
        recorded: new Set(rules.groups.flatMap(group => group.rules.flatMap(rule => "record" in rule ? [rule.record] : []))),
    };
}

function isScraped({ metric, labels: { app, job }, alternatives }: Selected, { jobs, apps, volumes, state, recorded }: Scraped): boolean {
    if (metric.startsWith("kube_")) {
        return state.has(metric);
    }
    if (metric.startsWith("kubelet_")) {
        return volumes.has(metric);
    }
    if (metric.startsWith("container_")) {
        return jobs.includes("kubernetes-cadvisor");
    }
    if (alternatives["app"] !== undefined) {
        return alternatives["app"].every(name => apps.has(name));
    }
    return recorded.has(metric) || (app !== undefined && apps.has(app)) || (job !== undefined && jobs.includes(job))
        || (metric === "up" && app === undefined && job === undefined);
}

describe("what rules and panels of all platforms ask for", () => {
    const platforms = ["taskflow", "storm", "gauzian", "ecommerce", "aquaerp"];
    let all: RenderedMonitoring[];
    before(async () => {
        all = await renderedMonitoring("prod");
    });

    it("G-173 T-87 S-77: every selector of every expression has a job that scrapes its metric, or a rule that records it", async () => {
        assert.deepEqual(all.map(({ platform }) => platform).sort(), [...platforms].sort());
        const unscraped: string[] = [];
        for (const monitoring of all) {
            const scraped = scrapedBy(monitoring);
            for (const { of, expr } of expressionsIn(monitoring)) {
                for (const selected of await selectorsOf(expr)) {
                    if (!isScraped(selected, scraped)) {
                        unscraped.push(`${monitoring.platform}: ${of}: ${selected.metric} ${JSON.stringify(selected.labels)}`);
                    }
                }
            }
        }
        assert.deepEqual(unscraped, []);
    });

    it("T-116 A-99 S-78 G-130 E-192: at least 120 alerts over the platforms, 90 of distinct names, in rule files far below a ConfigMap's limit", () => {
        const alerts = all.flatMap(({ rules }) => alertsOf(rules));
        assert.ok(alerts.length >= 120, String(alerts.length));
        assert.ok(new Set(alerts.map(({ alert }) => alert)).size >= 90, String(new Set(alerts.map(({ alert }) => alert)).size));
        all.forEach(({ platform, rulesSize }) => assert.ok(rulesSize < 400 * 1024, `${platform}: ${rulesSize}`));
    });

    it("no two dashboards of a platform share an address, and none is empty", () => {
        for (const { platform, dashboards } of all) {
            assert.equal(new Set(dashboards.map(({ uid }) => uid)).size, dashboards.length, platform);
            dashboards.forEach(({ title, panels }) => assert.ok(panels.length > 1, title));
        }
    });
});
