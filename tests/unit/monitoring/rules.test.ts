import assert from "node:assert/strict";
import type { RenderedAlert } from "../../../components/monitoring/prometheus/rules";
import { alertsOf, ruleGroups } from "../../../components/monitoring/prometheus/rules";
import { redisTelemetry } from "../../../components/data/redis/telemetry";
import { monitoredTaskFlow } from "../../harness/monitoring/taskflow";

describe("alert rules of TaskFlow", () => {
    let rules: RenderedAlert[];
    before(async () => {
        rules = alertsOf((await monitoredTaskFlow("dev")).rules);
    });

    it("T-116: the ten of the list are there, each with its time and threshold", () => {
        const expected: Record<string, [time: string, threshold: RegExp]> = {
            BackendDown: ["2m", /== 0/],
            HighErrorRate: ["5m", /> 0\.05$/],
            HighLatency: ["5m", /^histogram_quantile\(0\.95, .* > 1$/],
            HpaMaxedOut: ["10m", />= /],
            PostgresDown: ["2m", /== 0/],
            PostgresConnections: ["5m", /> 0\.8$/],
            RedisDown: ["2m", /== 0/],
            RedisMemory: ["10m", /> 0\.9$/],
            PvcAlmostFull: ["5m", /> 0\.85$/],
            TargetDown: ["5m", /== 0$/],
        };
        for (const [alert, [time, threshold]] of Object.entries(expected)) {
            const [found, ...more] = rules.filter(rule => rule.alert === alert);
            assert.ok(found && more.length === 0, `${alert} is there once`);
            assert.equal(found.for, time, alert);
            assert.match(found.expr, threshold, alert);
        }
    });

    it("T-116: every alert has severity, summary, description and the address of its runbook", () => {
        for (const { alert, labels, annotations } of rules) {
            assert.match(labels["severity"] ?? "", /^(critical|warning|info)$/, alert);
            assert.ok(annotations["summary"], alert);
            assert.ok(annotations["description"], alert);
            assert.match(annotations["runbook_url"] ?? "", new RegExp(`^https://.*/${alert}\\.md$`));
        }
    });

    it("refuses two alerts of one name in one group", () => {
        const redis = redisTelemetry({ namespace: "taskflow", app: "redis" });
        assert.throws(() => ruleGroups([{ ...redis, alerts: [...redis.alerts, ...redis.alerts] }], "https://example.com"),
            /"Redis redis" has two alerts called RedisDown/);
    });
});
