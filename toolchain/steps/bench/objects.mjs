// Usage: node objects.mjs < STACK-EXPORT. Prints the Kubernetes objects of an exported stack as one List, in an order in which
// a cluster accepts them.
import console from "node:console";
import process from "node:process";
import { text } from "node:stream/consumers";

const secret = "4dabf18193072939515e22adb298388d";

/** A value as the program gave it: markers of secrets opened, the provider's own fields dropped. */
function plain(value) {
    if (Array.isArray(value)) return value.map(plain);
    if (value === null || typeof value !== "object") return value;
    if (secret in value) return plain(JSON.parse(value.plaintext));
    return Object.fromEntries(Object.entries(value).filter(([key]) => !key.startsWith("__")).map(([key, inner]) => [key, plain(inner)]));
}

const first = ["CustomResourceDefinition", "Namespace", "ServiceAccount", "ClusterRole", "Role", "ConfigMap", "Secret"];
const rank = ({ kind }) => (first.includes(kind) ? first.indexOf(kind) : first.length);

const { deployment } = JSON.parse(await text(process.stdin));
const objects = deployment.resources
    .map(({ inputs }) => plain(inputs ?? {}))
    .filter(({ apiVersion, kind }) => apiVersion && kind)
    .sort((one, other) => rank(one) - rank(other));
console.log(JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
