import { practiceFramework } from "../framework/compliance";
import { finding } from "../framework/finding";
import type { Rule } from "../framework/rule";
import type { PodImage } from "./podImages";
import { imageFields, ofContainer, podImages } from "./podImages";

const form = '"registry:port/repository:tag", "repository@sha256:..." or both';

function problem({ text, reference }: PodImage, forbidden: readonly string[]): string | undefined {
    if (text === undefined) {
        return "image is missing";
    }
    if (reference === undefined) {
        return "image is not an image reference";
    }
    if (reference.digest !== undefined) {
        return undefined;
    }
    if (reference.tag === undefined) {
        return "image has no tag, which means latest";
    }
    return forbidden.includes(reference.tag) ? `image has the tag "${reference.tag}", which moves` : undefined;
}

/** What runs is what was tested: a tag names a version, and does not move. */
export const imageTag: Rule = {
    id: "imageTag",
    description: "Every image must name a version, by a tag other than latest or by a digest.",
    enforcement: "mandatory",
    severity: "high",
    framework: practiceFramework("container images: do not use the latest tag"),
    fix: "Give the image the tag of a version, or a digest.",
    link: "https://kubernetes.io/docs/concepts/containers/images/#image-names",
    fields: imageFields,
    allowed: `${form}; the tag is none of forbiddenTags`,
    settings: {
        forbiddenTags: {
            type: "array", items: { type: "string" }, default: ["latest"],
            description: "Tags that move from version to version. A digest beside the tag makes any tag acceptable.",
        },
    },
    judgePod: (pod, { object }, settings) => {
        const forbidden = settings["forbiddenTags"] as string[];
        const allowed = forbidden.length > 0 ? `${form}; not ${forbidden.join(", ")}` : form;
        return podImages(pod).flatMap(image => {
            const wrong = problem(image, forbidden);
            return wrong === undefined ? [] : [{
                object, summary: `${ofContainer(image.container)}${wrong}`, findings: [finding(image.field, allowed, image.container)],
            }];
        });
    },
};
