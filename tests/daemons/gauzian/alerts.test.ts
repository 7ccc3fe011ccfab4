import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { RuleGroups } from "../../../components/monitoring/prometheus/rules";
import { alertsOf } from "../../../components/monitoring/prometheus/rules";
import { recordProgram } from "../../harness/program";
import { run, temporaryFolder } from "../../harness/daemons/daemon";
import { prometheusTools } from "../../harness/daemons/prometheusTools";
import { onlyAlert } from "../../harness/scenarios/promtoolRules";
import { scenarioTables } from "../../harness/scenarios";
import { alertScenarios } from "../../harness/scenarios/gauzian";

describe("GAUZIAN's alerts in promtool's time machine", () => {
    let promtool: string;
    let folder: string;
    let rules: RuleGroups;
    let alerts: string[];

    before(async () => {
        ({ promtool } = prometheusTools());
        const { recording } = await recordProgram("prod", { enabled: ["gauzian"] });
        rules = parse(recording.object("ConfigMap", "prometheus-config").inputs.data["alerts.rules.yml"] as string) as RuleGroups;
        alerts = alertsOf(rules).map(({ alert }) => alert);
        folder = temporaryFolder("gauzian-alerts");
    });
    after(() => rmSync(folder, { recursive: true }));

    /** How often an alert fires at some moments of a world, as promtool computes it. */
    async function fires(
        alert: string, series: Readonly<Record<string, string>>, expected: Readonly<Record<string, boolean>>, step = "1m",
    ): Promise<void> {
        const file = join(folder, `${alert}.yml`);
        const tests = [{
            interval: step,
            input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
            promql_expr_test: Object.entries(expected).map(([time, firing]) => ({
                expr: `min(ALERTS{alertname="${alert}",alertstate="firing"}) or vector(0)`,
                eval_time: time,
                exp_samples: [{ labels: "{}", value: firing ? 1 : 0 }],
            })),
        }];
        writeFileSync(join(folder, `${alert}.rules.yml`), stringify(onlyAlert(rules, alert)));
        writeFileSync(file, JSON.stringify({ rule_files: [`${alert}.rules.yml`], evaluation_interval: step, tests }));
        const { code, stdout, stderr } = await run(promtool, ["test", "rules", file]);
        assert.equal(code, 0, stdout + stderr);
    }

    for (const [alert, { step, fires: worlds, silent, pendingAt, firingAt }] of Object.entries(alertScenarios)) {
        it(`G-130 G-131: ${alert} fires after its time, and not before`, async () => {
            for (const world of worlds) {
                await fires(alert, world, { [pendingAt]: false, [firingAt]: true }, step);
            }
        });
        it(`G-130 G-131: ${alert} is silent while all is well`, async () => {
            for (const world of silent) {
                await fires(alert, world, { "5m": false, "20m": false, [firingAt]: false }, step);
            }
        });
    }

    it("G-131: no alert is left out", () => {
        const proven = Object.values(scenarioTables).flatMap(({ scenarios }) => Object.keys(scenarios));
        assert.deepEqual(alerts.filter(alert => !(alert in alertScenarios) && !proven.includes(alert)), []);
        assert.deepEqual(Object.keys(alertScenarios).filter(alert => !alerts.includes(alert)), []);
    });

    it("promtool notices an alert that should fire and does not", async () => {
        await assert.rejects(fires("TargetDown", { 'up{job="a",instance="b"}': "1x60" }, { "20m": true }));
    });
});
