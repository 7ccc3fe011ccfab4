import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { environmentNames } from "../../../components/config/environments";
import { monitoredTaskFlow } from "../../unit/monitoring/taskflow";
import { run, temporaryFolder } from "../daemon";
import { layDown } from "./localConfiguration";
import type { PrometheusTools } from "./prometheusTools";
import { prometheusTools } from "./prometheusTools";

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
        it(`T-100 T-104 T-105 T-108 T-116: accepts the configuration and all ten rules of ${stack}`, async () => {
            const { configuration, rules } = await monitoredTaskFlow(stack);
            const { file } = layDown(folder, configuration, rules);
            const checked = await run(tools.promtool, ["check", "config", file]);
            assert.equal(checked.code, 0, checked.stderr);
            assert.match(checked.stdout, /is valid prometheus config file syntax/);
            assert.match(checked.stdout, /SUCCESS: 10 rules found/);
            const linted = await run(tools.promtool, ["check", "rules", "--lint=all", "--lint-fatal", join(folder, "alerts.rules.yml")]);
            assert.equal(linted.code, 0, linted.stdout + linted.stderr);
        });
    }

    it("T-87: accepts what is left without the backend's own metrics", async () => {
        const { configuration, rules } = await monitoredTaskFlow("dev", { backend: { metrics: false } });
        const { stdout, stderr, code } = await run(tools.promtool, ["check", "config", layDown(folder, configuration, rules).file]);
        assert.equal(code, 0, stderr);
        assert.match(stdout, /SUCCESS: 8 rules found/);
    });

    it("refuses a configuration with an unknown field", async () => {
        const { configuration, rules } = await monitoredTaskFlow("dev");
        const { file } = layDown(folder, configuration, rules, text => ({ ...text, scrape_everything: true }));
        const { code, stderr } = await run(tools.promtool, ["check", "config", file]);
        assert.notEqual(code, 0);
        assert.match(stderr, /field scrape_everything not found/);
    });
});
