import type { Check, Judge } from "./check";
import { containerFindings, namedContainers, securityContext } from "./check";

const field = securityContext("privileged");

const judge: Judge = pod => {
    const bad = pod.containers.filter(container => field(container.field).value(false) === true);
    return bad.length === 0 ? undefined : {
        reason: "privileged",
        detail: `${namedContainers(bad)} must not set securityContext.privileged=true`,
        findings: containerFindings(bad, field, "false or unset"),
    };
};

/** Privileged containers have nearly all rights of root on the node. */
export const privileged: Check = {
    id: "privileged",
    level: "baseline",
    rule: "Privileged containers disable most security mechanisms and must not be used.",
    fields: ["spec.*[*].securityContext.privileged"],
    allowed: "false or unset",
    fix: "Remove securityContext.privileged; add the one capability that is needed, if the namespace's level allows it.",
    severity: "critical",
    versions: [{ since: 0, judge }],
};
