import assert from "node:assert/strict";
import { environmentNames } from "../../../components/kit/environment";
import type { RenderedAlert } from "../../../components/monitoring/prometheus/rules";
import { alertsOf } from "../../../components/monitoring/prometheus/rules";
import { alertScenarios as gauzian } from "../../harness/scenarios/gauzian";
import { scenarioTables } from "../../harness/scenarios";
import { renderedMonitoring } from "../../harness/monitoring/rendered";

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
});
