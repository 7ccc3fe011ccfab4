import { practiceFramework } from "./compliance";
import type { Policy } from "./policy";
import { settingsOf } from "./policy";
import type { Program } from "./program";
import type { RuleDescription } from "./rule";

/** Description of the policy that stands after all others. */
export const exemptionUse: RuleDescription = {
    id: "exemptionUse",
    description: "Every exemption in the configuration of the pack must still be of use.",
    enforcement: "advisory",
    severity: "low",
    framework: practiceFramework("exemptions are reviewed"),
    fix: "Remove the exemption from the file given with --policy-pack-config.",
    link: "https://www.pulumi.com/docs/insights/policy/policy-packs/authoring/",
    fields: ["exempt of each policy"],
    allowed: "exemptions that cover at least one object that breaks the policy",
};

/** The policy, which runs when every other one has said what it exempts. */
export function exemptionUsePolicy(program: Program): Policy {
    return {
        rule: exemptionUse,
        configure: given => void settingsOf(exemptionUse, given),
        judgeStack: (_, report) => {
            for (const [policy, exemption] of program.unusedExemptions) {
                const { reason, ...covers } = exemption;
                report({
                    message: `an exemption from ${policy} covers nothing that breaks it: ${JSON.stringify(covers)} ("${reason}")\n`
                        + `  fix       ${exemptionUse.fix}`,
                    urn: "",
                });
            }
        },
    };
}
