import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { environmentNames } from "../../components/config/environments";
import type { Diagnostic, PolicyConfiguration } from "../../policies/analyzer/analyzer";
import { Analyzer } from "../../policies/analyzer/analyzer";
import type { Properties } from "../../policies/framework/field";
import { known } from "../../policies/framework/field";
import { policies } from "../../policies/pack";
import type { Recording } from "../harness/mocks";
import { recordProgram } from "../harness/program";

const settings: Record<string, PolicyConfiguration["settings"]> =
    JSON.parse(readFileSync(join(__dirname, "../../policies/platforms.json"), "utf8"));

const recorded = new Map<string, Promise<Recording>>();

/** What the five platforms register in a stack. */
function recordingOf(stack: string): Promise<Recording> {
    const known = recorded.get(stack) ?? recordProgram(stack).then(({ recording }) => recording);
    recorded.set(stack, known);
    return known;
}

/** Everything that the policy pack says about the five platforms, by the settings it is given. */
async function judged(stack: string, given: typeof settings): Promise<Diagnostic[]> {
    const { registrations } = await recordingOf(stack);
    const analyzer = new Analyzer(policies());
    analyzer.configure(Object.fromEntries(Object.entries(given).map(([policy, content]) => [policy, { settings: content }])));
    const resources = registrations.map(({ type, urn, inputs }) => ({ type, urn, props: known(inputs) as Properties }));
    return [...resources.flatMap(resource => analyzer.analyze(resource)), ...analyzer.analyzeStack(resources)];
}

describe("the five platforms and the policy pack", () => {
    for (const stack of environmentNames) {
        it(`nothing is said against them in ${stack}, nor against an exemption`, async () =>
            assert.deepEqual((await judged(stack, settings)).map(({ message }) => message), []));
    }

    it("exemptions are for namespaces that a stack has", async () => {
        const namespaces = new Set<string>();
        for (const stack of environmentNames) {
            (await recordingOf(stack)).ofKind("Namespace").forEach(({ inputs }) => namespaces.add(inputs.metadata.name));
        }
        const exempt = Object.values(settings).flatMap(own => own["exempt"] as { namespaces: string[] }[] | undefined ?? []);
        assert.deepEqual(exempt.flatMap(exemption => exemption.namespaces).filter(name => !namespaces.has(name)), []);
        assert.ok(exempt.length > 0);
    });

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
