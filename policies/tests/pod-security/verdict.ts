import type { Keys, Properties } from "../../framework/field";
import { copyKnown } from "../../framework/field";
import { Pod } from "../../framework/pod";
import type { CheckLevel, Refusal } from "../../pod-security/check";
import { refusalAt } from "../../pod-security/checkRule";
import { parseVersion } from "../../pod-security/level";
import { checks } from "../../pod-security/registry";

/** A refusal and the check it is from. */
export type Verdict = Refusal & { readonly id: string };

/** What the whole registry says of a pod: the refusals, in the registry's order. */
export function verdicts(level: CheckLevel, version: string, metadata: unknown, spec: unknown): Verdict[] {
    const [knownMetadata, knownSpec] = [copyKnown(metadata) as Properties, copyKnown(spec)];
    return checks.flatMap(check => {
        const pod = Pod.of(knownMetadata, knownSpec);
        const refusal = refusalAt(check, pod, { level, minor: parseVersion(version)! });
        return refusal ? [{ id: check.id, ...refusal }] : [];
    });
}

/** Reads the value at keys, to see that a finding points at something real. */
export function valueAt(root: unknown, keys: Keys): unknown {
    return keys.reduce<unknown>((value, key) => (value as Record<string | number, unknown> | undefined)?.[key], root);
}
