import { finding } from "../framework/finding";
import { joinQuoted, pluralize, sortedSet } from "../framework/wording";
import type { Check, Judge } from "./check";
import { containerFindings, namedContainers, securityContext } from "./check";

const annotationPrefix = "container.apparmor.security.beta.kubernetes.io/";
const profile = securityContext("appArmorProfile");
const profileType = securityContext("appArmorProfile", "type");
const allowed = '"RuntimeDefault", "Localhost" or no appArmorProfile';

function allowedType(type: unknown): boolean {
    return type === "RuntimeDefault" || type === "Localhost";
}

function allowedAnnotation(value: unknown): boolean {
    return typeof value === "string" && (value === "" || value === "runtime/default" || value.startsWith("localhost/"));
}

const judge: Judge = pod => {
    const podType = profileType(pod.spec);
    const badPod = profile(pod.spec).isPresent && !allowedType(podType.value("RuntimeDefault"));
    const badContainers = pod.containers.filter(({ field }) =>
        profile(field).isPresent && !allowedType(profileType(field).value("RuntimeDefault")));
    const badAnnotations = pod.metadata.at("annotations").entries()
        .filter(([key, value]) => key.startsWith(annotationPrefix) && !allowedAnnotation(value.value("")));
    if (!badPod && badContainers.length === 0 && badAnnotations.length === 0) {
        return undefined;
    }
    const types = [...(badPod ? [podType] : []), ...badContainers.map(({ field }) => profileType(field))];
    const values = [
        ...sortedSet(types.map(type => type.text())),
        ...badAnnotations.map(([key, value]) => `${key}=${JSON.stringify(value.raw)}`).sort(),
    ];
    const who = [
        ...(badPod ? ["pod"] : []),
        ...(badContainers.length > 0 ? [namedContainers(badContainers)] : []),
        ...(badAnnotations.length > 0 ? [pluralize("annotation", "annotations", badAnnotations.length)] : []),
    ];
    return {
        reason: pluralize("forbidden AppArmor profile", "forbidden AppArmor profiles", values.length),
        detail: `${who.join(" and ")} must not set AppArmor profile type to ${joinQuoted(values)}`,
        findings: [
            ...(badPod ? [finding(podType, allowed)] : []),
            ...containerFindings(badContainers, profileType, allowed),
            ...badAnnotations.map(([, value]) => finding(value, '"runtime/default", "localhost/*" or empty')),
        ],
    };
};

/** The default AppArmor profile of the node must not be switched off. */
export const appArmorProfile: Check = {
    id: "appArmorProfile",
    level: "baseline",
    rule: "The node's default AppArmor profile must not be overridden or disabled, except by a profile loaded on the node.",
    fields: [
        "spec.securityContext.appArmorProfile.type",
        "spec.*[*].securityContext.appArmorProfile.type",
        `metadata.annotations["${annotationPrefix}*"]`,
    ],
    allowed,
    fix: "Remove the AppArmor profile, or choose RuntimeDefault or a Localhost profile.",
    severity: "medium",
    versions: [{ since: 0, judge }],
};
