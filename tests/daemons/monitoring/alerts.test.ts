import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { RenderedAlert, RuleGroups } from "../../../components/monitoring/prometheus/rules";
import { alertsOf } from "../../../components/monitoring/prometheus/rules";
import { monitoredTaskFlow } from "../../harness/monitoring/taskflow";
import type { Result } from "../../harness/daemons/daemon";
import { run, temporaryFolder } from "../../harness/daemons/daemon";
import type { Series } from "./alertScenarios";
import { alertScenarios } from "./alertScenarios";
import { prometheusTools } from "../../harness/daemons/prometheusTools";
import { onlyAlert } from "../../harness/scenarios/promtoolRules";
import { scenarioTables } from "../../harness/scenarios";

const inputSeries = (series: Series): object[] => Object.entries(series).map(([name, values]) => ({ series: name, values }));

describe("alerts in promtool's time machine", () => {
    let promtool: string;
    let groups: RuleGroups;
    let rules: Map<string, RenderedAlert>;
    let folder: string;

    before(async () => {
        ({ promtool } = prometheusTools());
        const monitored = await monitoredTaskFlow("dev");
        groups = monitored.rules;
        rules = new Map(alertsOf(groups).map(rule => [rule.alert, rule]));
        folder = temporaryFolder("alerts");
    });
    after(() => rmSync(folder, { recursive: true }));

    function testRules(tests: object[], alertname = ""): Promise<Result> {
        const file = join(folder, "test.yml");
        writeFileSync(join(folder, "alerts.rules.yml"), stringify(onlyAlert(groups, alertname)));
        writeFileSync(file, stringify({ rule_files: ["alerts.rules.yml"], evaluation_interval: "15s", fuzzy_compare: true, tests }));
        return run(promtool, ["test", "rules", file]);
    }

    function expectation(alert: string, summary: string, labels: Readonly<Record<string, string>> = {}): object {
        const rule = rules.get(alert) as RenderedAlert;
        return { exp_labels: { ...rule.labels, ...labels }, exp_annotations: { ...rule.annotations, summary } };
    }

    for (const [alertname, { fires, silent, pendingAt, firingAt, summary }] of Object.entries(alertScenarios)) {
        for (const { when, series, labels } of fires) {
            it(`T-116: ${alertname} fires when ${when}, and not before its time`, async () => {
                const { code, stdout, stderr } = await testRules([{
                    interval: "15s",
                    input_series: inputSeries(series),
                    alert_rule_test: [
                        { eval_time: pendingAt, alertname, exp_alerts: [] },
                        { eval_time: firingAt, alertname, exp_alerts: [expectation(alertname, summary, labels)] },
                    ],
                }], alertname);
                assert.equal(code, 0, stdout + stderr);
            });
        }
        for (const { when, series } of silent) {
            it(`T-116: ${alertname} is silent when ${when}`, async () => {
                const quiet = ["2m", "5m", "6m", "10m", "14m"].map(time => ({ eval_time: time, alertname, exp_alerts: [] }));
                const { code, stdout, stderr } = await testRules([{
                    interval: "15s", input_series: inputSeries(series), alert_rule_test: quiet,
                }], alertname);
                assert.equal(code, 0, stdout + stderr);
            });
        }
    }

    it("T-116: no alert is left out", () => {
        const proven = Object.values(scenarioTables).flatMap(({ scenarios }) => Object.keys(scenarios));
        assert.deepEqual([...rules.keys()].filter(alert => !(alert in alertScenarios) && !proven.includes(alert)), []);
        assert.deepEqual(Object.keys(alertScenarios).filter(alert => !rules.has(alert)), []);
    });

    it("promtool notices an alert that should fire and does not", async () => {
        const { code, stderr } = await testRules([{
            interval: "15s",
            input_series: [{ series: 'up{job="a",instance="b"}', values: "1x60" }],
            alert_rule_test: [{ eval_time: "10m", alertname: "TargetDown", exp_alerts: [expectation("TargetDown", "")] }],
        }], "TargetDown");
        assert.notEqual(code, 0);
        assert.match(stderr, /TargetDown/);
    });

    it("T-155: the dashboard's answers about a load test are the numbers of that test", async () => {
        const { telemetry } = await monitoredTaskFlow("dev");
        const panels = telemetry.find(({ name }) => name === "Load test")?.panels ?? [];
        const answers: Record<string, number> = {
            // Two pods until 120 s, ten from 195 s to 495 s, more than two from 135 s to 570 s.
            "From the fewest pods to the peak": 195 - 135,
            "From the peak back": 570 - 495,
            "Mean CPU per pod under load": 0.2,
            "Requests per second at the peak": 10,
        };
        assert.deepEqual(panels.map(({ title }) => title), Object.keys(answers));
        const pod = (name: string): string => `container_cpu_usage_seconds_total{namespace="taskflow",pod="backend-api-${name}",container="api"}`;
        const { code, stdout, stderr } = await testRules([{
            interval: "15s",
            input_series: inputSeries({
                'kube_deployment_status_replicas{namespace="taskflow",deployment="backend-api"}': "2x8 4x1 8x1 10x20 5x4 2x21",
                [pod("a")]: "0+3x60",
                [pod("b")]: "0+3x60",
                'taskflow_http_requests_total{namespace="taskflow",app="backend-api",status="200"}': "0+150x60",
            }),
            promql_expr_test: panels.map(({ title, queries: [query] }) => ({
                eval_time: "15m",
                expr: query?.expr.replaceAll("$__range", "15m"),
                exp_samples: [{ labels: "{}", value: answers[title] }],
            })),
        }]);
        assert.equal(code, 0, stdout + stderr);
    });
});
