import type { Field } from "../framework/field";
import { finding } from "../framework/finding";
import { joinQuoted, pluralize, sortedSet } from "../framework/wording";
import type { Check, Judge } from "./check";

const allowedSources = [
    "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected", "secret",
] as const;

/** In the order in which the Pod Security admission names them. */
const refusedSources = [
    "hostPath", "gcePersistentDisk", "awsElasticBlockStore", "gitRepo", "nfs", "iscsi", "glusterfs", "rbd", "flexVolume", "cinder",
    "cephfs", "flocker", "fc", "azureFile", "vsphereVolume", "quobyte", "azureDisk", "photonPersistentDisk", "portworxVolume",
    "scaleIO", "storageos",
] as const;

const allowed = allowedSources.join(", ");

function isAllowed(volume: Field): boolean {
    if (allowedSources.some(source => volume.at(source).isPresent && !volume.at(source).isUnknown)) {
        return true;
    }
    return allowedSources.some(source => volume.at(source).value("unknown") === "unknown");
}

const judge: Judge = pod => {
    const bad = pod.spec.at("volumes").items().filter(volume => !isAllowed(volume));
    const sourceOf = (volume: Field): string => refusedSources.find(source => volume.at(source).isPresent) ?? "unknown";
    const types = sortedSet(bad.map(sourceOf));
    return bad.length === 0 ? undefined : {
        reason: "restricted volume types",
        detail: `${pluralize("volume", "volumes", bad.length)} ${joinQuoted(bad.map(volume => volume.at("name").text()))} `
            + `${pluralize("uses", "use", bad.length)} ${pluralize("restricted volume type", "restricted volume types", types.length)} `
            + joinQuoted(types),
        findings: bad.map(volume => ({ ...finding(volume, allowed), found: sourceOf(volume) })),
    };
};

/** Volumes come from the API or from storage drivers, not from the node or from network shares named by the pod. */
export const restrictedVolumes: Check = {
    id: "restrictedVolumes",
    level: "restricted",
    rule: "Volumes must be of the types that neither reach into the node nor name storage servers themselves.",
    fields: refusedSources.map(source => `spec.volumes[*].${source}`),
    allowed,
    fix: "Use one of the allowed volume types; put network storage behind a persistentVolumeClaim.",
    severity: "high",
    versions: [{ since: 0, judge, overrides: ["hostPathVolumes"] }],
};
