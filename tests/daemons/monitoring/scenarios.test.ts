import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { RenderedAlert } from "../../../components/monitoring/prometheus/rules";
import { alertsOf, ruleGroups } from "../../../components/monitoring/prometheus/rules";
import type { Result } from "../../harness/daemons/daemon";
import { run, temporaryFolder } from "../../harness/daemons/daemon";
import { prometheusTools } from "../../harness/daemons/prometheusTools";
import { onlyAlert } from "../../harness/scenarios/promtoolRules";
import { scenarioTables } from "../../harness/scenarios";
import type { Scenario, World } from "../../harness/scenarios/table";

/** Labels that the texts of an alert need. */
function labelsIn({ annotations }: RenderedAlert): string[] {
    return [...new Set(Object.values(annotations).flatMap(text => [...text.matchAll(/\$labels\.(\w+)/g)].map(([, label = ""]) => label)))];
}

/** One world of promtool, in which the alert fires or not at some moments, with the labels that its texts need. */
function promtoolTest(
    alert: RenderedAlert, world: World, expected: readonly (readonly [time: string, firing: boolean])[], step: string,
): object {
    const labels = [`alertname="${alert.alert}"`, 'alertstate="firing"', ...labelsIn(alert).map(label => `${label}!=""`)].join(",");
    return {
        interval: step,
        input_series: Object.entries(world).map(([series, values]) => ({ series, values })),
        promql_expr_test: expected.map(([time, firing]) => ({
            expr: firing ? `min(ALERTS{${labels}}) or vector(0)` : `min(ALERTS{alertname="${alert.alert}",alertstate="firing"}) or vector(0)`,
            eval_time: time,
            exp_samples: [{ labels: "{}", value: firing ? 1 : 0 }],
        })),
    };
}

describe("every alert in promtool's time machine", () => {
    let promtool: string;
    let folder: string;
    before(() => {
        ({ promtool } = prometheusTools());
        folder = temporaryFolder("scenarios");
    });
    after(() => rmSync(folder, { recursive: true }));

    async function testRules(name: string, rules: object, step: string, tests: object[]): Promise<Result> {
        writeFileSync(join(folder, `${name}.rules.yml`), stringify(rules));
        const file = join(folder, `${name}.test.yml`);
        writeFileSync(file, stringify({ rule_files: [`${name}.rules.yml`], evaluation_interval: step, tests }));
        return run(promtool, ["test", "rules", file]);
    }

    async function prove(rules: ReturnType<typeof ruleGroups>, name: string, { fires, silent, at: [pending, firing], step = "1m" }: Scenario): Promise<void> {
        const alert = alertsOf(rules).find(candidate => candidate.alert === name);
        assert.ok(alert, `the telemetry of the table declares no ${name}`);
        const before = pending === null ? [] : [[pending, false] as const];
        const tests = [
            ...Object.values(fires).map(world => promtoolTest(alert, world, [...before, [firing, true]], step)),
            ...Object.values(silent).map(world => promtoolTest(alert, world, [...before, [firing, false]], step)),
        ];
        const { code, stdout, stderr } = await testRules(name, onlyAlert(rules, name), step, tests);
        assert.equal(code, 0, stdout + stderr);
    }

    for (const [title, { telemetry, scenarios }] of Object.entries(scenarioTables)) {
        describe(title, () => {
            const rules = ruleGroups(telemetry, "https://runbooks.example.com");
            for (const [name, scenario] of Object.entries(scenarios)) {
                const [when, otherwise] = [Object.keys(scenario.fires).join("; or "), Object.keys(scenario.silent).join("; or ")];
                it(`${name} fires: ${when}; and does not: ${otherwise || "never"}`, () => prove(rules, name, scenario));
            }
        });
    }

    describe("as a whole", () => {
        it("promtool notices an alert that should fire and does not", async () => {
            const [{ telemetry, scenarios }] = Object.values(scenarioTables) as [typeof scenarioTables[string]];
            const [[name, { silent, at }]] = Object.entries(scenarios) as [[string, Scenario]];
            await assert.rejects(prove(ruleGroups(telemetry, "https://runbooks.example.com"), name, { fires: silent, silent: {}, at }), /PostgresDown/);
        });
    });
});
