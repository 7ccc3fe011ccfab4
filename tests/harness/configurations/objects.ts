import type { Composed } from "../composition";
import { parseQuantity } from "../../../components/kit/quantity";

const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const subdomain = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
const labelValue = /^(([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9])?$/;
const labelKey = /^([a-z0-9.-]{1,253}\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/** Longest names by kind, where it is not 253: of what becomes a label or a host's name, with what controllers append. */
const longest: Readonly<Record<string, number>> = { Service: 63, Namespace: 63, StatefulSet: 52, CronJob: 52, Job: 63 };

/** What the API server, or the engine before it, would refuse of what a program composes, as far as a test can tell from it. */
export function refusedObjects(composed: readonly Composed[]): string[] {
    const seen = new Set<string>();
    const twice = (what: string): string[] => seen.has(what) ? [`two are called ${what}`] : (seen.add(what), []);
    return composed.flatMap(({ type, name, inputs }) => {
        const kind = type.split(":").at(-1) as string;
        const found = [...twice(`${type} ${name}`)];
        if (type.startsWith("kubernetes:") && inputs.metadata?.name !== undefined) {
            const { name: objectName, namespace = "" } = inputs.metadata;
            found.push(...twice(`${kind} ${namespace}/${objectName} on the cluster`), ...refusedNames(kind, objectName));
        }
        return [...found, ...refusedWithin(inputs)].map(problem => `${kind} ${name}: ${problem}`);
    });
}

function refusedNames(kind: string, name: unknown): string[] {
    const allowed = kind === "Service" || kind === "Namespace" ? label : kind.includes("Role") ? /^[^/%]+$/ : subdomain;
    return typeof name === "string" && allowed.test(name) && name.length <= (longest[kind] ?? 253) ? [] : [`its name is ${JSON.stringify(name)}`];
}

/** Looks for what is wrong wherever it stands in an object. */
function refusedWithin(node: unknown, key = "", path = ""): string[] {
    if (typeof node !== "object" || node === null || "apply" in node) {
        return [];
    }
    if (Array.isArray(node)) {
        return node.flatMap((item, index) => refusedWithin(item, key, `${path}[${index}]`));
    }
    const fields = node as Record<string, unknown>;
    const here = checks[key]?.(fields) ?? [];
    return [...here.map(problem => `${path} ${problem}`), ...Object.entries(fields).flatMap(([name, child]) => refusedWithin(child, name, `${path}.${name}`))];
}

function refusedLabels(labels: Record<string, unknown>): string[] {
    return Object.entries(labels).filter(([key, value]) => !labelKey.test(key) || typeof value === "string" && !labelValue.test(value))
        .map(([key, value]) => `has the label ${key}=${JSON.stringify(value)}`);
}

const checks: Readonly<Record<string, (fields: Record<string, unknown>) => string[]>> = {
    labels: refusedLabels,
    matchLabels: refusedLabels,
    env: ({ name }) => typeof name === "string" && /^[ -<>-~]+$/.test(name) ? [] : [`has a variable called ${JSON.stringify(name)}`],
    emptyDir: ({ sizeLimit }) => sizeLimit === undefined || parseQuantity(sizeLimit as string) > 0 ? [] : [`has the size ${JSON.stringify(sizeLimit)}`],
    resources: ({ requests = {}, limits = {} }) => Object.entries(requests as Record<string, string>)
        .filter(([resource, request]) => {
            const limit = (limits as Record<string, string>)[resource];
            return parseQuantity(request) < 0 || limit !== undefined && parseQuantity(request) > parseQuantity(limit);
        })
        .map(([resource, request]) => `requests ${request} of ${resource}, and no more than ${(limits as Record<string, string>)[resource]}`),
    spec: ({ storageClassName, minReplicas, maxReplicas }) => [
        ...storageClassName !== undefined && !subdomain.test(storageClassName as string) ? [`has the class ${JSON.stringify(storageClassName)}`] : [],
        ...minReplicas !== undefined && (minReplicas as number) > (maxReplicas as number) ? [`has ${minReplicas} to ${maxReplicas} pods`] : [],
    ],
    ports: ({ port, containerPort, name }) => [
        ...[port, containerPort].filter(number => typeof number === "number" && !(number >= 1 && number <= 65_535)).map(number => `has the port ${number}`),
        ...name !== undefined && !/^(?=.{1,15}$)[a-z0-9]+(-[a-z0-9]+)*$/.test(name as string) && containerPort !== undefined ? [`has a port called ${name}`] : [],
    ],
    imagePullSecrets: ({ name }) => subdomain.test(name as string) ? [] : [`pulls with ${JSON.stringify(name)}`],
    secretKeyRef: ({ name, key }) => subdomain.test(name as string) && /^[-._a-zA-Z0-9]{1,253}$/.test(key as string) ? [] : [`refers to ${JSON.stringify(key)} of ${JSON.stringify(name)}`],
    ipBlock: ({ cidr }) => typeof cidr === "string" && /^[0-9a-f.:]+\/\d+$/.test(cidr) ? [] : [`lets ${JSON.stringify(cidr)} in`],
};
