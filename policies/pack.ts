import type { Policies, ResourceValidationPolicy } from "@pulumi/policy";
import type { EngineResource } from "./framework/kubernetesObject";
import { PolicyBuilder, policyDescription, settingsOf, warn } from "./framework/policy";
import { Program } from "./framework/program";
import type { Rule } from "./framework/rule";
import { checkRule } from "./pod-security/checkRule";
import { namespaceLabels } from "./pod-security/namespaceLabels";
import { blindSpots, podSecurity } from "./pod-security/podSecurity";
import { checks } from "./pod-security/registry";
import { applyPodSecurity } from "./pod-security/settings";
import { cpuAndMemory, ephemeralStorage } from "./workload-practice/containerResources";
import { imageTag } from "./workload-practice/imageTag";

/** Every rule of the pack but `podSecurity`, in the order of their reports. */
export const rules: readonly Rule[] = [
    namespaceLabels,
    ...checks.map(checkRule),
    cpuAndMemory,
    ephemeralStorage,
    imageTag,
];

/**
 * The policies of the pack, which share what is known of one program.
 * `podSecurity` comes first: with every resource, it tells the others what the program holds so far.
 */
export function policies(program = new Program()): Policies {
    const head: ResourceValidationPolicy = {
        ...policyDescription(podSecurity),
        validateResource: (args, report) => {
            const resource = args as EngineResource;
            applyPodSecurity(program, settingsOf(podSecurity, args.getConfig()));
            program.observe(resource);
            for (const message of blindSpots(resource, program)) {
                warn(report, message, args.urn);
            }
        },
    };
    return [head, ...new PolicyBuilder(program).build(rules)];
}
