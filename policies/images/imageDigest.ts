import { securityFramework } from "../framework/compliance";
import { finding } from "../framework/finding";
import type { Rule } from "../framework/rule";
import { imageFields, ofContainer, podImages } from "./podImages";

const allowed = '"repository@sha256:..." or "repository:tag@sha256:..."';

/** What runs is, to the bit, what was released: a registry can move a tag, but not a digest. */
export const imageDigest: Rule = {
    id: "imageDigest",
    description: "Every image must be named by its digest, where the setting requires it.",
    enforcement: "mandatory",
    severity: "medium",
    framework: securityFramework("images: referenced by digest"),
    fix: "Add the image's digest, as shown by `docker buildx imagetools inspect IMAGE`.",
    link: "https://kubernetes.io/docs/concepts/containers/images/#image-names",
    fields: imageFields,
    allowed: `${allowed}; any image while required is false`,
    settings: {
        required: { type: "boolean", default: false, description: "Whether digests are required, as they may be in production." },
    },
    judgePod: (pod, { object }, settings) => settings["required"] !== true ? [] : podImages(pod).flatMap(({ field, container, reference }) =>
        reference === undefined || reference.digest !== undefined ? [] : [{
            object, summary: `${ofContainer(container)}image has no digest`, findings: [finding(field, allowed, container)],
        }]),
};
