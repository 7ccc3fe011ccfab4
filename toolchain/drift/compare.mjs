// Compares the objects of a stack as its state knows them with those of the cluster. Pure: nothing here asks anybody.

/** Key of the marks with which the engine wraps what is secret, sdk/go/common/resource/sig/sig.go of Pulumi. */
const signature = "4dabf18193072939515e22adb298388d";

const isObject = value => typeof value === "object" && value !== null;

/** A name by which an object of the state and one of the cluster find each other. */
export function keyOf({ apiVersion, kind, metadata: { namespace = "", name } }) {
    return [apiVersion, kind, namespace, name].join("|");
}

/** What a person calls an object. */
export function title({ kind, metadata: { namespace, name } }) {
    return `${kind} ${namespace ? `${namespace}/` : ""}${name}`;
}

/** How `kubectl get` takes the kind of an object. */
export function resourceOf({ apiVersion, kind }) {
    const [version, group] = apiVersion.split("/").reverse();
    return group ? `${kind.toLowerCase()}.${version}.${group}` : kind.toLowerCase();
}

/**
 * The objects of an exported state that a cluster must have: `recorded` as the API server answered last, `declared` as the program
 * wants it. Left out are what is made of others, such as a chart, and Jobs that go when they have ended.
 */
export function objectsOf({ deployment }) {
    return (deployment?.resources ?? [])
        .filter(({ type, custom, inputs, outputs, external, delete: isDeleted }) => custom && !external && !isDeleted
            && type.startsWith("kubernetes:") && !type.startsWith("kubernetes:helm.sh/") && !type.endsWith("Patch")
            && isObject(outputs?.metadata) && outputs.kind && inputs.spec?.ttlSecondsAfterFinished === undefined)
        .map(({ urn, inputs, outputs, ignoreChanges = [] }) => ({ urn, declared: inputs, recorded: outputs, ignored: new Set(ignoreChanges) }));
}

const shown = value => {
    const text = isObject(value) ? JSON.stringify(value) : String(value);
    return text.length > 60 ? `${text.slice(0, 57).replaceAll("\n", "\\n")}...` : text.replaceAll("\n", "\\n");
};

/**
 * Fields that the program declares and that are another on the cluster than the API server answered when they were declared; both
 * sides are the server's own words, so that its defaults and its way to write a quantity are no difference.
 */
function differences(declared, recorded, live, path, ignored) {
    if (ignored.has(path) || recorded === undefined || declared?.[signature] || recorded?.[signature]) return [];
    if (live === undefined) return [`${path} is gone, declared is ${shown(recorded)}`];
    if (Array.isArray(recorded)) {
        if (!Array.isArray(live) || live.length !== recorded.length || !Array.isArray(declared)) {
            return JSON.stringify(live) === JSON.stringify(recorded) ? [] : [`${path} is ${shown(live)}, declared is ${shown(recorded)}`];
        }
        return declared.flatMap((item, index) => differences(item, recorded[index], live[index], `${path}[${index}]`, ignored));
    }
    if (isObject(recorded) && isObject(declared)) {
        return Object.keys(declared).flatMap(key =>
            differences(declared[key], recorded[key], live?.[key], path === "" ? key : `${path}.${key}`, ignored));
    }
    return JSON.stringify(live) === JSON.stringify(recorded) ? [] : [`${path} is ${shown(live)}, declared is ${shown(recorded)}`];
}

/** Where the engine keeps values of Secrets it keeps them encrypted: whether one was written shows in its version. */
function isRewritten({ declared, recorded }, live) {
    return recorded.kind === "Secret" && (declared.stringData !== undefined || declared.data !== undefined)
        && recorded.metadata.resourceVersion !== live.metadata.resourceVersion;
}

const suffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/** Bytes of a size such as 5Gi, also one with a decimal suffix. */
function bytesOf(size) {
    const [, number, suffix] = /^([\d.]+)(\w*)$/.exec(size ?? "") ?? [];
    const binary = suffixes.indexOf(suffix);
    return Number(number) * (binary >= 0 ? 1024 ** binary : 1000 ** (1 + ["k", "M", "G", "T", "P", "E"].indexOf(suffix)));
}

const sizeOf = ({ spec }) => spec?.resources?.requests?.storage;

/** Whether somebody has enlarged a claim, which nobody can undo: the server lets no volume shrink. */
function isEnlarged({ recorded }, live) {
    return recorded.kind === "PersistentVolumeClaim" && bytesOf(sizeOf(live)) > bytesOf(sizeOf(recorded));
}

/**
 * What differs between a stack and its cluster: for each object its URN, sentences about it, and whether it stays as it is.
 * @param objects as objectsOf gives them
 * @param live objects of the cluster by their keys
 */
export function drifted(objects, live) {
    return objects.flatMap(object => {
        const { urn, declared, recorded, ignored } = object;
        const found = live.get(keyOf(recorded));
        const name = title(recorded);
        if (found === undefined) return [{ urn, lines: [`${name} is gone`] }];
        if (found.metadata.deletionTimestamp) return [{ urn, lines: [`${name} is being deleted, since ${found.metadata.deletionTimestamp}`] }];
        const fields = differences(declared, recorded, found, "", ignored);
        if (isRewritten(object, found)) fields.push("was written by somebody else, its values are not compared");
        if (isEnlarged(object, found)) {
            return [{ urn, stays: true, lines: [`${name} was enlarged to ${sizeOf(found)}, declared is ${sizeOf(recorded)}: it stays so; `
                + "what follows its size follows the platform's setting, which says that much once it is set so"] }];
        }
        return fields.length === 0 ? [] : [{ urn, lines: fields.map(field => `${name}: ${field}`) }];
    });
}
