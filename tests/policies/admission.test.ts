import assert from "node:assert/strict";
import fc from "fast-check";
import type { RandomPod } from "../../policies/tests/pod-security/podArbitrary";
import { randomPod } from "../../policies/tests/pod-security/podArbitrary";
import { admissionVerdicts } from "../../policies/tests/pod-security/verdict";
import { TestCluster } from "../harness/cluster";
import { run } from "../harness/command";

const podCount = 600;
const seed = Number(process.env["POD_SEED"] ?? Math.floor(Math.random() * 2 ** 31));

type Json = Record<string, unknown>;

/** A random pod as the API server takes it: with distinct names, and without what can only be added later. */
function admissible({ metadata, spec }: RandomPod, name: string): Json {
    const renamed = (list: unknown, prefix: string): unknown =>
        Array.isArray(list) ? list.map((item: Json, index) => ({ ...item, name: `${prefix}${index}` })) : list;
    const volumes = (Array.isArray(spec["volumes"]) ? spec["volumes"] as Json[] : []).map((volume, index) => ({ ...volume, name: `v${index}` }));
    const containers = renamed(spec["containers"], "c") as Json[];
    return {
        apiVersion: "v1", kind: "Pod",
        metadata: { ...metadata, name },
        spec: {
            ...spec, volumes, ephemeralContainers: undefined, automountServiceAccountToken: false,
            initContainers: renamed(spec["initContainers"], "i"),
            containers: containers.length > 0 ? containers : [{ name: "c0", image: "registry/app:1" }],
        },
    };
}

describe("Pod Security Standards against the API server's admission", () => {
    let cluster: TestCluster;

    before(async () => {
        cluster = await TestCluster.start();
    });

    after(() => cluster?.stop());

    async function createNamespace(level: string): Promise<void> {
        await cluster.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: level, labels: { "pod-security.kubernetes.io/enforce": level } } });
        // Pods are refused until the namespace has its default account.
        while (await cluster.get("serviceaccount", "default", level) === undefined) {
            await new Promise(resolve => setTimeout(resolve, 100));
        }
    }

    for (const level of ["baseline", "restricted"] as const) {
        it(`says the same of random pods at level ${level}, in the same words`, async () => {
            await createNamespace(level);
            const pods = fc.sample(randomPod, { numRuns: podCount, seed }).map((pod, index) => admissible(pod, `p${index}`));
            const answer = await run("kubectl", ["create", "--dry-run=server", "--validate=false", "--namespace", level, "-f", "-"], {
                environment: cluster.environment, input: JSON.stringify({ apiVersion: "v1", kind: "List", items: pods }),
            });
            let [allowed, refused] = [0, 0];
            for (const pod of pods) {
                const { name } = pod["metadata"] as { name: string };
                const own = admissionVerdicts(level, "latest", pod).map(({ reason, detail }) => `${reason} (${detail})`);
                const forbidden = answer.stderr.match(new RegExp(`pods "${name}" is forbidden: violates PodSecurity "${level}:latest": (.*)`))?.[1];
                if (forbidden !== undefined) {
                    refused += 1;
                    assert.equal(own.join(", "), forbidden, `POD_SEED=${seed} ${JSON.stringify(pod)}`);
                } else if (answer.stdout.includes(`pod/${name} created`)) {
                    allowed += 1;
                    assert.deepEqual(own, [], `POD_SEED=${seed} ${JSON.stringify(pod)}`);
                }
                // The rest is invalid whatever the level, such as a Windows pod with Linux fields.
            }
            assert.ok(allowed >= 20 && refused >= 20, `${allowed} pods allowed, ${refused} refused: too few to tell`);
        });
    }
});
