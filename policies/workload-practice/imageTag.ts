import { finding } from "../framework/finding";
import type { PodRule } from "../framework/rule";
import { practiceFramework } from "./frameworks";
import { parseImageReference } from "./imageReference";

const form = '"registry:port/repository:tag", "repository@sha256:..." or both';

/** What runs is what was tested: a tag names a version, and does not move. */
export const imageTag: PodRule = {
    about: "pods",
    id: "imageTag",
    description: "Every image must name a version, by a tag other than latest or by a digest.",
    enforcement: "mandatory",
    severity: "high",
    framework: practiceFramework("container images: do not use the latest tag"),
    fix: "Give the image the tag of a version, or a digest.",
    link: "https://kubernetes.io/docs/concepts/containers/images/#image-names",
    fields: ["spec.*[*].image", "spec.volumes[*].image.reference"],
    allowed: `${form}; the tag is none of forbiddenTags`,
    settings: {
        forbiddenTags: {
            type: "array", items: { type: "string" }, default: ["latest"],
            description: "Tags that move from version to version. A digest beside the tag makes any tag acceptable.",
        },
    },
    judgePod: (pod, { object }, settings) => {
        const forbidden = settings["forbiddenTags"] as string[];
        const images = [
            ...pod.containers.map(({ field, name }) => ({ field: field.at("image"), container: name as string | undefined })),
            ...pod.spec.at("volumes").items()
                .filter(volume => volume.at("image").isPresent)
                .map(volume => ({ field: volume.at("image", "reference"), container: undefined })),
        ];
        return images.flatMap(({ field, container }) => {
            const reference = field.value("image:known-later");
            const parsed = typeof reference === "string" ? parseImageReference(reference) : undefined;
            const problem = reference === undefined ? "image is missing"
                : parsed === undefined ? "image is not an image reference"
                    : parsed.digest !== undefined ? undefined
                        : parsed.tag === undefined ? "image has no tag, which means latest"
                            : forbidden.includes(parsed.tag) ? `image has the tag "${parsed.tag}", which moves` : undefined;
            return problem === undefined ? [] : [{
                object,
                summary: container === undefined ? problem : `container "${container}": ${problem}`,
                findings: [finding(field, forbidden.length > 0 ? `${form}; not ${forbidden.join(", ")}` : form, container)],
            }];
        });
    },
};
