import assert from "node:assert/strict";
import { canary, secretMark, unknownMark } from "../../../harness/mocks";
import { recordAlone } from "../../../harness/program";
import { everything, stacks, taskflow } from "../../../harness/platforms/taskflow";

/** Paths of a value at which a text stands. */
function pathsOf(value: unknown, text: string, path = ""): string[] {
    if (typeof value === "string") {
        return value.includes(text) ? [path] : [];
    }
    return Object.entries(value ?? {}).flatMap(([key, child]) => pathsOf(child, text, `${path}/${key}`));
}

describe("TaskFlow objects", () => {
    it("T-02: every object carries the recommended labels", async () => {
        for (const stack of stacks) {
            for (const { name, type, inputs } of (await taskflow(stack, everything[stack])).recording.objects) {
                const { labels } = inputs.metadata;
                assert.equal(labels?.["app.kubernetes.io/part-of"], "taskflow", `${type} ${name}`);
                assert.equal(labels?.["app.kubernetes.io/managed-by"], "pulumi", `${type} ${name}`);
                if (inputs.kind !== "Namespace") {
                    assert.ok(labels.app && labels["app.kubernetes.io/name"] && labels["app.kubernetes.io/component"], `${type} ${name}`);
                    assert.equal(labels["app.kubernetes.io/instance"], `taskflow-${labels["app.kubernetes.io/name"]}`, `${type} ${name}`);
                }
            }
        }
    });

    it("T-01: every logical name begins with the platform's, and no two of a type are equal", async () => {
        for (const stack of stacks) {
            const { registrations } = (await taskflow(stack, everything[stack])).recording;
            const shared = ["cluster", "namespace-guards"];
            for (const { name } of registrations.filter(registration => !shared.includes(registration.name))) {
                assert.match(name, /^taskflow(-|$)/);
            }
            assert.equal(new Set(registrations.map(({ urn }) => urn)).size, registrations.length);
        }
    });

    it("T-55: components get no arguments, which would stand in the state in clear", async () => {
        for (const stack of stacks) {
            const components = (await taskflow(stack)).recording.registrations.filter(({ custom }) => !custom);
            assert.ok(components.length > 10);
            components.forEach(({ name, inputs }) => assert.deepEqual(inputs, {}, name));
        }
    });

    it("T-55 T-57: a password stands in no registration but as a Secret's marked content", async () => {
        for (const stack of stacks) {
            const settings = { ...everything[stack], redis: { authentication: true }, postgres: { rotation: 3 } };
            const { registrations } = (await taskflow(stack, settings)).recording;
            for (const { type, name, inputs, shown } of registrations) {
                assert.doesNotMatch(JSON.stringify(shown), new RegExp(canary), `${type} ${name} shows a password`);
                if (pathsOf(inputs, canary).length > 0) {
                    assert.equal(type, "kubernetes:core/v1:Secret", `${type} ${name} contains a password`);
                    assert.equal(shown.stringData, secretMark, name);
                }
            }
            assert.ok(registrations.some(({ inputs }) => pathsOf(inputs, canary).length > 0));
        }
    });

    it("T-122: a preview knows everything that the policies read; unknown are Secrets' content and the pods' digests of it", async () => {
        for (const stack of stacks) {
            const { recording } = await recordAlone(stack, "taskflow", everything[stack], {}, { preview: true });
            const unknown = recording.objects.flatMap(({ inputs: { kind }, shown }) => pathsOf(shown, unknownMark).map(path => `${kind} ${path}`));
            const allowed = /^Secret \/stringData(\/|$)|\/template\/metadata\/annotations\/checksum\/secrets$/;
            assert.deepEqual(unknown.filter(path => !allowed.test(path)), []);
            assert.ok(unknown.length > 0);
            const { recording: updated } = await taskflow(stack, everything[stack]);
            assert.deepEqual(recording.registrations.map(({ urn }) => urn).sort(), updated.registrations.map(({ urn }) => urn).sort());
        }
    });

    it("T-55 T-121: no rendered object holds a password of the document", async () => {
        for (const stack of stacks) {
            for (const { name, inputs } of (await taskflow(stack, everything[stack])).recording.registrations) {
                assert.doesNotMatch(JSON.stringify(inputs), /(taskflow|admin)20{1}24/, name);
            }
        }
    });
});
