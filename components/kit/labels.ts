import { checksum } from "./checksum";
import { imageVersion } from "./images";

/** Labels by which objects are found; a Deployment's selector is immutable, so nothing that changes belongs here. */
export interface SelectorLabels {
    readonly app: string;
    readonly "app.kubernetes.io/part-of": string;
    readonly [key: string]: string;
}

/** What the recommended labels of one workload are made from. */
export interface LabelSource {
    /** Platform the workload is part of, such as `taskflow`. */
    readonly platform: string;
    /** Object name of the workload, such as `backend-api`. */
    readonly name: string;
    /** Role within the platform: `database`, `cache`, `application`, `presentation`, `monitoring`… */
    readonly component: string;
    /** Main image, whose tag becomes the version label. */
    readonly image?: string;
    /** Further labels that a platform's document asks for. */
    readonly extra?: Readonly<Record<string, string>>;
}

/** Letters that the value of a label may have; the name of an object may have 253. */
const longestValue = 63;

/** A name as the value of a label: one that is too long ends with a part of its digest, so that no two are alike. */
function labelValue(name: string): string {
    const kept = longestValue - digestLength - 1;
    return name.length <= longestValue ? name : `${name.slice(0, kept).replace(/[-.]+$/, "")}-${checksum(name).slice(0, digestLength)}`;
}

const digestLength = 8;

/** Labels that select the pods of one workload, in its own selector as well as in Services and NetworkPolicies. */
export function selectorLabels(platform: string, name: string): SelectorLabels {
    return { app: labelValue(name), "app.kubernetes.io/part-of": platform };
}

/**
 * The labels recommended by Kubernetes, on top of the selector's.
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
 */
export function recommendedLabels(source: LabelSource): Record<string, string> {
    return {
        ...selectorLabels(source.platform, source.name),
        "app.kubernetes.io/name": labelValue(source.name),
        "app.kubernetes.io/instance": labelValue(`${source.platform}-${source.name}`),
        "app.kubernetes.io/component": source.component,
        "app.kubernetes.io/managed-by": "pulumi",
        ...(source.image === undefined ? {} : { "app.kubernetes.io/version": imageVersion(source.image) }),
        ...source.extra,
    };
}
