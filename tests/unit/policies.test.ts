import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { environmentNames } from "../../components/kit/environment";
import type { Properties } from "../../policies/framework/field";
import { known } from "../../policies/framework/field";
import type { Config, Reported } from "../../policies/tests/run";
import { judge } from "../../policies/tests/run";
import { recordedOnce } from "../harness/program";

const settings: Config = JSON.parse(readFileSync(join(__dirname, "../../policies/platforms.json"), "utf8"));

/** Everything that the policy pack says about the five platforms, by the settings it is given. */
async function judged(stack: string, given: Config): Promise<Reported[]> {
    const { registrations } = (await recordedOnce(stack)).recording;
    return judge(registrations.map(({ type, urn, inputs }) => ({ type, urn, props: known(inputs) as Properties })), given);
}

describe("the five platforms and the policy pack", () => {
    for (const stack of environmentNames) {
        it(`nothing is said against them in ${stack}, nor against an exemption`, async () =>
            assert.deepEqual((await judged(stack, settings)).map(({ message }) => message), []));
    }

    it("exemptions are for namespaces that a stack has", async () => {
        const namespaces = new Set<string>();
        for (const stack of environmentNames) {
            (await recordedOnce(stack)).recording.ofKind("Namespace").forEach(({ inputs }) => namespaces.add(inputs.metadata.name));
        }
        const exempt = Object.values(settings).flatMap(own => own["exempt"] as { namespaces: string[] }[] | undefined ?? []);
        assert.deepEqual(exempt.flatMap(exemption => exemption.namespaces).filter(name => !namespaces.has(name)), []);
        assert.ok(exempt.length > 0);
    });

    it("in dev exemptions let pass what they name, and nothing else", async () => {
        const strict = Object.fromEntries(Object.entries(settings).map(([policy, own]) => [policy, { ...own, exempt: [] }]));
        const refused = (await judged("dev", strict)).map(({ level, policy, message }) => `${level} ${policy} ${message.split(":")[0]}`);
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
