import type { Field } from "../framework/field";
import { finding } from "../framework/finding";
import type { Pod } from "../framework/pod";
import { joinQuoted, sortedSet } from "../framework/wording";
import type { Refusal } from "./check";
import { containerFindings, securityContext, setters } from "./check";

/** The profile of a pod or container. */
export const profile = securityContext("seccompProfile");
/** The type of that profile. */
export const profileType = securityContext("seccompProfile", "type");
/** Types that keep the filter on. */
export const allowedTypes = '"RuntimeDefault" or "Localhost"';

/** Whether a profile is given and of a type that switches the filter off. */
function isBad(context: Field): boolean {
    return profile(context).isPresent && !["RuntimeDefault", "Localhost"].includes(String(profileType(context).value("RuntimeDefault")));
}

/** Refuses profiles that are given and switch the filter off. */
export function judgeExplicitProfiles(pod: Pod): Refusal | undefined {
    const badPod = isBad(pod.spec);
    const bad = pod.containers.filter(({ field }) => isBad(field));
    if (!badPod && bad.length === 0) {
        return undefined;
    }
    const values = sortedSet([...(badPod ? [pod.spec] : []), ...bad.map(({ field }) => field)].map(context => profileType(context).text()));
    return {
        reason: "seccompProfile",
        detail: `${setters(badPod, bad)} must not set securityContext.seccompProfile.type to ${joinQuoted(values)}`,
        findings: [
            ...(badPod ? [finding(profileType(pod.spec), allowedTypes)] : []),
            ...containerFindings(bad, profileType, allowedTypes),
        ],
    };
}
