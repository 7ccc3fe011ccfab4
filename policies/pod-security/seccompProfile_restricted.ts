import type { Check, Judge } from "./check";
import { containerFindings, exceptWindows, namedContainers } from "./check";
import { allowedTypes, judgeExplicitProfiles, profile, profileType } from "./seccompProfile";

const judge: Judge = pod => {
    const explicit = judgeExplicitProfiles(pod);
    if (explicit) {
        return explicit;
    }
    const silent = pod.containers.filter(({ field }) => profile(field).value("unknown") === undefined);
    const uncovered = silent.length > 0 && profile(pod.spec).value("unknown") === undefined ? silent : [];
    return uncovered.length === 0 ? undefined : {
        reason: "seccompProfile",
        detail: `pod or ${namedContainers(uncovered)} must set securityContext.seccompProfile.type to ${allowedTypes}`,
        findings: containerFindings(uncovered, profileType, `${allowedTypes}, here or in the pod's securityContext`),
    };
};

const overrides = ["seccompProfile_baseline"];

/** Every container runs under a filter of system calls. */
export const seccompProfileRestricted: Check = {
    id: "seccompProfile_restricted",
    level: "restricted",
    rule: "A seccomp profile must be given for every container, and be the runtime's default or one loaded on the node.",
    fields: ["spec.securityContext.seccompProfile.type", "spec.*[*].securityContext.seccompProfile.type"],
    allowed: `${allowedTypes}; unset in a container when the pod's is given`,
    fix: 'Set spec.securityContext.seccompProfile to { type: "RuntimeDefault" }.',
    severity: "medium",
    fill: pod => {
        const field = profileType(pod.spec);
        return profile(pod.spec).isPresent ? [] : [{ keys: field.keys, value: "RuntimeDefault" }];
    },
    versions: [
        { since: 19, judge, overrides },
        { since: 25, judge: exceptWindows(judge), overrides },
    ],
};
