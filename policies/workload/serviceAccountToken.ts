import { securityFramework } from "../framework/compliance";
import { finding } from "../framework/finding";
import type { KubernetesObject } from "../framework/kubernetesObject";
import type { Pod } from "../framework/pod";
import type { Program } from "../framework/program";
import type { Rule } from "../framework/rule";

/** What the pod says of the token or, where it says nothing, the ServiceAccount of the same program. */
function mounts(pod: Pod, object: KubernetesObject, program: Program): unknown {
    const own = pod.spec.at("automountServiceAccountToken").value(false);
    const account = pod.spec.at("serviceAccountName").value("default");
    return own ?? program.accountOf(object, String(account || "default"))?.properties["automountServiceAccountToken"];
}

/** A process that is broken into cannot talk to the API server, unless its work is to talk to it. */
export const serviceAccountToken: Rule = {
    id: "serviceAccountToken",
    description: "A pod must say whether it mounts a token for the API server, and one that does needs a ServiceAccount of its own.",
    enforcement: "mandatory",
    severity: "medium",
    framework: securityFramework("service account tokens are not mounted automatically"),
    fix: "Set automountServiceAccountToken to false; where the pod does talk to the API server, set it to true and name a serviceAccountName.",
    link: "https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting",
    fields: ["spec.automountServiceAccountToken", "spec.serviceAccountName", "automountServiceAccountToken of the ServiceAccount"],
    allowed: "false, in the pod or in its ServiceAccount; or true beside a serviceAccountName other than default",
    judgePod: (pod, { object }, _, program) => {
        const automount = pod.spec.at("automountServiceAccountToken");
        const account = pod.spec.at("serviceAccountName");
        const value = mounts(pod, object, program);
        if (value === false) {
            return [];
        }
        if (value !== true || !automount.isPresent) {
            return [{
                object, summary: "a token for the API server is mounted without being asked for",
                findings: [finding(automount, "false; or true beside a serviceAccountName of its own")],
            }];
        }
        return ["", "default"].includes(String(account.value("own") ?? "")) ? [{
            object, summary: "a token of the default ServiceAccount is mounted",
            findings: [finding(account, "the name of a ServiceAccount made for this workload")],
        }] : [];
    },
    fill: (pod, { object }, _, program) => {
        const automount = pod.spec.at("automountServiceAccountToken");
        return automount.isPresent || mounts(pod, object, program) === false ? [] : [{ keys: automount.keys, value: false }];
    },
};
