import type { EngineResource, KubernetesObject } from "../framework/kubernetesObject";
import { describe } from "../framework/kubernetesObject";
import { unknownMessage, violationMessage } from "../framework/message";
import { Pod } from "../framework/pod";
import type { CarriedPod } from "../framework/podCarrier";
import { carriedPod } from "../framework/podCarrier";
import type { Policy } from "../framework/policy";
import { settingsOf } from "../framework/policy";
import type { Program } from "../framework/program";
import type { RuleDescription, Violation } from "../framework/rule";
import { refusalAt } from "./checkRule";
import { checks } from "./registry";
import type { PodLevels } from "./settings";
import { applyPodSecurity, levelsOf, podSecuritySettings } from "./settings";
import { podSecurityFramework } from "./standard";

/** Description of the policy that stands before all others. */
export const podSecurity: RuleDescription = {
    id: "podSecurity",
    description: "Holds the settings of the Pod Security Standards, and sees to it that every pod can be judged by the level of its Namespace.",
    enforcement: "mandatory",
    severity: "medium",
    framework: podSecurityFramework("levels, versions and exemptions"),
    fix: "Declare the Namespace before what goes into it: add dependsOn, or take the namespace from the Namespace's own metadata.name.",
    link: "https://kubernetes.io/docs/concepts/security/pod-security-admission/",
    fields: ["spec", "spec.containers", "spec.initContainers", "spec.ephemeralContainers"],
    allowed: "anything that is known at preview; what is not is reported as a warning",
    settings: podSecuritySettings,
};

/** What the policies cannot look into: reported once, here, instead of by each of them. */
function blindSpots(resource: EngineResource, pods: readonly CarriedPod[]): string[] {
    if (resource.type === "kubernetes:helm.sh/v3:Release") {
        return [`Helm release ${resource.urn.slice(resource.urn.lastIndexOf("::") + 2)}: not judged, because Helm renders its objects `
            + "inside the provider\n  fix       Use kubernetes.helm.v4.Chart, whose objects are resources that policies see."];
    }
    return pods.flatMap(carrier => {
        const { unreadable } = new Pod(carrier);
        return [
            ...(unreadable.length > 0 ? [unknownMessage(`${describe(carrier.object)}: pod`, unreadable)] : []),
            ...(carrier.partial ? [`${describe(carrier.object)}: judged in part, because a patch declares only some fields of the pod`] : []),
        ];
    });
}

function refusedBy(carrier: CarriedPod, levels: PodLevels | undefined): string[] {
    return levels ? checks.filter(check => refusalAt(check, new Pod(carrier), levels.enforce)).map(({ id }) => id) : [];
}

/** What a pod would be refused for by a Namespace that was declared after it, on top of what it was refused for before. */
function lateRefusal(carrier: CarriedPod, before: PodLevels | undefined, program: Program): Violation[] {
    const now = levelsOf(carrier, program);
    if (now?.enforce.level === before?.enforce.level && now?.enforce.minor === before?.enforce.minor) {
        return [];
    }
    const known = refusedBy(carrier, before);
    const late = refusedBy(carrier, now).filter(id => !known.includes(id));
    return late.length === 0 ? [] : [{
        object: carrier.object,
        summary: `its Namespace is declared after it, with the stricter level ${now!.enforce.level}, by which ${late.join(", ")} refuse it`,
        findings: [],
    }];
}

/** The policy, which with every resource tells the others what the program holds so far. */
export function podSecurityPolicy(program: Program): Policy {
    const judged = new Map<KubernetesObject, PodLevels | undefined>();
    return {
        rule: podSecurity,
        configure: given => applyPodSecurity(program, settingsOf(podSecurity, given)),
        judgeResource: (resource, report) => {
            program.observe(resource);
            const pods = program.podsOf(resource);
            pods.forEach(carrier => judged.set(carrier.object, levelsOf(carrier, program)));
            for (const message of blindSpots(resource, pods)) {
                report({ message, urn: resource.urn, advisory: true });
            }
        },
        judgeStack: (resources, report) => {
            for (const object of resources.flatMap(resource => program.objectsOf(resource))) {
                const carrier = judged.has(object) ? carriedPod(object) : undefined;
                for (const violation of carrier ? lateRefusal(carrier, judged.get(object), program) : []) {
                    report({ message: violationMessage(podSecurity, violation), urn: object.urn });
                }
            }
        },
    };
}
