import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import { version as currentRelease } from "../../package.json";
import { environmentNames } from "../../components/kit/environment";
import { parseQuantity } from "../../components/kit/quantity";
import type { Inputs, Recording, Registration } from "./mocks";
import { recordProgram } from "./program";

/** A volume as its claim, or the template of its claim, describes it. */
export interface KeptVolume {
    readonly size: string;
    /** What a claim cannot change. */
    readonly fixed: Inputs;
}

/** One thing that is lost for good when it is deleted or replaced: a namespace, volumes, a generated value. */
export interface Kept {
    /** What the API server or the provider answers a change of with a new object. */
    readonly fixed: Inputs;
    /** By name within the object. @default none */
    readonly volumes?: Readonly<Record<string, KeptVolume>>;
}

/** What of a release must not be lost, by the URN under which the engine knows it. */
export type KeptObjects = Readonly<Record<string, Kept>>;

const identity = ({ apiVersion, kind, metadata: { name, namespace } }: Inputs): Inputs => ({ apiVersion, kind, name, namespace });

function keptVolume({ resources, ...fixed }: Inputs): KeptVolume {
    return { size: resources.requests.storage, fixed };
}

/** Finds in an object what an update must not lose. @see https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/ */
function keptOf({ type, inputs }: Registration): Kept | undefined {
    if (type.startsWith("random:")) return { fixed: inputs };
    switch (type) {
        case "kubernetes:core/v1:Namespace": return { fixed: identity(inputs) };
        case "kubernetes:core/v1:PersistentVolumeClaim": return { fixed: identity(inputs), volumes: { claim: keptVolume(inputs.spec) } };
        case "kubernetes:apps/v1:StatefulSet": {
            const { volumeClaimTemplates: templates = [], serviceName, podManagementPolicy, selector } = inputs.spec;
            return templates.length === 0 ? undefined : {
                fixed: { ...identity(inputs), serviceName, podManagementPolicy, selector },
                volumes: Object.fromEntries(templates.map(({ metadata, spec }: Inputs) => [metadata.name, keptVolume(spec)])),
            };
        }
        default: return undefined;
    }
}

/** The types from the stack down to a resource, as its URN has them: a resource under another parent is another one. */
function qualifiedUrn(registration: Registration, byUrn: ReadonlyMap<string, Registration>): string {
    const types: string[] = [];
    for (let at: Registration | undefined = registration; at; at = byUrn.get(at.parent)) {
        types.unshift(at.type);
    }
    return `${types.join("$")}::${registration.name}`;
}

/** What an update must not lose of a recorded program. */
export function keptObjects({ registrations }: Recording): KeptObjects {
    const byUrn = new Map(registrations.map(registration => [registration.urn, registration]));
    const entries = registrations.flatMap(registration => {
        const kept = keptOf(registration);
        return kept ? [[qualifiedUrn(registration, byUrn), kept] as const] : [];
    });
    // What is undefined does not reach the engine, nor a file.
    return JSON.parse(JSON.stringify(Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1))))) as KeptObjects;
}

function lossesOf(urn: string, before: Kept, after: Kept | undefined): string[] {
    if (after === undefined) return [`${urn} is deleted`];
    if (!isDeepStrictEqual(before.fixed, after.fixed)) return [`${urn} is replaced`];
    return Object.entries(before.volumes ?? {}).flatMap(([name, volume]) => {
        const now = after.volumes?.[name];
        if (now === undefined) return [`${urn}: volume ${name} is deleted`];
        if (!isDeepStrictEqual(volume.fixed, now.fixed)) return [`${urn}: volume ${name} is replaced`];
        return parseQuantity(now.size) < parseQuantity(volume.size) ? [`${urn}: volume ${name} shrinks from ${volume.size} to ${now.size}`] : [];
    });
}

/** What an update from one program to another would lose, a line each. */
export function losses(before: KeptObjects, after: KeptObjects): string[] {
    return Object.entries(before).flatMap(([urn, kept]) => lossesOf(urn, kept, after[urn]));
}

/** The release that package.json names. */
export { currentRelease };

/** Where releases are kept, a folder each. */
export const releasesFolder = join(__dirname, "../releases");

/** Names of the kept releases. */
export const releases = (): string[] => readdirSync(releasesFolder);

/** What a kept release has in a stack. */
export function releasedObjects(release: string, stack: string): KeptObjects {
    return JSON.parse(readFileSync(join(releasesFolder, release, `${stack}.json`), "utf8")) as KeptObjects;
}

/** Losses that docs/upgrades.md tells how to live with: the line of {@link losses}, and the heading there. */
export function acceptedLosses(release: string): Readonly<Record<string, string>> {
    const path = join(releasesFolder, release, "accepted.yaml");
    return existsSync(path) ? parse(readFileSync(path, "utf8")) as Record<string, string> : {};
}

async function keepRelease(): Promise<void> {
    const folder = join(releasesFolder, currentRelease);
    mkdirSync(folder, { recursive: true });
    for (const stack of environmentNames) {
        const { recording } = await recordProgram(stack);
        const lines = Object.entries(keptObjects(recording)).map(([urn, kept]) => `${JSON.stringify(urn)}: ${JSON.stringify(kept)}`);
        writeFileSync(join(folder, `${stack}.json`), `{\n${lines.join(",\n")}\n}\n`);
    }
}

if (require.main === module) {
    void keepRelease();
}
