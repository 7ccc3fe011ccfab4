import { finding } from "../framework/finding";
import { pluralize, sortedSet } from "../framework/wording";
import type { Check, Judge } from "./check";
import { allowedTypes, judgeExplicitProfiles } from "./seccompProfile";

const podAnnotation = "seccomp.security.alpha.kubernetes.io/pod";
const containerAnnotation = "container.seccomp.security.alpha.kubernetes.io/";

/** Before v1.19 the profile was an annotation. */
const judgeAnnotations: Judge = pod => {
    const annotations = pod.metadata.at("annotations");
    const bad = [podAnnotation, ...pod.containers.map(({ name }) => `${containerAnnotation}${name}`)]
        .map(key => ({ key, field: annotations.at(key) }))
        .filter(({ field }) => {
            const value = field.value();
            return value !== undefined && value !== "runtime/default" && value !== "docker/default" && !String(value).startsWith("localhost/");
        });
    const texts = sortedSet(bad.map(({ key, field }) => `${key}=${JSON.stringify(field.raw)}`));
    return bad.length === 0 ? undefined : {
        reason: "seccompProfile",
        detail: `forbidden ${pluralize("annotation", "annotations", texts.length)} ${texts.join(", ")}`,
        findings: bad.map(({ field }) => finding(field, '"runtime/default", "docker/default", "localhost/*" or unset')),
    };
};

/** The filter of system calls must not be switched off. */
export const seccompProfileBaseline: Check = {
    id: "seccompProfile_baseline",
    level: "baseline",
    rule: "A seccomp profile that is given must be the runtime's default or one loaded on the node.",
    fields: [
        "spec.securityContext.seccompProfile.type",
        "spec.*[*].securityContext.seccompProfile.type",
        `metadata.annotations["${podAnnotation}"] (before v1.19)`,
        `metadata.annotations["${containerAnnotation}*"] (before v1.19)`,
    ],
    allowed: `${allowedTypes}, or no seccompProfile`,
    fix: "Set seccompProfile.type to RuntimeDefault.",
    severity: "high",
    versions: [
        { since: 0, judge: judgeAnnotations },
        { since: 19, judge: judgeExplicitProfiles },
    ],
};
