import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { environmentNames } from "../../components/config/environments";
import type { Diagnostic, PolicyConfiguration } from "../../policies/analyzer/analyzer";
import { Analyzer } from "../../policies/analyzer/analyzer";
import type { Properties } from "../../policies/framework/field";
import { known } from "../../policies/framework/field";
import { policies } from "../../policies/pack";
import { recordProgram } from "../harness/program";

const settings: Record<string, PolicyConfiguration["settings"]> =
    JSON.parse(readFileSync(join(__dirname, "../../policies/platforms.json"), "utf8"));

/** Everything that the policy pack says about the five platforms, by the settings it is given. */
async function judged(stack: string, given: typeof settings): Promise<Diagnostic[]> {
    const { recording } = await recordProgram(stack);
    const analyzer = new Analyzer(policies());
    analyzer.configure(Object.fromEntries(Object.entries(given).map(([policy, content]) => [policy, { settings: content }])));
    const resources = recording.registrations.map(({ type, urn, inputs }) => ({ type, urn, props: known(inputs) as Properties }));
    return [...resources.flatMap(resource => analyzer.analyze(resource)), ...analyzer.analyzeStack(resources)];
}

describe("the five platforms and the policy pack", () => {
    for (const stack of environmentNames) {
        it(`nothing is said against them in ${stack}, nor against an exemption`, async () =>
            assert.deepEqual((await judged(stack, settings)).map(({ message }) => message), []));
    }

    it("in dev exemptions let pass what they name, and nothing else", async () => {
        const strict = Object.fromEntries(Object.entries(settings).map(([policy, own]) => [policy, { ...own, exempt: [] }]));
        const refused = (await judged("dev", strict)).map(({ level, rule, message }) => `${level} ${rule.id} ${message.split(":")[0]}`);
        assert.deepEqual(refused.sort(), [
            "mandatory namespaceLabels Namespace e-commerce-dev",
            "mandatory namespaceLabels Namespace e-commerce-messaging",
            "mandatory namespaceLabels Namespace monitoring-agents",
            "mandatory namespaceLabels Namespace monitoring-node",
            "mandatory serviceExposure Service storm/gateway-service",
            "mandatory serviceExposure Service taskflow/frontend",
            "mandatory serviceExposure Service taskflow/grafana",
        ]);
    });
});
