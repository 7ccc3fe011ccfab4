import { readFileSync } from "node:fs";

/** A licence in a CycloneDX document. */
export interface BillLicence {
    readonly license?: { readonly id?: string; readonly name?: string };
    readonly expression?: string;
}

/** A component in a CycloneDX document, as far as it is read here. */
export interface BillComponent {
    readonly type: string;
    readonly name: string;
    readonly group?: string;
    readonly version?: string;
    readonly purl?: string;
    readonly "bom-ref"?: string;
    readonly licenses?: readonly BillLicence[];
    readonly evidence?: { readonly licenses?: readonly BillLicence[] };
    readonly [field: string]: unknown;
}

/** A CycloneDX document. */
export interface Bill {
    readonly bomFormat: "CycloneDX";
    readonly specVersion: string;
    readonly version: number;
    readonly metadata: { readonly component: BillComponent; readonly tools?: unknown };
    readonly components: readonly BillComponent[];
    readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

/** Version of CycloneDX that all bills are written in. */
export const specVersion = "1.6";

/** What a bill is about. */
export function subject(name: string): BillComponent {
    return { type: "application", name, "bom-ref": name };
}

/** Reads a bill from a file. */
export function readBill(file: string): Bill {
    return JSON.parse(readFileSync(file, "utf8"));
}

function named({ "bom-ref": ref, purl, name, version }: BillComponent): string {
    return ref ?? purl ?? `${name}@${version ?? ""}`;
}

/**
 * Several bills as one about `name`: each component once, what each needs united, and the subjects of the bills as what
 * `name` needs.
 */
export function merged(name: string, bills: readonly Bill[]): Bill {
    const components = new Map<string, BillComponent>();
    const needs = new Map<string, Set<string>>([[name, new Set()]]);
    for (const { metadata: { component }, components: parts, dependencies } of bills) {
        needs.get(name)?.add(named(component));
        for (const part of [component, ...parts]) {
            components.set(named(part), { ...part, "bom-ref": named(part) });
        }
        for (const { ref, dependsOn = [] } of dependencies) {
            needs.set(ref, new Set([...needs.get(ref) ?? [], ...dependsOn]));
        }
    }
    const known = (ref: string): boolean => ref === name || components.has(ref);
    return {
        bomFormat: "CycloneDX", specVersion, version: 1,
        metadata: { component: subject(name) },
        components: [...components.values()].sort((one, other) => named(one) < named(other) ? -1 : 1),
        dependencies: [...needs].filter(([ref]) => known(ref))
            .map(([ref, dependsOn]) => ({ ref, dependsOn: [...dependsOn].filter(known).sort() })),
    };
}
