import type { Field } from "../framework/field";
import type { CheckLevel } from "./check";
import { latest } from "./registry";

/** Level of a namespace; `privileged` allows everything. */
export type Level = "privileged" | CheckLevel;

/** Levels in rising order of strictness. */
export const levels: readonly Level[] = ["privileged", "baseline", "restricted"];

/** A level and the version of the standard that defines it. */
export interface LevelVersion {
    readonly level: Level;
    /** Minor version, 36 for v1.36, or {@link latest}. */
    readonly minor: number;
    /** Where it comes from, ready to print after "level restricted:v1.36". */
    readonly origin: string;
}

/** What a namespace's labels ask for: refuse, warn, or record. */
export type Mode = "enforce" | "warn" | "audit";

/** Prefix of the labels that the Pod Security admission reads. */
export const labelPrefix = "pod-security.kubernetes.io/";

/** Reads `latest` or `v1.36`; undefined for anything else. */
export function parseVersion(text: unknown): number | undefined {
    if (text === "latest") {
        return latest;
    }
    const match = typeof text === "string" ? /^v1\.(0|[1-9]\d*)$/.exec(text) : null;
    return match ? Number(match[1]) : undefined;
}

/** `latest` or `v1.36`. */
export function showVersion(minor: number): string {
    return minor === latest ? "latest" : `v1.${minor}`;
}

/**
 * The level that a namespace's labels ask for in one mode. Like the API server, an `enforce` that cannot be read is
 * taken for `restricted:latest`, and a `warn` or `audit` that cannot be read for `privileged`.
 * @param labels of the Namespace
 * @param mode which of the labels
 * @param fallback level and version where the labels are silent
 * @param namespace its name, for the origin
 */
export function levelFromLabels(labels: Field, mode: Mode, fallback: LevelVersion, namespace: string): LevelVersion {
    const level = labels.at(`${labelPrefix}${mode}`).value();
    const version = labels.at(`${labelPrefix}${mode}-version`).value();
    const unreadable = mode === "enforce" ? "restricted" : "privileged";
    return {
        level: level === undefined ? fallback.level : levels.find(known => known === level) ?? unreadable,
        minor: version === undefined ? fallback.minor : parseVersion(version) ?? latest,
        origin: level === undefined ? fallback.origin : `label ${labelPrefix}${mode} of Namespace "${namespace}"`,
    };
}
