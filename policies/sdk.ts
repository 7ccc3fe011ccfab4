import type { ReportViolation, ResourceValidationArgs, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { PolicyPack } from "@pulumi/policy";
import { known } from "./framework/field";
import type { Properties } from "./framework/field";
import type { EngineResource } from "./framework/kubernetesObject";
import type { Policy, Reporter } from "./framework/policy";
import { settingsSchema } from "./framework/policy";
import { fillIn } from "./framework/remediation";
import { description, policies } from "./pack";

/** What the SDK runs of a policy: both validations of one that has both. */
type SdkPolicy = ResourceValidationPolicy & Partial<Pick<StackValidationPolicy, "validateStack">>;

/**
 * What the SDK hands out throws when an unknown value is read; this is what stands behind it, as the engine sent it. What one
 * remediation returned the next one gets as it is.
 */
function sent(properties: object): Record<string, unknown> {
    // The SDK leaves this out of its types.
    const { getSpecialProxyTarget } = require("@pulumi/policy/proxy") as { readonly getSpecialProxyTarget: string };
    const own = properties as Record<string, unknown>;
    return own[getSpecialProxyTarget] as Record<string, unknown> | undefined ?? own;
}

function resourceOf({ type, urn, provider, props: properties }: Pick<ResourceValidationArgs, "type" | "urn" | "provider" | "props">): EngineResource {
    let props: Properties | undefined;
    return {
        type, urn, provider,
        get props() {
            return props ??= known(sent(properties)) as Properties;
        },
    };
}

/** The SDK also takes a whole report in place of a message; only so can a warning come from a policy that is mandatory. */
function reporter(report: ReportViolation): Reporter {
    return ({ message, urn, advisory }) =>
        (report as unknown as (violation: object) => void)({ message, urn, ...(advisory && { enforcementLevel: "advisory" }) });
}

function sdkPolicy({ rule, configure, judgeResource, judgeStack, fill }: Policy): SdkPolicy {
    // The engine configures the pack before it sends the first resource.
    let isConfigured = false;
    function configureOnce({ getConfig }: { getConfig<T extends object>(): T }): void {
        if (!isConfigured) {
            configure(getConfig());
            isConfigured = true;
        }
    }
    return {
        name: rule.id,
        description: rule.description,
        enforcementLevel: rule.enforcement,
        severity: rule.severity,
        framework: rule.framework,
        remediationSteps: rule.fix,
        url: rule.link,
        configSchema: { properties: settingsSchema(rule) },
        ...(judgeResource && {
            validateResource: (args: ResourceValidationArgs, report: ReportViolation) => {
                configureOnce(args);
                judgeResource(resourceOf(args), reporter(report));
            },
        }),
        ...(judgeStack && {
            validateStack: (args, report) => {
                configureOnce(args);
                judgeStack(args.resources.map(resourceOf), reporter(report));
            },
        }),
        ...(fill && {
            remediateResource: args => {
                configureOnce(args);
                const fillings = fill(resourceOf(args));
                return fillings.length > 0 ? fillIn(sent(args.props), fillings) : undefined;
            },
        }),
    };
}

/** The pack as the policy SDK serves it. */
new PolicyPack(description.name, {
    displayName: description.displayName, description: description.description, policies: policies().map(sdkPolicy),
});
