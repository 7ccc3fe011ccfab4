import type { ImageReference } from "../../policies/images/imageReference";
import { parseImageReference } from "../../policies/images/imageReference";
import type { Bill, BillComponent } from "./bill";
import { specVersion, subject } from "./bill";

/** Names of the fields in which Kubernetes objects name images. */
const imageFields = new Set(["image", "imageName"]);

/** Every image that Kubernetes objects name, each once, in order. */
export function imagesIn(objects: unknown): string[] {
    const found = new Set<string>();
    const visit = (value: unknown): void => {
        if (typeof value === "object" && value !== null) {
            for (const [key, inner] of Object.entries(value)) {
                if (imageFields.has(key) && typeof inner === "string" && parseImageReference(inner) !== undefined) {
                    found.add(inner);
                } else {
                    visit(inner);
                }
            }
        }
    };
    visit(objects);
    return [...found].sort();
}

/**
 * The name of an image among all packages.
 * @see https://github.com/package-url/purl-spec
 */
function packageUrl({ registry, repository, tag, digest }: ImageReference): string {
    const version = encodeURIComponent(digest ?? tag ?? "");
    return `pkg:docker/${repository}@${version}${registry === "docker.io" ? "" : `?repository_url=${encodeURIComponent(registry)}`}`;
}

function component(image: string): BillComponent {
    const reference = parseImageReference(image) as ImageReference;
    const { registry, repository, tag, digest } = reference;
    return {
        type: "container", name: `${registry}/${repository}`, version: tag ?? digest ?? "", purl: packageUrl(reference), "bom-ref": image,
        ...(digest?.startsWith("sha256:") && { hashes: [{ alg: "SHA-256", content: digest.slice("sha256:".length) }] }),
    };
}

/** The bill of the images that a stack runs. */
export function billOfImages(name: string, images: readonly string[]): Bill {
    return {
        bomFormat: "CycloneDX", specVersion, version: 1,
        metadata: { component: subject(name) },
        components: images.map(component),
        dependencies: [{ ref: name, dependsOn: images }],
    };
}
