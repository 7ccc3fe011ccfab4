import type { ImageLock } from "../../components/kit/images";
import { parseImageReference } from "../../policies/images/imageReference";
import type { Answer } from "./registry";

/** What becomes of an image in the lock. */
export type Outcome = "added" | "kept" | "moved" | "updated" | "removed" | "unanswered";

/** One image, and what becomes of it. */
export interface LockChange {
    readonly image: string;
    readonly outcome: Outcome;
    /** Digest in the lock that results; undefined when there is none. */
    readonly digest?: string | undefined;
    /** What the registry says. */
    readonly answer?: Answer | undefined;
}

/** Name of an image without its version, such as `docker.io/library/redis`. */
export function nameOf(image: string): string {
    const reference = parseImageReference(image);
    if (reference === undefined) {
        throw new Error(`"${image}" is no image reference; allowed is a repository and a tag, such as redis:7.4.11`);
    }
    return `${reference.registry}/${reference.repository}`;
}

/** Whether every version of an image that is in use has a digest in the lock. */
export function isLocked(name: string, images: readonly string[], lock: ImageLock): boolean {
    return images.filter(image => nameOf(image) === name).every(image => lock[image] !== undefined);
}

function change(image: string, locked: string | undefined, answer: Answer | undefined, update: boolean): LockChange {
    if (answer?.digest === undefined) {
        return { image, outcome: "unanswered", digest: locked, answer };
    }
    if (locked === undefined || locked === answer.digest) {
        return { image, outcome: locked === undefined ? "added" : "kept", digest: answer.digest, answer };
    }
    return update ? { image, outcome: "updated", digest: answer.digest, answer } : { image, outcome: "moved", digest: locked, answer };
}

/**
 * What becomes of each image when registries have answered. A tag that names something else than before keeps its locked
 * digest, unless `update` asks for the new one; an image without answer keeps what it has.
 */
export function changes(images: readonly string[], lock: ImageLock, answers: readonly Answer[], update: boolean): LockChange[] {
    const byName = new Map(answers.map(answer => [answer.name, answer]));
    return [
        ...images.map(image => change(image, lock[image], byName.get(image), update)),
        ...Object.keys(lock).filter(image => !images.includes(image)).map(image => ({ image, outcome: "removed" }) as const),
    ];
}

/** The lock that results, by name. */
export function lockAfter(found: readonly LockChange[]): ImageLock {
    const pinned = found.flatMap(({ image, digest }) => digest === undefined ? [] : [[image, digest] as const]);
    return Object.fromEntries(pinned.sort(([one], [other]) => one < other ? -1 : 1));
}

/** Settings of the policy imageDigest, as far as they name images. */
export interface DigestSettings {
    readonly withoutDigest: readonly { readonly images: readonly string[]; readonly reason: string }[];
}

/** The policy's settings without the exemptions of images whose digests are all locked. */
export function withoutLocked<Settings extends DigestSettings>(settings: Settings, images: readonly string[], lock: ImageLock): Settings {
    const used = new Set(images.map(nameOf));
    const remaining = settings.withoutDigest
        .map(entry => ({ ...entry, images: entry.images.filter(name => !used.has(name) || !isLocked(name, images, lock)) }))
        .filter(entry => entry.images.length > 0);
    return { ...settings, withoutDigest: remaining };
}
