import assert from "node:assert/strict";
import { containerLists } from "../../framework/pod";
import type { ContainerList } from "../../framework/pod";
import { checks } from "../../pod-security/registry";
import type { Json } from "../compliant";
import { container, podSpec } from "../compliant";
import { checkCases } from "./cases";
import type { Verdict } from "./verdict";
import { verdicts } from "./verdict";

/** A compliant pod with a container laid over, alone in its list but for the main list, which must not be empty. */
function withContainer(list: ContainerList, over: Json): Json {
    const changed = container({ name: "bad", ...over });
    return podSpec(list === "containers" ? { containers: [container(), changed] } : { [list]: [changed] });
}

describe("Pod Security Standards, check by check", () => {
    it("every check has cases, and no cases are without a check", () => {
        assert.deepEqual(Object.keys(checkCases).sort(), checks.map(({ id }) => id).sort());
    });

    for (const check of checks) {
        const { reason, container: ofContainer, pod: ofPod } = checkCases[check.id]!;
        const judge = (spec: Json): Verdict | undefined => verdicts(check.level, "latest", {}, spec).find(({ id }) => id === check.id);

        describe(check.id, () => {
            it("accepts a compliant pod", () => assert.equal(judge(podSpec()), undefined));

            for (const over of ofPod?.accept ?? []) {
                it(`accepts a pod with ${JSON.stringify(over)}`, () => assert.equal(judge(podSpec(over)), undefined));
            }
            for (const [over, detail, path] of ofPod?.refuse ?? []) {
                it(`refuses a pod with ${JSON.stringify(over)}: ${detail}`, () => {
                    const verdict = judge(podSpec(over));
                    assert.deepEqual([verdict?.reason, verdict?.detail], [reason, detail]);
                    assert.deepEqual(verdict?.findings.map(finding => finding.path), [`spec.${path}`]);
                });
            }
            for (const list of ofContainer ? containerLists : []) {
                for (const over of ofContainer!.accept) {
                    it(`accepts ${JSON.stringify(over)} in ${list}`, () => assert.equal(judge(withContainer(list, over)), undefined));
                }
                for (const [over, detail, path] of ofContainer!.refuse) {
                    it(`refuses ${JSON.stringify(over)} in ${list}`, () => {
                        const verdict = judge(withContainer(list, over));
                        assert.deepEqual([verdict?.reason, verdict?.detail], [reason, detail.replace("%", '"bad"')]);
                        const index = list === "containers" ? 1 : 0;
                        assert.deepEqual(verdict?.findings.map(({ path: at, container: name }) => [at, name]),
                            [[`spec.${list}[${index}].${path}`, "bad"]]);
                    });
                }
            }
        });
    }

    it("names every container that is refused, in the order init, main, ephemeral", () => {
        const bad = (name: string): Json => container({ name, securityContext: { privileged: true } });
        const spec = podSpec({ ephemeralContainers: [bad("c")], containers: [bad("b")], initContainers: [bad("a")] });
        const verdict = verdicts("baseline", "latest", {}, spec).find(({ id }) => id === "privileged");
        assert.equal(verdict?.detail, 'containers "a", "b", "c" must not set securityContext.privileged=true');
    });

    it("reads the deprecated annotations of AppArmor and, before v1.19, of seccomp", () => {
        const metadata = { annotations: {
            "container.apparmor.security.beta.kubernetes.io/web": "unconfined",
            "seccomp.security.alpha.kubernetes.io/pod": "unconfined",
        } };
        assert.deepEqual(verdicts("baseline", "v1.18", metadata, podSpec()).map(({ detail }) => detail), [
            'annotation must not set AppArmor profile type to "container.apparmor.security.beta.kubernetes.io/web="unconfined""',
            'forbidden annotation seccomp.security.alpha.kubernetes.io/pod="unconfined"',
        ]);
        assert.deepEqual(verdicts("baseline", "v1.19", metadata, podSpec()).map(({ id }) => id), ["appArmorProfile"]);
    });

    it("judges by the version that is asked for", () => {
        const hostProbe = podSpec({ containers: [container({ readinessProbe: { httpGet: { host: "x" } } })] });
        assert.deepEqual(verdicts("baseline", "v1.33", {}, hostProbe), []);
        assert.deepEqual(verdicts("baseline", "v1.34", {}, hostProbe).map(({ id }) => id), ["hostProbesAndHostLifecycle"]);
        const rootInUserNamespace = podSpec({ hostUsers: false, securityContext: { runAsUser: 0 } });
        assert.deepEqual(verdicts("restricted", "v1.34", {}, rootInUserNamespace).map(({ id }) => id), ["runAsUser"]);
        assert.deepEqual(verdicts("restricted", "v1.35", {}, rootInUserNamespace), []);
    });
});
