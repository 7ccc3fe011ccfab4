import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse } from "yaml";
import type { RuleGroups } from "../../../components/monitoring/rules";
import { ruleGroups } from "../../../components/monitoring/rules";
import { redisTelemetry } from "../../../components/monitoring/telemetry/redis";
import { recordProgram } from "../../harness/program";
import { monitoredTaskFlow } from "./taskflow";

const runbooks = join(__dirname, "../../../docs/runbooks");

describe("alert rules of TaskFlow", () => {
    let rules: RuleGroups["groups"][number]["rules"];
    before(async () => {
        rules = (await monitoredTaskFlow("dev")).rules.groups.flatMap(({ rules }) => rules);
    });

    it("T-116: are exactly the ten of the list, each with its time and threshold", () => {
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
        assert.deepEqual(rules.map(({ alert }) => alert).sort(), Object.keys(expected).sort());
        for (const { alert, expr, for: time } of rules) {
            const [expectedTime, threshold] = expected[alert] ?? [];
            assert.equal(time, expectedTime, alert);
            assert.match(expr, threshold as RegExp, alert);
        }
    });

    it("T-116: every alert has severity, summary, description and a runbook that says what to look at and what to do", () => {
        for (const { alert, labels, annotations } of rules) {
            assert.match(labels["severity"] ?? "", /^(critical|warning|info)$/, alert);
            assert.ok(annotations["summary"], alert);
            assert.ok(annotations["description"], alert);
            assert.match(annotations["runbook_url"] ?? "", new RegExp(`^https://.*/${alert}\\.md$`));
            const text = readFileSync(join(runbooks, `${alert}.md`), "utf8");
            assert.match(text, new RegExp(`^# ${alert}\n`));
            assert.match(text, /\n## What to look at\n/);
            assert.match(text, /\n## What to do\n/);
        }
    });

    it("T-116: every page in docs/runbooks belongs to an alert of some platform", async () => {
        const { recording } = await recordProgram("prod");
        const files = recording.ofType("kubernetes:core/v1:ConfigMap").flatMap(({ inputs }) => Object.entries<string>(inputs.data ?? {}));
        const groups = files.filter(([file]) => file.endsWith(".rules.yml")).flatMap(([, text]) => (parse(text) as RuleGroups).groups);
        const alerts = new Set(groups.flatMap(group => group.rules).map(({ alert }) => alert));
        const pages = readdirSync(runbooks).filter(file => file !== "README.md").map(file => basename(file, ".md"));
        assert.ok(pages.length >= 10);
        assert.deepEqual(pages.filter(page => !alerts.has(page)), []);
    });

    it("refuses two alerts of one name in one group", () => {
        const redis = redisTelemetry({ namespace: "taskflow", app: "redis" });
        assert.throws(() => ruleGroups([{ ...redis, alerts: [...redis.alerts, ...redis.alerts] }], "https://example.com"),
            /"Redis" has two alerts called RedisDown/);
    });
});
