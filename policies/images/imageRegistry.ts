import { securityFramework } from "../framework/compliance";
import { matches } from "../framework/exemption";
import { finding } from "../framework/finding";
import type { Rule } from "../framework/rule";
import { imageFields, ofContainer, podImages } from "./podImages";

/** Images come from where somebody looks after them. */
export const imageRegistry: Rule = {
    id: "imageRegistry",
    description: "Every image must come from one of the registries that are allowed, once there is a list of them.",
    enforcement: "mandatory",
    severity: "high",
    framework: securityFramework("images: trusted registries"),
    fix: "Take the image from an allowed registry, or add its registry to the policy's list.",
    link: "https://kubernetes.io/docs/concepts/containers/images/",
    fields: imageFields,
    allowed: "registries and repositories of the setting; any while the setting is empty",
    settings: {
        registries: {
            type: "array", items: { type: "string", minLength: 1 }, default: [],
            description: "Registries such as quay.io, or repositories such as docker.io/library/*. "
                + "docker.io stands for images without a registry.",
        },
    },
    judgePod: (pod, { object }, settings) => {
        const registries = settings["registries"] as string[];
        const isAllowed = (registry: string, repository: string): boolean =>
            registries.some(pattern => pattern === registry || matches(pattern, `${registry}/${repository}`));
        return registries.length === 0 ? [] : podImages(pod).flatMap(({ field, container, reference }) =>
            reference === undefined || isAllowed(reference.registry, reference.repository) ? [] : [{
                object,
                summary: `${ofContainer(container)}image comes from ${reference.registry}/${reference.repository}`,
                findings: [finding(field, registries.join(", "), container)],
            }]);
    },
};
