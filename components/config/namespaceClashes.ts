import type { NamespaceUse } from "../kit/section";
import type { ConfigurationIssue } from "./configurationError";

/** A namespace as one part of the configuration uses it. */
export interface UsedNamespace extends NamespaceUse {
    /** Full key of the setting that names it, or of the section where none does. */
    readonly key: string;
}

/** Namespaces that cannot be what two parts of the configuration say they are, each told of the setting that comes later. */
export function namespaceClashes(uses: readonly UsedNamespace[]): ConfigurationIssue[] {
    const clash = (a: NamespaceUse, b: NamespaceUse): boolean => a.name === b.name && (a.owner === "one" || a.owner !== b.owner);
    return uses.flatMap((use, index) => {
        const other = uses.slice(0, index).find(earlier => clash(earlier, use));
        if (other === undefined) {
            return [];
        }
        // Where no setting names it, only the other one can change.
        const [blamed, kept] = use.path === undefined ? [other, use] : [use, other];
        return [{ key: blamed.key, value: use.name, allowed: `allowed is another name: ${kept.key} has this one${whose[kept.owner]}` }];
    });
}

const whose: Readonly<Record<NamespaceUse["owner"], string>> = { one: " for itself", several: "", others: ", which others create" };
