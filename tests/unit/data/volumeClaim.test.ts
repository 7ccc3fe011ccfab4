import assert from "node:assert/strict";
import { VolumeClaim } from "../../../components/app/volumeClaim";
import { recordStore } from "../../harness/stores";

describe("volume claim", () => {
    it("T-27 T-28: asks for its size, ReadWriteOnce, of the cluster's default class unless one is named", async () => {
        const { recording } = await recordStore(scope => {
            new VolumeClaim("data-pvc", scope, { size: "5Gi", storageClass: null });
            new VolumeClaim("fast-pvc", scope, { size: "1Gi", storageClass: "fast", volumeName: "fast" });
        });
        assert.deepEqual(recording.object("PersistentVolumeClaim", "data-pvc").inputs.spec,
            { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "5Gi" } } });
        assert.equal(recording.object("PersistentVolumeClaim", "fast-pvc").inputs.spec.storageClassName, "fast");
    });

    it("T-130: cannot be deleted where the environment protects data", async () => {
        for (const [environment, kept] of [["dev", false], ["prod", true]] as const) {
            const { recording } = await recordStore(scope => void new VolumeClaim("data-pvc", scope, { size: "1Gi", storageClass: null }), environment);
            assert.equal(recording.object("PersistentVolumeClaim", "data-pvc").protect, kept);
        }
    });

    it("is not waited for: it may bind only once its pod is scheduled", async () => {
        const { recording } = await recordStore(scope => void new VolumeClaim("data-pvc", scope, { size: "1Gi", storageClass: null }));
        assert.equal(recording.object("PersistentVolumeClaim", "data-pvc").inputs.metadata.annotations["pulumi.com/skipAwait"], "true");
    });
});
