import { rbacWildcard } from "./access/rbacWildcard";
import { autoscaledReplicas } from "./availability/autoscaledReplicas";
import { podDisruptionBudget } from "./availability/podDisruptionBudget";
import { exemptionUse, exemptionUsePolicy } from "./framework/exemptionUse";
import type { Policy } from "./framework/policy";
import { policyOf } from "./framework/policy";
import { Program } from "./framework/program";
import type { Rule, RuleDescription } from "./framework/rule";
import { version } from "./package.json";
import { imageDigest } from "./images/imageDigest";
import { imageRegistry } from "./images/imageRegistry";
import { imageTag } from "./images/imageTag";
import { ingressTls } from "./network/ingressTls";
import { networkPolicy } from "./network/networkPolicy";
import { serviceExposure } from "./network/serviceExposure";
import { checkRule } from "./pod-security/checkRule";
import { namespaceLabels } from "./pod-security/namespaceLabels";
import { podSecurity, podSecurityPolicy } from "./pod-security/podSecurity";
import { checks } from "./pod-security/registry";
import { secretCopied } from "./secrets/secretCopied";
import { secretInConfigMap } from "./secrets/secretInConfigMap";
import { secretInEnvironment } from "./secrets/secretInEnvironment";
import { cpuAndMemory, ephemeralStorage } from "./workload/containerResources";
import { probes } from "./workload/probes";
import { recommendedLabels } from "./workload/recommendedLabels";
import { serviceAccountToken } from "./workload/serviceAccountToken";

/** What is told of the pack as a whole. */
export const description = {
    name: "platforms-policies",
    displayName: "Kubernetes Pod Security Standards and workload practice",
    description: "Says at preview what the API server will say at admission, and what reviewers say afterwards.",
    version,
};

/** A group of rules under a heading of the documentation. */
export interface RuleGroup {
    readonly title: string;
    readonly rules: readonly Rule[];
}

/** Every rule of the pack but the first and the last, which stand in {@link descriptions}. */
export const groups: readonly RuleGroup[] = [
    { title: "Pod Security Standards", rules: [namespaceLabels, ...checks.map(checkRule)] },
    { title: "Images", rules: [imageTag, imageRegistry, imageDigest] },
    { title: "Workloads", rules: [cpuAndMemory, ephemeralStorage, probes, serviceAccountToken, recommendedLabels] },
    { title: "Secrets", rules: [secretInEnvironment, secretInConfigMap, secretCopied] },
    { title: "Network", rules: [networkPolicy, serviceExposure, ingressTls] },
    { title: "Availability", rules: [podDisruptionBudget, autoscaledReplicas] },
    { title: "Access", rules: [rbacWildcard] },
];

/** Every policy of the pack in the order in which they run. */
export const descriptions: readonly RuleDescription[] = [podSecurity, ...groups.flatMap(({ rules }) => rules), exemptionUse];

/**
 * The policies of the pack, which share what is known of one program. The first tells the others what a resource holds,
 * and the last tells what the others did not need.
 */
export function policies(program = new Program()): Policy[] {
    const judging = groups.flatMap(({ rules }) => rules).map(rule => policyOf(rule, program));
    return [podSecurityPolicy(program), ...judging, exemptionUsePolicy(program)];
}
