import type { EnvironmentDefaults } from "../../config/environments";
import { parseImage } from "../../kit/images";
import type { RefusedSetting } from "../definition";
import type { GauzianSettings } from "./settings";

/** What is allowed and yet unwise in prod, a sentence each. */
export function advisories({ backend, front, storageClass }: GauzianSettings, environment: EnvironmentDefaults): string[] {
    if (environment.name !== "prod") {
        return [];
    }
    const moving = [backend.image, front.image].filter(image => {
        const { tag, digest } = parseImage(image);
        return tag === "dev" && digest === undefined;
    });
    return [
        ...moving.map(image => `the tag of ${image} moves; name a version or, best, a digest (@sha256:...)`),
        ...(storageClass === null
            ? ["storageClass is the cluster's default; where that is node-bound, as local-path is, name one with replicas (and never nfs for PostgreSQL)"]
            : []),
    ];
}

/** What only dev may be told to do. */
export function refused({ backend, imagePullPolicy }: GauzianSettings, environment: EnvironmentDefaults): RefusedSetting[] {
    return environment.name === "dev" ? [] : [
        ...(backend.cookieSecure ? [] : [{ path: ["backend", "cookieSecure"], allowed: `allowed is true in ${environment.name}; only dev may serve HTTP` }]),
        ...(imagePullPolicy === undefined
            ? []
            : [{ path: ["imagePullPolicy"], allowed: `it must not be set in ${environment.name}; only dev may use images loaded by hand` }]),
    ];
}
