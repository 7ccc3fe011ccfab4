import assert from "node:assert/strict";
import { environmentNames } from "../../../components/kit/environment";
import type { Recording, Registration } from "../../harness/mocks";
import { recordedOnce } from "../../harness/program";

/** Kinds whose objects start pods, those of operators included. */
const kinds = ["Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Cluster", "RabbitmqCluster"];

/** What stands in a namespace before an object, by kind; of policies only those that select its pods, and those that select all. */
function guardsBefore(recording: Recording, started: Registration): string[] {
    const before = new Set(started.dependencies);
    const { name, namespace } = started.inputs.metadata;
    return recording.objects
        .filter(({ urn, inputs }) => before.has(urn) && [inputs.metadata.namespace, inputs.metadata.name].includes(namespace))
        .flatMap(({ inputs: { kind, spec, metadata } }) => {
            switch (kind) {
                case "Namespace": return "pod-security.kubernetes.io/enforce" in metadata.labels ? [kind] : [];
                case "NetworkPolicy": {
                    const selected = Object.values(spec.podSelector.matchLabels ?? {});
                    return selected.length === 0 ? ["default-deny"] : selected.includes(name) ? ["own policy"] : [];
                }
                case "ResourceQuota":
                case "LimitRange": return [kind];
                default: return [];
            }
        });
}

const operated = { enabled: ["taskflow", "ecommerce"], taskflow: { postgres: { mode: "ha" } }, ecommerce: { rabbitmq: { operator: true } } };

describe("Guards of a namespace", () => {
    for (const [what, stack, values] of [
        ...environmentNames.map(stack => [`in ${stack}`, stack, {}] as const),
        ["where operators start the pods", "prod", operated] as const,
    ]) {
        it(`F15: stand before the first pod ${what}`, async () => {
            const { recording } = await recordedOnce(stack, values);
            const started = recording.objects.filter(({ inputs }) => kinds.includes(inputs.kind));
            assert.ok(started.length > 10, `${started.length} objects start pods`);
            for (const object of started) {
                assert.deepEqual(guardsBefore(recording, object).sort(), ["LimitRange", "Namespace", "ResourceQuota", "default-deny", "own policy"],
                    `${object.inputs.kind} ${object.name}`);
            }
        });
    }
});
