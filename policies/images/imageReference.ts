/** The parts of an image reference. */
export interface ImageReference {
    /** Host, with its port, that serves the image; `docker.io` when none is named. */
    readonly registry: string;
    /** Path within the registry, such as `library/nginx`. */
    readonly repository: string;
    readonly tag?: string;
    /** Such as `sha256:` and 64 hexadecimal digits. */
    readonly digest?: string;
}

const hostForm = /^(?:[A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*(?:\.[A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*)*|\[[0-9A-Fa-f:]+\])(?::\d+)?$/;
const pathForm = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const tagForm = /^\w[\w.-]{0,127}$/;
const digestForm = /^[A-Za-z][A-Za-z0-9]*(?:[+._-][A-Za-z][A-Za-z0-9]*)*:[0-9A-Fa-f]{32,}$/;

/**
 * Takes an image reference apart. The colon in `host:5000/app` is that of a port, and the part before the first slash
 * is a registry only when it has a dot or a colon or is `localhost`.
 * @returns undefined when it is no image reference
 * @see https://github.com/distribution/reference
 */
export function parseImageReference(reference: string): ImageReference | undefined {
    const [name = "", digest, ...more] = reference.split("@");
    const colon = name.indexOf(":", name.lastIndexOf("/") + 1);
    const tag = colon < 0 ? undefined : name.slice(colon + 1);
    const path = colon < 0 ? name : name.slice(0, colon);
    const slash = path.indexOf("/");
    const first = path.slice(0, Math.max(slash, 0));
    const hasRegistry = /[.:]|^localhost$/.test(first) || first !== first.toLowerCase();
    const registry = hasRegistry ? first : "docker.io";
    const own = hasRegistry ? path.slice(slash + 1) : path;
    const repository = registry === "docker.io" && own !== "" && !own.includes("/") ? `library/${own}` : own;
    const valid = more.length === 0 && hostForm.test(registry) && pathForm.test(repository)
        && (tag === undefined || tagForm.test(tag)) && (digest === undefined || digestForm.test(digest));
    return valid ? { registry, repository, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) } : undefined;
}
