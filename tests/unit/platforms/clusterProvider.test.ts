import assert from "node:assert/strict";
import { clusterProvider } from "../../../components/platforms/clusterProvider";
import { record } from "../../harness/mocks";

describe("provider of the cluster", () => {
    it("A-04: its context is configuration, and the kubeconfig's current one where none is named", async () => {
        for (const kubernetesContext of ["erp", undefined]) {
            const recording = await record(() => void clusterProvider({ kubernetesContext }));
            assert.equal(recording.ofType("pulumi:providers:kubernetes")[0]?.inputs.context, kubernetesContext);
        }
    });
});
