import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { environmentNames } from "../../../components/kit/environment";
import type { RenderedAlert } from "../../../components/monitoring/prometheus/rules";
import { alertsOf } from "../../../components/monitoring/prometheus/rules";
import { alertScenarios as gauzian } from "../../daemons/gauzian/alertScenarios";
import { scenarioTables } from "../../daemons/monitoring/scenarios";
import { renderedMonitoring } from "../../harness/monitoring";

const runbooks = resolve(__dirname, "../../../docs/runbooks");
const pages = readdirSync(runbooks).filter(file => file !== "README.md").map(file => basename(file, ".md"));
const text = (page: string): string => readFileSync(join(runbooks, `${page}.md`), "utf8");

describe("alerts of all platforms in all environments", () => {
    let alerts: (RenderedAlert & { readonly platform: string })[];
    const proven = new Set([...Object.values(scenarioTables).flatMap(({ scenarios }) => Object.keys(scenarios)), ...Object.keys(gauzian)]);

    before(async () => {
        alerts = [];
        for (const stack of environmentNames) {
            for (const { platform, rules } of await renderedMonitoring(stack)) {
                alerts.push(...alertsOf(rules).map(alert => ({ ...alert, platform })));
            }
        }
    });

    it("T-116 G-131 A-99 S-78: each one is proven by promtool to fire and to stay silent", () => {
        assert.deepEqual([...new Set(alerts.map(({ alert }) => alert))].filter(alert => !proven.has(alert)), []);
    });

    it("T-116 G-131 E-252: each one has severity, summary, description and the address of its own page, the same on every platform", () => {
        for (const { alert, platform, labels, annotations } of alerts) {
            assert.match(labels["severity"] ?? "", /^(critical|warning|info)$/, `${platform}: ${alert}`);
            assert.match(annotations["summary"] ?? "", /\w{2}/, `${platform}: ${alert}`);
            assert.match(annotations["description"] ?? "", /\w{2}.*\.$/, `${platform}: ${alert}`);
            assert.equal(annotations["runbook_url"], `https://runbooks.example.com/${alert}.md`);
        }
    });

    it("T-116 G-131: each one has a page, and each page belongs to an alert of some setting", () => {
        assert.deepEqual([...new Set(alerts.map(({ alert }) => alert))].filter(alert => !pages.includes(alert)), []);
        assert.deepEqual(pages.filter(page => !proven.has(page)), []);
        assert.deepEqual([...proven].filter(alert => !pages.includes(alert)), []);
    });
});

describe("runbooks", () => {
    for (const page of pages) {
        it(`${page} says what to look at and what to do, and its links lead to pages`, () => {
            const content = text(page);
            assert.match(content, new RegExp(`^# ${page}\n\n\\S`));
            assert.match(content, /\n## What to look at\n\n[-`\w]/);
            assert.match(content, /\n## What to do\n\n1\. /);
            const targets = [...content.matchAll(/\]\(([^)#]+)\)/g)].map(([, target = ""]) => target).filter(target => !target.startsWith("http"));
            const files = readdirSync(runbooks);
            assert.deepEqual(targets.filter(target => dirname(target) === "." && !files.includes(target)), []);
        });
    }
});
