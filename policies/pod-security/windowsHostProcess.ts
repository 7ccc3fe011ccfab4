import { finding } from "../framework/finding";
import type { Check, Judge } from "./check";
import { containerFindings, securityContext, setters } from "./check";

const field = securityContext("windowsOptions", "hostProcess");

const judge: Judge = pod => {
    const bad = pod.containers.filter(container => field(container.field).value(false) === true);
    const badPod = field(pod.spec).value(false) === true;
    return !badPod && bad.length === 0 ? undefined : {
        reason: "hostProcess",
        detail: `${setters(badPod, bad)} must not set securityContext.windowsOptions.hostProcess=true`,
        findings: [...(badPod ? [finding(field(pod.spec), "false or unset")] : []), ...containerFindings(bad, field, "false or unset")],
    };
};

/** Windows containers that run as processes of the node are as powerful as privileged ones. */
export const windowsHostProcess: Check = {
    id: "windowsHostProcess",
    level: "baseline",
    rule: "Windows containers must not run as processes of the node.",
    fields: ["spec.securityContext.windowsOptions.hostProcess", "spec.*[*].securityContext.windowsOptions.hostProcess"],
    allowed: "false or unset",
    fix: "Remove windowsOptions.hostProcess.",
    severity: "critical",
    versions: [{ since: 0, judge }],
};
