import { RunError } from "@pulumi/pulumi";
import type { z } from "zod";

/** One thing that is wrong with the configuration. */
export interface ConfigurationIssue {
    /** Full key, such as `platforms:taskflow.postgres.storage`. */
    readonly key: string;
    /** What was found; undefined when the key is missing. */
    readonly value: unknown;
    /** What would be right. */
    readonly allowed: string;
}

/** Everything that is wrong with the configuration, said before any resource is registered. */
export class ConfigurationError extends RunError {
    constructor(readonly issues: readonly ConfigurationIssue[]) {
        const lines = issues.map(({ key, value, allowed }) => `  ${key} is ${value === undefined ? "missing" : JSON.stringify(value)}; ${allowed}`);
        super([
            `the configuration has ${issues.length} error${issues.length === 1 ? "" : "s"}, nothing was changed:`,
            ...lines,
            "Mend each with: pulumi config set --path '<key>' <value>   (or edit Pulumi.<stack>.yaml)",
        ].join("\n"));
    }
}

/** The value at a path of some settings; undefined where there is none. */
export function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
    return path.reduce<unknown>((node, key) => (node as Record<PropertyKey, unknown> | undefined)?.[key], input);
}

/** What a limit counts, by what is limited. */
const counted: Readonly<Record<string, string>> = { string: " letters", array: " entries", record: " entries" };

function allowedBy(issue: z.core.$ZodIssue): string {
    // A setting's own words say more than its kind.
    if (issue.message.startsWith("allowed ")) {
        return issue.message;
    }
    switch (issue.code) {
        case "invalid_value":
            return `allowed is ${issue.values.map(value => JSON.stringify(value)).join(", ")}`;
        case "too_small":
            return `allowed is ${issue.minimum}${counted[issue.origin] ?? ""} or more`;
        case "too_big":
            return `allowed is ${issue.maximum}${counted[issue.origin] ?? ""} or less`;
        case "invalid_type":
            return `allowed is a value of type ${issue.expected}`;
        case "invalid_format":
            return `allowed is a text that matches ${issue.pattern ?? issue.format}`;
        case "invalid_union":
            return `allowed is one of: ${issue.errors.flat().map(allowedBy).join(", ").replaceAll(/allowed (is|are) /g, "")}`;
        default:
            return `allowed is another value: ${issue.message}`;
    }
}

/** Full key of a setting, with list items as `pulumi config set --path` takes them: `platforms:enabled[0]`. */
export function settingKey(prefix: string, path: readonly PropertyKey[]): string {
    return path.reduce<string>((key, step) => (typeof step === "number" ? `${key}[${step}]` : `${key}.${String(step)}`), prefix);
}

/** Translates what zod found, keyed by the full name of each setting. */
export function issuesOf(error: z.ZodError, prefix: string, input: unknown): ConfigurationIssue[] {
    return error.issues.flatMap(issue => {
        const key = settingKey(prefix, issue.path);
        if (issue.code === "unrecognized_keys") {
            return issue.keys.map(unknown => ({
                key: `${key}.${unknown}`, value: valueAt(input, [...issue.path, unknown]), allowed: "there is no such setting",
            }));
        }
        // A check that spans several settings may blame one whose value is a default, which is not in the input.
        const value = issue.code === "custom" && issue.params ? issue.params["value"] : valueAt(input, issue.path);
        return [{ key, value, allowed: allowedBy(issue) }];
    });
}
