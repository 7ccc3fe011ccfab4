import type { Check } from "./check";
import { judgeProcMount } from "./procMount";

/** Like procMount, without the exception for user namespaces. */
export const procMountRestricted: Check = {
    id: "procMount_restricted",
    level: "restricted",
    rule: "The masks over /proc must stay, also in pods with a user namespace of their own.",
    fields: ["spec.*[*].securityContext.procMount"],
    allowed: '"Default" or unset',
    fix: "Remove securityContext.procMount.",
    severity: "high",
    versions: [{ since: 35, judge: judgeProcMount, overrides: ["procMount"] }],
};
