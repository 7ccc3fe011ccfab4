import assert from "node:assert/strict";
import { environmentNames } from "../../../components/config/environments";
import { parseQuantity } from "../../../components/kit/quantity";
import type { RenderedContainer, RenderedPods } from "../../harness/pods";
import { podsOf } from "../../harness/pods";
import { recordedOnce } from "../../harness/program";

/** Disk of the node that a pod may use before it is evicted: the limits of its containers, or of a larger init container. */
function allowed({ template: { spec: { containers, initContainers = [] } } }: RenderedPods): number {
    const of = ({ resources }: RenderedContainer): number => parseQuantity(resources.limits["ephemeral-storage"] as string);
    return Math.max(containers.map(of).reduce((a, b) => a + b), ...initContainers.map(of));
}

/** Sizes of the folders that go with the pod and lie on the node's disk. */
function folders({ template: { spec: { volumes = [] } } }: RenderedPods): number {
    return volumes.flatMap(({ emptyDir }) => (emptyDir && emptyDir.medium !== "Memory" ? [parseQuantity(emptyDir.sizeLimit)] : []))
        .reduce((a, b) => a + b, 0);
}

describe("scratch space", () => {
    for (const stack of environmentNames) {
        it(`S-33 E-26: in ${stack} no pod is evicted before its folders are full`, async () => {
            const { recording } = await recordedOnce(stack);
            const short = podsOf(recording).filter(pods => folders(pods) > allowed(pods))
                .map(pods => `${pods.namespace}/${pods.name}: ${folders(pods) / 2 ** 20}Mi of folders, ${allowed(pods) / 2 ** 20}Mi allowed`);
            assert.deepEqual(short, []);
        });
    }
});
