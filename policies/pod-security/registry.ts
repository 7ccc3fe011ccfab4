import { allowPrivilegeEscalation } from "./allowPrivilegeEscalation";
import { appArmorProfile } from "./appArmorProfile";
import { capabilitiesBaseline } from "./capabilities_baseline";
import { capabilitiesRestricted } from "./capabilities_restricted";
import type { Check, CheckLevel, Judge } from "./check";
import { hostNamespaces } from "./hostNamespaces";
import { hostPathVolumes } from "./hostPathVolumes";
import { hostPorts } from "./hostPorts";
import { hostProbesAndHostLifecycle } from "./hostProbesAndHostLifecycle";
import { privileged } from "./privileged";
import { procMount } from "./procMount";
import { procMountRestricted } from "./procMount_restricted";
import { restrictedVolumes } from "./restrictedVolumes";
import { runAsNonRoot } from "./runAsNonRoot";
import { runAsUser } from "./runAsUser";
import { seLinuxOptions } from "./seLinuxOptions";
import { seccompProfileBaseline } from "./seccompProfile_baseline";
import { seccompProfileRestricted } from "./seccompProfile_restricted";
import { sysctls } from "./sysctls";
import { windowsHostProcess } from "./windowsHostProcess";

/** Minor version standing for `latest`: newer than any that a check names. */
export const latest = Number.MAX_SAFE_INTEGER;

/**
 * Makes sure that checks can be looked up by id and version.
 * @throws Error when ids repeat, versions do not rise, or a check overrides one that is not a baseline check
 */
export function validateChecks(checks: readonly Check[]): void {
    const levels = new Map<string, CheckLevel>();
    for (const { id, level, versions } of checks) {
        if (levels.has(id)) {
            throw new Error(`check ${id}: registered twice`);
        }
        levels.set(id, level);
        if (versions.length === 0) {
            throw new Error(`check ${id}: has no version`);
        }
        for (const [index, { since }] of versions.entries()) {
            if (index > 0 && since <= versions[index - 1]!.since) {
                throw new Error(`check ${id}: version v1.${since} must be above v1.${versions[index - 1]!.since}`);
            }
        }
    }
    for (const { id, level, versions } of checks) {
        for (const override of versions.flatMap(({ overrides = [] }) => overrides)) {
            if (level !== "restricted" || levels.get(override) !== "baseline") {
                throw new Error(`check ${id}: only a restricted check may override, and only a baseline check; ${override} is not one`);
            }
        }
    }
}

function sorted(all: readonly Check[]): Check[] {
    validateChecks(all);
    const rank = { baseline: 0, restricted: 1 };
    return [...all].sort((a, b) => rank[a.level] - rank[b.level] || (a.id < b.id ? -1 : 1));
}

/** Every check of the Pod Security Standards: baseline first, then restricted, each by id, as the API server lists them. */
export const checks: readonly Check[] = sorted([
    allowPrivilegeEscalation, appArmorProfile, capabilitiesBaseline, capabilitiesRestricted, hostNamespaces, hostPathVolumes, hostPorts,
    hostProbesAndHostLifecycle, privileged, procMount, procMountRestricted, restrictedVolumes, runAsNonRoot, runAsUser, seLinuxOptions,
    seccompProfileBaseline, seccompProfileRestricted, sysctls, windowsHostProcess,
]);

function versionOf(check: Check, minor: number): Check["versions"][number] | undefined {
    return check.versions.filter(({ since }) => since <= minor).at(-1);
}

/**
 * The form of a check that is in force, or undefined when the level or version does not have it.
 * Restricted includes baseline, but for the checks that a restricted one replaces.
 * @param check one of {@link checks}
 * @param level of the namespace
 * @param minor version of the standard, 36 for v1.36, or {@link latest}
 */
export function inForce(check: Check, level: CheckLevel, minor: number): Judge | undefined {
    if (level === "baseline" && check.level === "restricted") {
        return undefined;
    }
    const overridden = level === "restricted"
        && checks.some(other => other.level === "restricted" && versionOf(other, minor)?.overrides?.includes(check.id));
    return overridden ? undefined : versionOf(check, minor)?.judge;
}
