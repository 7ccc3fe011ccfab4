import { securityFramework } from "../framework/compliance";
import type { Field } from "../framework/field";
import type { Rule } from "../framework/rule";
import { givesAway, inlineSecret } from "./sensitive";

function decoded(field: Field): string {
    return Buffer.from(field.text(), "base64").toString("utf8");
}

/** Whoever may read configuration does not learn passwords by it. */
export const secretInConfigMap: Rule = {
    id: "secretInConfigMap",
    kinds: ["ConfigMap"],
    description: "No ConfigMap may hold a secret.",
    enforcement: "mandatory",
    severity: "critical",
    framework: securityFramework("secrets: not in ConfigMaps"),
    fix: "Move the value into a Secret; let the configuration refer to a variable or a file that comes from there.",
    link: "https://kubernetes.io/docs/concepts/configuration/secret/",
    fields: ["data", "binaryData"],
    allowed: "values that are not secret, references such as ${NAME}, and paths of files",
    settings: {
        ignoredKeys: { type: "array", items: { type: "string" }, default: [], description: "Keys that sound like secrets and are none." },
    },
    judgeObject: ({ object, root }, settings) => [
        ...root.at("data").entries().map(([key, field]) => ({ key, field, value: field.text() })),
        ...root.at("binaryData").entries().map(([key, field]) => ({ key, field, value: decoded(field) })),
    ].flatMap(({ key, field, value }) => {
        const ignored = (settings["ignoredKeys"] as string[]).includes(key);
        const what = givesAway(key, value) && !ignored ? "a value under a name for secrets" : inlineSecret(value);
        return what === undefined ? [] : [{
            object, summary: `key "${key}" holds ${what}`, findings: [{ path: field.path, found: "(not shown)", allowed: "no secret" }],
        }];
    }),
};
