import { securityFramework } from "../framework/compliance";
import { matchesAny, namesSchema } from "../framework/exemption";
import { finding } from "../framework/finding";
import { stackOf } from "../framework/kubernetesObject";
import type { Rule } from "../framework/rule";
import { imageFields, ofContainer, podImages } from "./podImages";

const allowed = '"repository@sha256:..." or "repository:tag@sha256:..."';

/** What runs is, to the bit, what was released: a registry can move a tag, but not a digest. */
export const imageDigest: Rule = {
    id: "imageDigest",
    description: "Every image must be named by its digest in the stacks that require it.",
    enforcement: "mandatory",
    severity: "medium",
    framework: securityFramework("images: referenced by digest"),
    fix: "Add the image's digest, as shown by `docker buildx imagetools inspect IMAGE`.",
    link: "https://kubernetes.io/docs/concepts/containers/images/#image-names",
    fields: imageFields,
    allowed: `${allowed}; any image in a stack that requires none`,
    settings: {
        requiredIn: {
            ...namesSchema, default: [],
            description: "Stacks that require digests, such as those of production. A * at the end stands for any ending.",
        },
    },
    judgePod: (pod, { object }, settings) => {
        const isRequired = matchesAny(settings["requiredIn"] as string[], stackOf(object));
        return !isRequired ? [] : podImages(pod).flatMap(({ field, container, reference }) =>
            reference === undefined || reference.digest !== undefined ? [] : [{
                object, summary: `${ofContainer(container)}image has no digest`, findings: [finding(field, allowed, container)],
            }]);
    },
};
