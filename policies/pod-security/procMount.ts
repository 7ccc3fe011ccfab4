import { joinQuoted, sortedSet } from "../framework/wording";
import type { Check, Judge } from "./check";
import { containerFindings, exceptUserNamespaces, namedContainers, securityContext } from "./check";

const field = securityContext("procMount");

/** Refuses every procMount but Default, in any pod. */
export const judgeProcMount: Judge = pod => {
    const bad = pod.containers.filter(container => (field(container.field).value("Default") ?? "Default") !== "Default");
    return bad.length === 0 ? undefined : {
        reason: "procMount",
        detail: `${namedContainers(bad)} must not set securityContext.procMount to `
            + joinQuoted(sortedSet(bad.map(container => String(field(container.field).raw)))),
        findings: containerFindings(bad, field, '"Default" or unset'),
    };
};

/** The container runtime hides the parts of /proc that tell about the node. */
export const procMount: Check = {
    id: "procMount",
    level: "baseline",
    rule: "The masks over /proc must stay, unless the pod has a user namespace of its own.",
    fields: ["spec.*[*].securityContext.procMount"],
    allowed: '"Default" or unset; anything with hostUsers: false (since v1.35)',
    fix: "Remove securityContext.procMount.",
    severity: "high",
    versions: [
        { since: 0, judge: judgeProcMount },
        { since: 35, judge: exceptUserNamespaces(judgeProcMount) },
    ],
};
