import { securityFramework } from "../framework/compliance";
import type { Field } from "../framework/field";
import type { Rule } from "../framework/rule";
import { inlineSecret, isHarmless, isSensitiveName } from "./sensitive";

/** What is secret about a variable; undefined when nothing is. */
function secretOf(name: string, value: string, ignored: readonly string[]): string | undefined {
    if (isSensitiveName(name) && !ignored.includes(name) && !isHarmless(value)) {
        return `the literal value of ${name}`;
    }
    return inlineSecret(value);
}

/** Secrets stay in Secrets, where access to them is limited and recorded. */
export const secretInEnvironment: Rule = {
    id: "secretInEnvironment",
    description: "No environment variable, command or argument may hold a secret in clear text.",
    enforcement: "mandatory",
    severity: "critical",
    framework: securityFramework("secrets: not in environment variables or arguments"),
    fix: "Put the value into a Secret and refer to it by valueFrom.secretKeyRef, or mount the Secret as a file.",
    link: "https://kubernetes.io/docs/concepts/configuration/secret/",
    fields: ["spec.*[*].env[*].value", "spec.*[*].command", "spec.*[*].args"],
    allowed: "values that are not secret, references such as $(NAME), and paths of files",
    settings: {
        ignoredNames: {
            type: "array", items: { type: "string" }, default: [],
            description: "Variables that sound like secrets and are none, such as NEXT_PAGE_TOKEN.",
        },
    },
    judgePod: (pod, { object }, settings) => pod.containers.flatMap(({ field, name: container }) => {
        const found: [field: Field, what: string][] = [];
        for (const variable of field.at("env").items()) {
            const what = secretOf(variable.at("name").text(), variable.at("value").text(), settings["ignoredNames"] as string[]);
            found.push(...(what === undefined ? [] : [[variable.at("value"), what] as [Field, string]]));
        }
        for (const word of [...field.at("command").items(), ...field.at("args").items()]) {
            const what = inlineSecret(word.text());
            found.push(...(what === undefined ? [] : [[word, what] as [Field, string]]));
        }
        return found.map(([secret, what]) => ({
            object,
            summary: `container "${container}" is given ${what} in clear text`,
            // The value itself must not turn up in logs.
            findings: [{ path: secret.path, found: "(not shown)", allowed: "a reference to a Secret", container }],
        }));
    }),
};
