import { finding } from "../framework/finding";
import type { Check, Judge } from "./check";

const judge: Judge = pod => {
    const bad = ["hostNetwork", "hostPID", "hostIPC"].map(key => pod.spec.at(key)).filter(field => field.value(false) === true);
    return bad.length === 0 ? undefined : {
        reason: "host namespaces",
        detail: bad.map(field => `${field.path.slice(field.path.lastIndexOf(".") + 1)}=true`).join(", "),
        findings: bad.map(field => finding(field, "false or unset")),
    };
};

/** A pod has its own network, processes and shared memory. */
export const hostNamespaces: Check = {
    id: "hostNamespaces",
    level: "baseline",
    rule: "Pods must not share the node's network, process or IPC namespace.",
    fields: ["spec.hostNetwork", "spec.hostPID", "spec.hostIPC"],
    allowed: "false or unset",
    fix: "Remove hostNetwork, hostPID and hostIPC; reach other pods through Services.",
    severity: "critical",
    versions: [{ since: 0, judge }],
};
