import { securityFramework } from "../framework/compliance";
import type { Field } from "../framework/field";
import type { Rule } from "../framework/rule";
import { givesAway, inlineSecret, secretOption } from "./sensitive";

/** What is secret about a variable; undefined when nothing is. */
function secretOf(name: string, value: string, ignored: readonly string[]): string | undefined {
    return givesAway(name, value) && !ignored.includes(name) ? `the literal value of ${name}` : inlineSecret(value);
}

/** Secrets among the words of a command: in a word, or as what stands behind an option. */
function secretsIn(words: readonly Field[], ignored: readonly string[]): [field: Field, what: string][] {
    return words.flatMap((word, index): [Field, string][] => {
        const option = secretOption(index > 0 ? words[index - 1]!.text() : "");
        const text = word.text();
        const what = option === undefined || text.startsWith("-") ? inlineSecret(text) : secretOf(option, text, ignored);
        return what === undefined ? [] : [[word, what]];
    });
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
            description: "Variables and options that sound like secrets and are none, such as NEXT_PAGE_TOKEN.",
        },
    },
    judgePod: (pod, { object }, settings) => pod.containers.flatMap(({ field, name: container }) => {
        const ignored = settings["ignoredNames"] as string[];
        const variables = field.at("env").items().flatMap((variable): [Field, string][] => {
            const what = secretOf(variable.at("name").text(), variable.at("value").text(), ignored);
            return what === undefined ? [] : [[variable.at("value"), what]];
        });
        return [...variables, ...secretsIn([...field.at("command").items(), ...field.at("args").items()], ignored)].map(([secret, what]) => ({
            object,
            summary: `container "${container}" is given ${what} in clear text`,
            // The value itself must not turn up in logs.
            findings: [{ path: secret.path, found: "(not shown)", allowed: "a reference to a Secret", container }],
        }));
    }),
};
