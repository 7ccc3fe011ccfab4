import type { Finding } from "../framework/finding";
import { finding } from "../framework/finding";
import { joinQuoted, sortedSet } from "../framework/wording";
import type { Check, Judge } from "./check";
import { containerFindings, exceptWindows, fillContainers, namedContainers, securityContext } from "./check";

const dropped = securityContext("capabilities", "drop");
const added = securityContext("capabilities", "add");

const judge: Judge = pod => {
    const missingDrop = pod.containers.filter(({ field }) => {
        const drop = dropped(field);
        if (drop.items().some(item => item.raw === "ALL")) {
            return false;
        }
        // A list, or an element of one, that is unknown may well be the ALL that is asked for.
        return drop.value("ALL") !== "ALL" && !drop.items().some(item => item.value("ALL") === "ALL");
    });
    const adding = pod.containers.flatMap(container => {
        const items = added(container.field).items().filter(item => item.value("NET_BIND_SERVICE") !== "NET_BIND_SERVICE");
        return items.length > 0 ? [{ container, items }] : [];
    });
    const details: string[] = [];
    const findings: Finding[] = [];
    if (missingDrop.length > 0) {
        details.push(`${namedContainers(missingDrop)} must set securityContext.capabilities.drop=["ALL"]`);
        findings.push(...containerFindings(missingDrop, dropped, 'a list with "ALL"'));
    }
    if (adding.length > 0) {
        const capabilities = sortedSet(adding.flatMap(({ items }) => items.map(item => item.text())));
        details.push(`${namedContainers(adding.map(({ container }) => container))} must not include ${joinQuoted(capabilities)} `
            + "in securityContext.capabilities.add");
        findings.push(...adding.flatMap(({ container, items }) =>
            items.map(item => finding(item, 'none, or "NET_BIND_SERVICE"', container.name))));
    }
    return details.length === 0 ? undefined : { reason: "unrestricted capabilities", detail: details.join("; "), findings };
};

const overrides = ["capabilities_baseline"];

/** Containers give up every capability, and may take back only the one for ports below 1024. */
export const capabilitiesRestricted: Check = {
    id: "capabilities_restricted",
    level: "restricted",
    rule: "Containers must drop ALL capabilities and may add only NET_BIND_SERVICE.",
    fields: ["spec.*[*].securityContext.capabilities.drop", "spec.*[*].securityContext.capabilities.add"],
    allowed: 'drop: a list with "ALL"; add: none, or "NET_BIND_SERVICE"',
    fix: 'Set securityContext.capabilities to { drop: ["ALL"] } in each container named, and let the process listen above port 1024.',
    severity: "high",
    fill: fillContainers(dropped, ["ALL"]),
    versions: [
        { since: 22, judge, overrides },
        { since: 25, judge: exceptWindows(judge), overrides },
    ],
};
