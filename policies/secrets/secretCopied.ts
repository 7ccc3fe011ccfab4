import { securityFramework } from "../framework/compliance";
import type { Field } from "../framework/field";
import type { KubernetesObject } from "../framework/kubernetesObject";
import { describe } from "../framework/kubernetesObject";
import { Pod } from "../framework/pod";
import { carriedPod } from "../framework/podCarrier";
import { remembered } from "../framework/remembered";
import type { Rule, Violation } from "../framework/rule";
import { Subject } from "../framework/subject";
import { isConfidential } from "./sensitive";

interface Confidential { readonly object: KubernetesObject; readonly key: string; readonly value: string }
interface Text { readonly object: KubernetesObject; readonly field: Field; readonly value: string }

function known(field: Field): string {
    return typeof field.raw === "string" ? field.raw : "";
}

// Every object is compared with every Secret of the program.
const confidentialValues = remembered((object: KubernetesObject): Confidential[] => {
    if (object.kind !== "Secret" || object.group !== "") {
        return [];
    }
    const { root } = new Subject(object);
    const entries = [
        ...root.at("stringData").entries().map(([key, field]) => [key, known(field)] as const),
        ...root.at("data").entries().map(([key, field]) => [key, decoded(field)] as const),
    ];
    return entries.filter(([key, value]) => isConfidential(key, value)).map(([key, value]) => ({ object, key, value }));
});

/** What stands in the data of a ConfigMap or Secret, with its encoding taken off. */
function decoded(field: Field): string {
    return Buffer.from(known(field), "base64").toString("utf8");
}

const publicTexts = remembered((object: KubernetesObject): Text[] => {
    const carrier = carriedPod(object);
    const { root } = new Subject(object);
    const fields = [
        ...(object.kind === "ConfigMap" ? root.at("data").entries().map(([, field]) => field) : []),
        ...(carrier ? new Pod(carrier).containers.flatMap(({ field }) => [
            ...field.at("env").items().map(variable => variable.at("value")), ...field.at("command").items(), ...field.at("args").items(),
        ]) : []),
        ...root.at("metadata", "annotations").entries().map(([, field]) => field),
    ];
    const encoded = object.kind === "ConfigMap" ? root.at("binaryData").entries().map(([, field]) => field) : [];
    return [
        ...fields.map(field => ({ object, field, value: known(field) })),
        ...encoded.map(field => ({ object, field, value: decoded(field) })),
    ].filter(({ value }) => value !== "");
});

function copies(secrets: readonly Confidential[], texts: readonly Text[], subject: KubernetesObject): Violation[] {
    return texts.flatMap(text => secrets.filter(({ value }) => text.value.includes(value)).map(({ object, key }) => ({
        object: subject,
        summary: `the value of key "${key}" of ${describe(object)} also stands in ${describe(text.object)}`,
        findings: [{ path: text.field.path, found: "(not shown)", allowed: "a reference to the Secret" }],
    })));
}

/** A password that was made at run time does not leak by being pasted into configuration. */
export const secretCopied: Rule = {
    id: "secretCopied",
    description: "A confidential value of a Secret must not stand in a ConfigMap, an environment variable, an argument or an annotation.",
    enforcement: "mandatory",
    severity: "critical",
    framework: securityFramework("secrets: not in ConfigMaps, environment variables or annotations"),
    fix: "Refer to the Secret by valueFrom.secretKeyRef or a mounted file instead of taking its value into other objects.",
    link: "https://kubernetes.io/docs/concepts/configuration/secret/",
    fields: ["data and binaryData of ConfigMaps", "spec.*[*].env[*].value", "spec.*[*].command", "spec.*[*].args", "metadata.annotations"],
    allowed: "texts without the value of a Secret of the same program, whose key sounds secret or whose value looks random",
    judgeObject: ({ object, root }, _, program) => {
        if (object.kind === "Secret") {
            // Reading them notes the unknown ones: they are compared during the update, before the object is created.
            ["data", "stringData"].forEach(key => root.at(key).entries().forEach(([, field]) => field.value()));
        }
        const own = confidentialValues(object);
        return own.length > 0
            ? copies(own, program.objects.filter(other => other !== object).flatMap(publicTexts), object)
            : copies(program.secrets.flatMap(confidentialValues), publicTexts(object), object);
    },
};
