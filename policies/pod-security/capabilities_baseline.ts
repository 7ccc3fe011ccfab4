import { joinQuoted, sortedSet } from "../framework/wording";
import type { Check, Judge } from "./check";
import { namedContainers, securityContext } from "./check";
import { finding } from "../framework/finding";

const added = securityContext("capabilities", "add");

const allowedCapabilities: readonly string[] = [
    "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD",
    "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
];

const allowed = `none, or of ${allowedCapabilities.join(", ")}`;

const judge: Judge = pod => {
    const bad = pod.containers.flatMap(container => {
        const items = added(container.field).items().filter(item => !allowedCapabilities.includes(String(item.value("CHOWN"))));
        return items.length > 0 ? [{ container, items }] : [];
    });
    return bad.length === 0 ? undefined : {
        reason: "non-default capabilities",
        detail: `${namedContainers(bad.map(({ container }) => container))} must not include `
            + `${joinQuoted(sortedSet(bad.flatMap(({ items }) => items.map(item => item.text()))))} in securityContext.capabilities.add`,
        findings: bad.flatMap(({ container, items }) => items.map(item => finding(item, allowed, container.name))),
    };
};

/** No container may gain capabilities beyond the container runtime's default set. */
export const capabilitiesBaseline: Check = {
    id: "capabilities_baseline",
    level: "baseline",
    rule: "Capabilities beyond the container runtime's default set, and NET_RAW, must not be added.",
    fields: ["spec.*[*].securityContext.capabilities.add"],
    allowed,
    fix: "Remove the capability from securityContext.capabilities.add.",
    severity: "high",
    versions: [{ since: 0, judge }],
};
