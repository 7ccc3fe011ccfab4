import assert from "node:assert/strict";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { environmentNames } from "../../../components/kit/environment";
import type { PrometheusConfiguration } from "../../../components/monitoring/prometheus/prometheusConfiguration";
import type { RuleGroups } from "../../../components/monitoring/prometheus/rules";
import { recordProgram } from "../../harness/program";
import { run, temporaryFolder } from "../../harness/daemons/daemon";
import { layDown } from "./localConfiguration";
import { prometheusTools } from "../../harness/daemons/prometheusTools";

describe("promtool on every platform", () => {
    let folder: string;
    before(() => {
        folder = temporaryFolder("platforms");
    });
    after(() => rmSync(folder, { recursive: true, force: true }));

    for (const stack of environmentNames) {
        it(`E-179 E-180 E-184 A-98 A-99 G-109 S-77 T-105: accepts the configuration and the rules of each Prometheus of ${stack}`, async () => {
            const { promtool } = prometheusTools();
            const { recording } = await recordProgram(stack);
            const configMaps = recording.ofKind("ConfigMap").map(({ inputs }) => inputs)
                .filter(({ data }: { data: Record<string, string> }) => "prometheus.yml" in data);
            assert.ok(configMaps.length >= 4, `${configMaps.length} Prometheus in ${stack}`);
            for (const { metadata: { namespace, name }, data } of configMaps) {
                const own = join(folder, `${stack}-${namespace}-${name}`);
                mkdirSync(own);
                // The token of a target, where there is one, is a file of the container.
                const configuration = parse(data["prometheus.yml"].replaceAll("/etc/prometheus-token/token", "/dev/null")) as PrometheusConfiguration;
                const { file } = layDown(own, configuration, parse(data["alerts.rules.yml"]) as RuleGroups);
                // Alerts of one name for several workloads are what lint would object to.
                const { code, stdout, stderr } = await run(promtool, ["check", "config", "--lint=none", file]);
                assert.equal(code, 0, `${namespace}/${name}: ${stdout}${stderr}`);
                assert.match(stdout, /SUCCESS: [1-9]\d* rules found/, `${namespace}/${name}: ${stdout}${stderr}`);
            }
        });
    }
});
