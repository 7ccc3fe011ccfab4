import type { Properties } from "../../framework/field";
import { known } from "../../framework/field";
import { kubernetesObjects } from "../../framework/kubernetesObject";
import { Pod } from "../../framework/pod";
import { carriedPod } from "../../framework/podCarrier";
import type { CheckLevel, Refusal } from "../../pod-security/check";
import { refusalAt } from "../../pod-security/checkRule";
import { parseVersion } from "../../pod-security/level";
import { checks } from "../../pod-security/registry";

/** A refusal and the check it is from. */
export type Verdict = Refusal & { readonly id: string };

function judge(level: CheckLevel, version: string, pod: () => Pod): Verdict[] {
    return checks.flatMap(check => {
        const refusal = refusalAt(check, pod(), { level, minor: parseVersion(version)! });
        return refusal ? [{ id: check.id, ...refusal }] : [];
    });
}

/** What the whole registry says of a pod as it stands: the refusals, in the registry's order. */
export function verdicts(level: CheckLevel, version: string, metadata: unknown, spec: unknown): Verdict[] {
    const [knownMetadata, knownSpec] = [known(metadata) as Properties, known(spec)];
    return judge(level, version, () => Pod.of(knownMetadata, knownSpec));
}

/** What it says of a pod with the defaults of the API server, as the policies see it. */
export function admissionVerdicts(level: CheckLevel, version: string, props: Record<string, unknown>): Verdict[] {
    const [object] = kubernetesObjects({ type: "kubernetes:core/v1:Pod", urn: "urn:pulumi:test::program::kubernetes:core/v1:Pod::p", props: known(props) as Properties });
    return judge(level, version, () => new Pod(carriedPod(object!)!));
}
