import { finding } from "../framework/finding";
import { joinQuoted, pluralize } from "../framework/wording";
import type { Check, Judge } from "./check";

const judge: Judge = pod => {
    const bad = pod.spec.at("volumes").items().filter(volume => volume.at("hostPath").value() !== undefined);
    return bad.length === 0 ? undefined : {
        reason: "hostPath volumes",
        detail: `${pluralize("volume", "volumes", bad.length)} ${joinQuoted(bad.map(volume => volume.at("name").text()))}`,
        findings: bad.map(volume => finding(volume.at("hostPath"), "unset")),
    };
};

/** A pod does not read or write the node's own files. */
export const hostPathVolumes: Check = {
    id: "hostPathVolumes",
    level: "baseline",
    rule: "Volumes must not be directories or files of the node.",
    fields: ["spec.volumes[*].hostPath"],
    allowed: "unset",
    fix: "Use an emptyDir for scratch space, a persistentVolumeClaim for data, a configMap or secret for configuration.",
    severity: "critical",
    versions: [{ since: 0, judge }],
};
