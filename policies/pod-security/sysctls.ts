import { finding } from "../framework/finding";
import type { Check, Judge } from "./check";

const before27 = [
    "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range",
    "net.ipv4.ip_unprivileged_port_start",
];
const since27 = [...before27, "net.ipv4.ip_local_reserved_ports"];
const since29 = [
    ...since27,
    "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes",
];
const since32 = [...since29, "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"];

function judgeFor(allowed: readonly string[]): Judge {
    return pod => {
        const bad = pod.spec.at("securityContext", "sysctls").items().map(sysctl => sysctl.at("name"))
            .filter(name => !allowed.includes(String(name.value(allowed[0]) ?? "")));
        return bad.length === 0 ? undefined : {
            reason: "forbidden sysctls",
            detail: bad.map(name => name.text()).join(", "),
            findings: bad.map(name => finding(name, allowed.join(", "))),
        };
    };
}

/** Only kernel parameters that are separate for each pod may be set. */
export const sysctls: Check = {
    id: "sysctls",
    level: "baseline",
    rule: "Kernel parameters must not be set, except those that are separate for each pod and safe.",
    fields: ["spec.securityContext.sysctls[*].name"],
    allowed: since32.join(", "),
    fix: "Remove the sysctl, or have the node's administrator set it.",
    severity: "high",
    versions: [
        { since: 0, judge: judgeFor(before27) },
        { since: 27, judge: judgeFor(since27) },
        { since: 29, judge: judgeFor(since29) },
        { since: 32, judge: judgeFor(since32) },
    ],
};
