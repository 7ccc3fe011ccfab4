import { securityFramework } from "../framework/compliance";
import { matchesAny, namesSchema, reasonSchema } from "../framework/exemption";
import { finding } from "../framework/finding";
import { stackOf } from "../framework/kubernetesObject";
import type { Rule } from "../framework/rule";
import { imageFields, ofContainer, podImages } from "./podImages";

/** Images that may go without a digest, and why. */
interface WithoutDigest {
    readonly images: readonly string[];
    readonly reason: string;
}

const allowed = '"repository@sha256:..." or "repository:tag@sha256:..."';

/** What runs is, to the bit, what was released: a registry can move a tag, but not a digest. */
export const imageDigest: Rule = {
    id: "imageDigest",
    description: "Every image must be named by its digest in the stacks that require it.",
    enforcement: "mandatory",
    severity: "medium",
    framework: securityFramework("images: referenced by digest"),
    fix: "Add the image's digest, as shown by `docker buildx imagetools inspect IMAGE`, or name the image in withoutDigest with the reason.",
    link: "https://kubernetes.io/docs/concepts/containers/images/#image-names",
    fields: imageFields,
    allowed: `${allowed}; any image in a stack that requires none; images of withoutDigest`,
    settings: {
        requiredIn: {
            ...namesSchema, default: [],
            description: "Stacks that require digests, such as those of production. A * at the end stands for any ending.",
        },
        withoutDigest: {
            type: "array", default: [],
            description: "Images that may be named by tag, and why: repositories such as docker.io/library/redis. A * at the end stands for any ending.",
            items: {
                type: "object", required: ["images", "reason"], additionalProperties: false,
                properties: { images: { ...namesSchema, minItems: 1 }, reason: reasonSchema },
            },
        },
    },
    judgePod: (pod, { object }, settings) => {
        const isRequired = matchesAny(settings["requiredIn"] as string[], stackOf(object));
        const exempt = (settings["withoutDigest"] as WithoutDigest[]).flatMap(({ images }) => images);
        return !isRequired ? [] : podImages(pod).flatMap(({ field, container, reference }) =>
            reference === undefined || reference.digest !== undefined || matchesAny(exempt, `${reference.registry}/${reference.repository}`) ? [] : [{
                object, summary: `${ofContainer(container)}image has no digest`, findings: [finding(field, allowed, container)],
            }]);
    },
};
