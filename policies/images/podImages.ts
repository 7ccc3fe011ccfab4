import type { Field } from "../framework/field";
import type { Pod } from "../framework/pod";
import type { ImageReference } from "./imageReference";
import { parseImageReference } from "./imageReference";

/** Paths of the images of a pod. */
export const imageFields = ["spec.*[*].image", "spec.volumes[*].image.reference"] as const;

/** An image that a pod names. */
export interface PodImage {
    readonly field: Field;
    /** Container that runs it; undefined for an image that is mounted as a volume. */
    readonly container: string | undefined;
    /** As written; undefined when missing. An unknown image is left out and noted in the pod. */
    readonly text: unknown;
    /** Its parts; undefined when it is missing or no image reference. */
    readonly reference: ImageReference | undefined;
}

/** The images of a pod that are known, of containers of every kind and of image volumes. */
export function podImages(pod: Pod): PodImage[] {
    const fields = [
        ...pod.containers.map(({ field, name }) => ({ field: field.at("image"), container: name as string | undefined })),
        ...pod.spec.at("volumes").items()
            .filter(volume => volume.at("image").isPresent)
            .map(volume => ({ field: volume.at("image", "reference"), container: undefined })),
    ];
    return fields.flatMap(({ field, container }) => {
        const unknown = Symbol("unknown");
        const text = field.value(unknown);
        return text === unknown ? [] : [{ field, container, text, reference: typeof text === "string" ? parseImageReference(text) : undefined }];
    });
}

/** `container "web": ` before what is wrong with an image; nothing for a volume. */
export function ofContainer(container: string | undefined): string {
    return container === undefined ? "" : `container "${container}": `;
}
