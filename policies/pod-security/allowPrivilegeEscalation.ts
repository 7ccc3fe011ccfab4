import type { Check, Judge } from "./check";
import { containerFindings, exceptWindows, fillContainers, namedContainers, securityContext } from "./check";

const field = securityContext("allowPrivilegeEscalation");

const judge: Judge = pod => {
    const bad = pod.containers.filter(container => field(container.field).value(false) !== false);
    return bad.length === 0 ? undefined : {
        reason: "allowPrivilegeEscalation != false",
        detail: `${namedContainers(bad)} must set securityContext.allowPrivilegeEscalation=false`,
        findings: containerFindings(bad, field, "false"),
    };
};

/** A process must not gain more privileges than its parent, as by a set-user-ID file. */
export const allowPrivilegeEscalation: Check = {
    id: "allowPrivilegeEscalation",
    level: "restricted",
    rule: "Privilege escalation, such as by set-user-ID or set-group-ID files, must be switched off in every container.",
    fields: ["spec.*[*].securityContext.allowPrivilegeEscalation"],
    allowed: "false",
    fix: "Set securityContext.allowPrivilegeEscalation to false in each container named.",
    severity: "high",
    fill: fillContainers(field, false),
    versions: [
        { since: 8, judge },
        { since: 25, judge: exceptWindows(judge) },
    ],
};
