import type { Field } from "../framework/field";
import { finding } from "../framework/finding";
import { joinQuoted, pluralize, sortedSet } from "../framework/wording";
import type { Check, Judge } from "./check";

const handlers = [
    ["livenessProbe"], ["readinessProbe"], ["startupProbe"], ["lifecycle", "postStart"], ["lifecycle", "preStop"],
] as const;

function hosts(container: Field): Field[] {
    return handlers
        .flatMap(keys => ["httpGet", "tcpSocket"].map(action => container.at(...keys, action, "host")))
        .filter(host => (host.value("") ?? "") !== "");
}

const judge: Judge = pod => {
    const bad = pod.containers.flatMap(container => {
        const found = hosts(container.field);
        return found.length > 0 ? [{ name: container.name, found }] : [];
    });
    const names = sortedSet(bad.map(({ name }) => name));
    const values = sortedSet(bad.flatMap(({ found }) => found.map(host => host.text())));
    return bad.length === 0 ? undefined : {
        reason: "probe or lifecycle host",
        detail: `${pluralize("container", "containers", names.length)} ${joinQuoted(names)} ${pluralize("uses", "use", names.length)} `
            + `${pluralize("probe or lifecycle host", "probe or lifecycle hosts", values.length)} ${joinQuoted(values)}`,
        findings: bad.flatMap(({ name, found }) => found.map(host => finding(host, "unset or empty", name))),
    };
};

/** The kubelet probes the pod itself, not some other host in the node's network. */
export const hostProbesAndHostLifecycle: Check = {
    id: "hostProbesAndHostLifecycle",
    level: "baseline",
    rule: "Probes and lifecycle hooks must not name a host: the kubelet would send the request from the node's network.",
    fields: handlers.flatMap(keys => ["httpGet", "tcpSocket"].map(action => `spec.*[*].${keys.join(".")}.${action}.host`)),
    allowed: "unset or empty",
    fix: "Remove host; probes then go to the pod's own address.",
    severity: "medium",
    versions: [{ since: 34, judge }],
};
