import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { PolicyConfigJSONSchema } from "@pulumi/policy/schema";
import { settingsSchema } from "./framework/policy";
import type { Rule, RuleDescription } from "./framework/rule";
import { exemptionUse } from "./framework/exemptionUse";
import { groups } from "./pack";
import { podSecurity } from "./pod-security/podSecurity";
import { checks } from "./pod-security/registry";

/** Where the page is kept. */
export const pagePath = join(__dirname, "../docs/policies.md");

function code(text: string): string {
    return `\`${text}\``;
}

function defaultOf({ default: value }: PolicyConfigJSONSchema): string {
    return value === undefined ? "none" : code(JSON.stringify(value));
}

function settingLines(rule: RuleDescription): string[] {
    return Object.entries(settingsSchema(rule))
        .filter(([name]) => name !== "exempt")
        .map(([name, schema]) => `  - ${code(name)}: ${schema.description} Default ${defaultOf(schema)}.`);
}

function levelLine(rule: RuleDescription): string[] {
    const check = checks.find(({ id }) => id === rule.id);
    if (check === undefined) {
        return [];
    }
    const [first, ...later] = check.versions.map(({ since }) => `v1.${since}`);
    return [`- Level ${check.level}, since ${first}${later.length > 0 ? `, changed in ${later.join(", ")}` : ""}`];
}

function section(rule: RuleDescription): string[] {
    const settings = settingLines(rule);
    const fills = "fill" in rule && (rule as Rule).fill !== undefined;
    return [
        `### ${rule.id}`, "",
        rule.description, "",
        ...levelLine(rule),
        `- Severity ${rule.severity}, by default ${rule.enforcement}${fills ? "; `remediate` fills what is absent" : ""}`,
        `- Judges ${rule.fields.map(code).join(", ")}`,
        `- Allowed: ${rule.allowed}`,
        `- Remedy: ${rule.fix}`,
        ...(settings.length > 0 ? ["- Settings:", ...settings] : []),
        `- [Read more](${rule.link})`, "",
    ];
}

/** The page that describes every policy, made from the policies themselves. */
export function policiesPage(): string {
    const count = groups.reduce((sum, { rules }) => sum + rules.length, 2);
    return [
        "# Policies", "",
        "<!-- Made from the code by `npm run docs --prefix policies`; a test compares them. -->", "",
        `The ${count} policies of the pack in [policies/](../policies/README.md). \`*[*]\` in a path stands for each init, main and ephemeral `
        + "container; paths are those of the pod, wherever it stands.", "",
        "Each policy can be set to `advisory`, `mandatory`, `remediate` or `disabled`. All but the first two have a setting `exempt`: a list of "
        + "objects that may break the policy, by `stacks`, `namespaces`, `kind` and `name`, each with the `reason`. Fields that are unknown at "
        + "preview are reported as not judged, and never hide a violation.", "",
        "## Before and after all others", "",
        ...section(podSecurity),
        ...section(exemptionUse),
        ...groups.flatMap(({ title, rules }) => [`## ${title}`, "", ...rules.flatMap(section)]),
    ].join("\n");
}

/** The page as it is kept; empty when there is none. */
export function keptPage(): string {
    try {
        return readFileSync(pagePath, "utf8");
    } catch {
        return "";
    }
}

if (require.main === module) {
    if (process.argv.includes("--help")) {
        process.stdout.write("usage: npm run docs\n\nWrites docs/policies.md from the policies.\n");
    } else {
        mkdirSync(dirname(pagePath), { recursive: true });
        writeFileSync(pagePath, policiesPage());
        process.stdout.write(`wrote ${pagePath}\n`);
    }
}
