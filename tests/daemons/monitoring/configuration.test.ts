import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { environmentNames } from "../../../components/kit/environment";
import type { RuleGroups } from "../../../components/monitoring/prometheus/rules";
import { renderedMonitoring } from "../../harness/monitoring/rendered";
import { monitoredTaskFlow } from "../../harness/monitoring/taskflow";
import { run, temporaryFolder } from "../../harness/daemons/daemon";
import { layDown } from "./localConfiguration";
import type { PrometheusTools } from "../../harness/daemons/prometheusTools";
import { prometheusTools } from "../../harness/daemons/prometheusTools";

const countOf = ({ groups }: RuleGroups): number => groups.flatMap(({ rules }) => rules).length;

describe("promtool", () => {
    let tools: PrometheusTools;
    let folder: string;
    before(() => {
        tools = prometheusTools();
    });
    beforeEach(() => {
        folder = temporaryFolder("promtool");
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    for (const stack of environmentNames) {
        it(`T-100 T-104 T-105 T-108 T-116: accepts the configuration and all rules of ${stack}`, async () => {
            const { configuration, rules } = await monitoredTaskFlow(stack);
            const { file } = layDown(folder, configuration, rules);
            const checked = await run(tools.promtool, ["check", "config", file]);
            assert.equal(checked.code, 0, checked.stderr);
            assert.match(checked.stdout, /is valid prometheus config file syntax/);
            assert.ok(checked.stdout.includes(`SUCCESS: ${countOf(rules)} rules found`), checked.stdout);
            const linted = await run(tools.promtool, ["check", "rules", "--lint=all", "--lint-fatal", join(folder, "alerts.rules.yml")]);
            assert.equal(linted.code, 0, linted.stdout + linted.stderr);
        });
    }

    it("A-99 S-78 G-131 E-192: accepts configuration and rules of every platform in prod, without a remark", async function () {
        const all = await renderedMonitoring("prod");
        let found = 0;
        for (const { platform, configuration, rules } of all) {
            layDown(folder, configuration, rules);
            const checked = await run(tools.promtool, ["check", "config", "--syntax-only", join(folder, "prometheus.yml")]);
            assert.equal(checked.code, 0, `${platform}: ${checked.stderr}`);
            const linted = await run(tools.promtool, ["check", "rules", "--lint=all", "--lint-fatal", join(folder, "alerts.rules.yml")]);
            assert.equal(linted.code, 0, `${platform}: ${linted.stdout}${linted.stderr}`);
            assert.ok(linted.stdout.includes(`SUCCESS: ${countOf(rules)} rules found`), linted.stdout);
            found += countOf(rules);
        }
        this.test!.title += `: ${found} rules of ${all.length} platforms`;
    });

    it("T-87: accepts what is left without the backend's own metrics", async () => {
        const { configuration, rules } = await monitoredTaskFlow("dev", { backend: { metrics: false } });
        const { stdout, stderr, code } = await run(tools.promtool, ["check", "config", layDown(folder, configuration, rules).file]);
        assert.equal(code, 0, stderr);
        assert.ok(stdout.includes(`SUCCESS: ${countOf(rules)} rules found`), stdout);
    });

    it("refuses a configuration with an unknown field", async () => {
        const { configuration, rules } = await monitoredTaskFlow("dev");
        const { file } = layDown(folder, configuration, rules, text => ({ ...text, scrape_everything: true }));
        const { code, stderr } = await run(tools.promtool, ["check", "config", file]);
        assert.notEqual(code, 0);
        assert.match(stderr, /field scrape_everything not found/);
    });
});
