import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { checks, inForce } from "../../pod-security/registry";
import type { RandomPod } from "./podArbitrary";
import { randomPod } from "./podArbitrary";
import { verdicts } from "./verdict";

const evaluatorSource = join(__dirname, "../evaluator");
const podCount = 25_000;
/** POD_SEED repeats a run; without it every run judges other pods. */
const seed = Number(process.env["POD_SEED"] ?? Math.floor(Math.random() * 2 ** 31));

interface Upstream { readonly reason: string; readonly detail: string }

describe("Pod Security Standards against k8s.io/pod-security-admission", () => {
    let folder: string;

    before(() => {
        folder = mkdtempSync(join(tmpdir(), "evaluator-"));
        execFileSync("go", ["build", "-o", join(folder, "evaluator"), "."], { cwd: evaluatorSource, stdio: ["ignore", "ignore", "inherit"] });
    });

    after(() => rmSync(folder, { recursive: true, force: true }));

    function upstream(pods: readonly RandomPod[], level: string): Upstream[][] {
        const input = pods.map(pod => JSON.stringify({ ...pod, level })).join("\n");
        const output = execFileSync(join(folder, "evaluator"), { input, encoding: "utf8", maxBuffer: 2 ** 30 });
        return output.trimEnd().split("\n").map(line => JSON.parse(line) as Upstream[]);
    }

    for (const level of ["baseline", "restricted"] as const) {
        it(`refuses the same of ${podCount} random pods at level ${level}, with the same reasons and details`, () => {
            const pods = fc.sample(randomPod, { numRuns: podCount, seed });
            const expected = upstream(pods, level);
            assert.equal(expected.length, podCount, "one answer for each pod");
            const refusals = new Map<string, number>();
            let allowed = 0;
            for (const [index, pod] of pods.entries()) {
                const own = verdicts(level, pod.version, pod.metadata, pod.spec);
                assert.deepEqual(own.map(({ reason, detail }) => ({ reason, detail })), expected[index],
                    `POD_SEED=${seed} pod ${index}: ${JSON.stringify(pod)}`);
                allowed += own.length === 0 ? 1 : 0;
                own.forEach(({ id }) => refusals.set(id, (refusals.get(id) ?? 0) + 1));
            }
            // A generator that only made good pods, or only bad ones, would prove nothing.
            assert.ok(allowed > podCount / 20, `only ${allowed} of ${podCount} pods are allowed`);
            for (const { id } of checks.filter(check => Array.from({ length: 41 }).some((_, minor) => inForce(check, level, minor)))) {
                assert.ok((refusals.get(id) ?? 0) >= 20, `check ${id} refused ${refusals.get(id) ?? 0} pods; POD_SEED=${seed}`);
            }
        });
    }
});
