import assert from "node:assert/strict";
import { environmentNames } from "../../../components/kit/environment";
import type { StackValues } from "../../harness/program";
import { recordAlone, recordedOnce } from "../../harness/program";
import type { KeptObjects } from "../../harness/releases";
import { acceptedLosses, currentRelease, keptObjects, losses, releasedObjects, releases } from "../../harness/releases";

describe("an update from a release", () => {
    it("is looked at for every release, the present one among them", () => assert.ok(releases().includes(currentRelease), releases().join(", ")));

    for (const release of releases()) {
        for (const stack of environmentNames) {
            it(`${release} of ${stack} deletes, replaces and shrinks nothing that holds data`, async () => {
                const before = releasedObjects(release, stack);
                assert.ok(Object.keys(before).length > 100);
                const lost = losses(before, keptObjects((await recordedOnce(stack)).recording));
                assert.deepEqual(lost.filter(line => !(line in acceptedLosses(release))), []);
            });
        }
    }
});

describe("what an update would lose", () => {
    const kept = async (settings: StackValues): Promise<KeptObjects> => keptObjects((await recordAlone("dev", "storm", settings)).recording);
    const lost = async (before: StackValues, after: StackValues): Promise<string> => losses(await kept(before), await kept(after)).join("\n");

    it("is nothing when nothing of it changes", async () => assert.equal(await lost({}, { minio: { publicHost: "s3.example.com" } }), ""));

    for (const nodes of [1, 3]) {
        const nats = (storage: string): StackValues => ({ nats: { nodes, storage } });

        it(`is a volume of ${nodes} nodes that shrinks, but not one that grows`, async () => {
            assert.match(await lost(nats("9Gi"), nats("8Gi")), /nats\S*: volume \S+ shrinks from 9Gi to 8Gi$/m);
            assert.equal(await lost(nats("8Gi"), nats("9Gi")), "");
        });

        it(`is a volume of ${nodes} nodes that changes its class`, async () =>
            assert.match(await lost({ nats: { nodes } }, { nats: { nodes }, storageClass: "other" }), /nats\S*: volume \S+ is replaced$/m));
    }

    it("is all of a namespace that is called otherwise", async () =>
        assert.match(await lost({}, { namespace: "tempest" }), /Namespace::storm is deleted$/m));

    it("is whatever stands below another parent", () => {
        const before = { "a$kubernetes:core/v1:PersistentVolumeClaim::x": { fixed: {} } };
        assert.deepEqual(losses(before, { "b$kubernetes:core/v1:PersistentVolumeClaim::x": { fixed: {} } }),
            ["a$kubernetes:core/v1:PersistentVolumeClaim::x is deleted"]);
    });

    it("is a generated value that is made anew", async () =>
        assert.match(await lost({}, { minio: { rotation: 1 } }), /RandomPassword::storm-minio\S* is replaced$/m));
});
