import { finding } from "../framework/finding";
import type { Check, Judge } from "./check";
import { containerFindings, exceptUserNamespaces, namedContainers, securityContext, setters } from "./check";

const field = securityContext("runAsNonRoot");

const judge: Judge = pod => {
    const podField = field(pod.spec);
    const podRefuses = podField.value(true) === false;
    const refusing = pod.containers.filter(container => field(container.field).value(true) === false);
    if (podRefuses || refusing.length > 0) {
        return {
            reason: "runAsNonRoot != true",
            detail: `${setters(podRefuses, refusing)} must not set securityContext.runAsNonRoot=false`,
            findings: [...(podRefuses ? [finding(podField, "true")] : []), ...containerFindings(refusing, field, "true")],
        };
    }
    const silent = pod.containers.filter(container => field(container.field).value(true) === undefined);
    const uncovered = silent.length > 0 && podField.value(true) !== true ? silent : [];
    return uncovered.length === 0 ? undefined : {
        reason: "runAsNonRoot != true",
        detail: `pod or ${namedContainers(uncovered)} must set securityContext.runAsNonRoot=true`,
        findings: containerFindings(uncovered, field, "true, here or in the pod's securityContext"),
    };
};

/** The kubelet refuses to start a container whose image runs as root. */
export const runAsNonRoot: Check = {
    id: "runAsNonRoot",
    level: "restricted",
    rule: "Containers must be required to run as a user other than root, unless the pod has a user namespace of its own.",
    fields: ["spec.securityContext.runAsNonRoot", "spec.*[*].securityContext.runAsNonRoot"],
    allowed: "true; unset in a container when the pod's is true; anything with hostUsers: false (since v1.35)",
    fix: "Set spec.securityContext.runAsNonRoot to true, and runAsUser to a user id the image can run as.",
    severity: "high",
    versions: [
        { since: 0, judge },
        { since: 35, judge: exceptUserNamespaces(judge) },
    ],
};
