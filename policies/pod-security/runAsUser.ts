import { finding } from "../framework/finding";
import type { Check, Judge } from "./check";
import { containerFindings, exceptUserNamespaces, securityContext, setters } from "./check";

const field = securityContext("runAsUser");
const allowed = "any user id but 0, or unset";

const judge: Judge = pod => {
    const badPod = field(pod.spec).value(1) === 0;
    const bad = pod.containers.filter(container => field(container.field).value(1) === 0);
    return !badPod && bad.length === 0 ? undefined : {
        reason: "runAsUser=0",
        detail: `${setters(badPod, bad)} must not set runAsUser=0`,
        findings: [...(badPod ? [finding(field(pod.spec), allowed)] : []), ...containerFindings(bad, field, allowed)],
    };
};

/** No container is told to run as root. */
export const runAsUser: Check = {
    id: "runAsUser",
    level: "restricted",
    rule: "Containers must not run as user 0, unless the pod has a user namespace of its own.",
    fields: ["spec.securityContext.runAsUser", "spec.*[*].securityContext.runAsUser"],
    allowed: `${allowed}; anything with hostUsers: false (since v1.35)`,
    fix: "Set runAsUser to a user id above 0 that the image can run as, such as 10001.",
    severity: "high",
    versions: [
        { since: 23, judge },
        { since: 35, judge: exceptUserNamespaces(judge) },
    ],
};
