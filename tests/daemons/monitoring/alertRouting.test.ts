import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { parse } from "yaml";
import { environmentNames } from "../../../components/kit/environment";
import { alertingSettings } from "../../../components/monitoring/alerting/alertingSettings";
import type { AlertmanagerConfiguration } from "../../../components/monitoring/alerting/alertmanagerConfiguration";
import { alertmanagerConfiguration, watchdogAlert } from "../../../components/monitoring/alerting/alertmanagerConfiguration";
import { everyReceiver } from "../../harness/monitoring/receivers";
import { recordProgram } from "../../harness/program";
import { run, temporaryFolder } from "../../harness/daemons/daemon";
import { alertmanagerTools, layDownAlertmanager } from "./alertmanagerTools";

const complete = alertmanagerConfiguration(alertingSettings.parse(everyReceiver));
const secrets = Object.fromEntries(["smtp-password", "slack-url", "webhook-url", "webhook-token", "watchdog-url"]
    .map(key => [key, "https://receiver.example.com/"]));

describe("amtool", () => {
    let amtool: string;
    let folder: string;
    before(() => {
        ({ amtool } = alertmanagerTools());
    });
    beforeEach(() => {
        folder = temporaryFolder("amtool");
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    const receiverOf = async (labels: Readonly<Record<string, string>>): Promise<string> => {
        const file = layDownAlertmanager(folder, complete, secrets);
        const matchers = Object.entries(labels).map(([label, value]) => `${label}=${value}`);
        const { code, stdout, stderr } = await run(amtool, ["config", "routes", "test", `--config.file=${file}`, ...matchers]);
        assert.equal(code, 0, stderr);
        return stdout.trim();
    };

    it("E-185 E-186 G-129: check-config accepts the configuration with every receiver", async () => {
        const { code, stdout, stderr } = await run(amtool, ["check-config", layDownAlertmanager(folder, complete, secrets)]);
        assert.equal(code, 0, stderr);
        assert.match(stdout, /SUCCESS[^]* - 4 receivers/);
    });

    for (const stack of environmentNames.filter(name => name !== "dev")) {
        it(`A-100 E-184: check-config accepts what ${stack} deploys`, async () => {
            const { recording } = await recordProgram(stack, { enabled: ["taskflow"] });
            const text = recording.object("ConfigMap", "alertmanager-config").inputs.data["alertmanager.yml"];
            const { code, stderr } = await run(amtool, ["check-config", layDownAlertmanager(folder, parse(text) as AlertmanagerConfiguration, {})]);
            assert.equal(code, 0, stderr);
        });
    }

    it("refuses a configuration with an unknown field, and a route to nowhere", async () => {
        const wrong: readonly (readonly [AlertmanagerConfiguration, RegExp])[] = [
            [{ ...complete, ...{ snooze: true } }, /field snooze not found/],
            [{ ...complete, route: { ...complete.route, receiver: "nobody" } }, /undefined receiver "nobody"/],
        ];
        for (const [broken, message] of wrong) {
            const { code, stdout, stderr } = await run(amtool, ["check-config", layDownAlertmanager(folder, broken, secrets)]);
            assert.notEqual(code, 0);
            assert.match(stdout + stderr, message);
        }
    });

    for (const [severity, receiver] of [["critical", "critical-alerts"], ["warning", "warning-alerts"], ["info", "web.hook"]] as const) {
        it(`E-185 G-129 A-100: severity ${severity} is routed to ${receiver}`, async () => {
            assert.equal(await receiverOf({ alertname: "PostgresDown", severity, platform: "taskflow", namespace: "taskflow" }), receiver);
        });
    }

    it("E-185: an alert without a severity takes the default receiver, the watchdog the dead man's switch alone", async () => {
        assert.equal(await receiverOf({ alertname: "Unheard" }), "web.hook");
        assert.equal(await receiverOf({ alertname: watchdogAlert, severity: "info" }), "dead-mans-switch");
        assert.equal(await receiverOf({ alertname: watchdogAlert, severity: "critical" }), "dead-mans-switch");
    });
});
