import { describe } from "../framework/kubernetesObject";
import type { EngineResource } from "../framework/kubernetesObject";
import { unknownMessage } from "../framework/message";
import { Pod } from "../framework/pod";
import type { Program } from "../framework/program";
import type { RuleDescription } from "../framework/rule";
import { podSecuritySettings } from "./settings";
import { podSecurityFramework } from "./standard";

/** Description of the policy that stands before all others. */
export const podSecurity: RuleDescription = {
    id: "podSecurity",
    description: "Holds the settings of the Pod Security Standards, and names what no policy can look into.",
    enforcement: "advisory",
    severity: "low",
    framework: podSecurityFramework("levels, versions and exemptions"),
    fix: "Keep what policies read out of Outputs: name images, ports, security contexts and labels with plain values.",
    link: "https://kubernetes.io/docs/concepts/security/pod-security-admission/",
    fields: ["spec", "spec.containers", "spec.initContainers", "spec.ephemeralContainers"],
    allowed: "anything that is known at preview",
    settings: podSecuritySettings,
};

/** What the policies cannot look into: reported once, here, instead of by each of them. */
export function blindSpots(resource: EngineResource, program: Program): string[] {
    if (resource.type === "kubernetes:helm.sh/v3:Release") {
        return [`Helm release ${resource.urn.slice(resource.urn.lastIndexOf("::") + 2)}: not judged, because Helm renders its objects `
            + "inside the provider\n  fix       Use kubernetes.helm.v4.Chart, whose objects are resources that policies see."];
    }
    return program.podsOf(resource).flatMap(carrier => {
        const { unreadable } = new Pod(carrier);
        return [
            ...(unreadable.length > 0 ? [unknownMessage(`${describe(carrier.object)}: pod`, unreadable)] : []),
            ...(carrier.partial
                ? [`${describe(carrier.object)}: judged in part, because a patch declares only some fields of the pod`]
                : []),
        ];
    });
}
