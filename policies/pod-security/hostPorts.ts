import { finding } from "../framework/finding";
import { pluralize, sortedSet } from "../framework/wording";
import type { Check, Judge } from "./check";
import { namedContainers } from "./check";

const judge: Judge = pod => {
    const bad = pod.containers.flatMap(container => {
        const ports = container.field.at("ports").items().map(port => port.at("hostPort")).filter(port => (port.value(0) ?? 0) !== 0);
        return ports.length > 0 ? [{ container, ports }] : [];
    });
    const numbers = sortedSet(bad.flatMap(({ ports }) => ports.map(port => String(port.raw))));
    return bad.length === 0 ? undefined : {
        reason: "hostPort",
        detail: `${namedContainers(bad.map(({ container }) => container))} ${pluralize("uses", "use", bad.length)} `
            + `${pluralize("hostPort", "hostPorts", numbers.length)} ${numbers.join(", ")}`,
        findings: bad.flatMap(({ container, ports }) => ports.map(port => finding(port, "0 or unset", container.name))),
    };
};

/** A pod does not take ports of the node. */
export const hostPorts: Check = {
    id: "hostPorts",
    level: "baseline",
    rule: "Containers must not open ports on the node.",
    fields: ["spec.*[*].ports[*].hostPort"],
    allowed: "0 or unset",
    fix: "Remove hostPort; expose the container through a Service or an Ingress.",
    severity: "high",
    versions: [{ since: 0, judge }],
};
