import type { EnvironmentDefaults } from "../../kit/environment";
import { parseImage } from "../../kit/images";
import type { RefusedSetting } from "../../kit/section";
import type { GauzianSettings } from "./settings";

/** What is allowed and yet unwise in prod, a sentence each. */
export function advisories({ backend, front, backup, storageClass }: GauzianSettings, environment: EnvironmentDefaults): string[] {
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
        ...(backup.s3 === null
            ? ["backup.s3 names no server outside the cluster: the dumps and the chunks are lost with the cluster that they are of"]
            : []),
    ];
}

/** Database connections that one backend pod opens. */
const connectionsPerPod = 15;

/** Connections kept free for the exporter, backups, migrations and people. */
const reservedConnections = 20;

/** What does not go together, and what only dev may be told to do. */
export function refused(settings: GauzianSettings, environment: EnvironmentDefaults): RefusedSetting[] {
    const loaded = settings.loadTest.enabled && environment.name === "prod";
    return [
        ...contradictions(settings), ...developmentOnly(settings, environment),
        ...(loaded ? [{ path: ["loadTest", "enabled"], allowed: "allowed is false in prod, whose users would wait behind it" }] : []),
    ];
}

function contradictions({ backend: { hpa: { minimum, maximum } }, postgres, metrics, monitoring }: GauzianSettings): RefusedSetting[] {
    const connections = maximum * connectionsPerPod + reservedConnections;
    return [
        ...(minimum <= maximum ? [] : [{ path: ["backend", "hpa", "minimum"], allowed: `allowed is at most the maximum of ${maximum}` }]),
        ...(connections <= postgres.maximumConnections ? [] : [{
            path: ["postgres", "maximumConnections"],
            allowed: `allowed is ${connections} or more: ${maximum} pods with ${connectionsPerPod} connections each and ${reservedConnections} in reserve`,
        }]),
        ...(metrics.schema === "published" && monitoring.operator ? [{
            path: ["metrics", "schema"],
            allowed: "allowed is documented with monitoring.operator, whose Prometheus does not scrape Redis",
        }] : []),
    ];
}

function developmentOnly({ backend, imagePullPolicy }: GauzianSettings, environment: EnvironmentDefaults): RefusedSetting[] {
    return environment.name === "dev" ? [] : [
        ...(backend.cookieSecure ? [] : [{ path: ["backend", "cookieSecure"], allowed: `allowed is true in ${environment.name}; only dev may serve HTTP` }]),
        ...(imagePullPolicy === undefined
            ? []
            : [{ path: ["imagePullPolicy"], allowed: `allowed is to leave it out in ${environment.name}; only dev may use images loaded by hand` }]),
    ];
}
