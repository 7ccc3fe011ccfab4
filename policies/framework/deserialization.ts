import { remembered } from "./remembered";
import { readStruct } from "./struct";

/** The part of `@pulumi/policy/deserialize` that is replaced. */
export interface Deserialization {
    /** Reads properties from their transport form; with `proxySecrets` for a remediation, which may change them. */
    deserializeProperties(properties: object, proxySecrets: boolean): Record<string, unknown>;
}

/** The part of a transport message's reader that is used. */
interface MessageReader {
    getBuffer(): Uint8Array;
    getCursor(): number;
    nextField(): boolean;
    skipField(): void;
}

/** The part of the class `Struct`, in which properties come, that is replaced. */
export interface StructClass {
    deserializeBinaryFromReader(message: { toJavaScript(): object }, reader: MessageReader): object;
}

/** Stands for the plain object that `make` returns, which is made when something asks for a part of it. */
function whenAsked<T extends object>(make: () => T): T {
    let made: T | undefined;
    const ask = (trap: keyof typeof Reflect) => (_: T, ...rest: unknown[]) =>
        (Reflect[trap] as (target: T, ...rest: unknown[]) => unknown)(made ??= make(), ...rest);
    // What kind of object it is, `instanceof` learns without asking.
    return new Proxy({} as T, new Proxy<ProxyHandler<T>>({}, {
        get: (_, trap: keyof typeof Reflect) => trap === "getPrototypeOf" ? undefined : ask(trap),
    }));
}

/**
 * Lets the policy SDK read the properties of a resource once for all policies, and only if a policy asks for them. It
 * reads them anew for each policy, which with many costs more than judging, and twice more where nothing is remediated
 * and where stack policies know the resource already. Policies here never change what they are given; remediations, which
 * do, get properties of their own.
 */
export function readPropertiesOnce(sdk: Deserialization): void {
    const read = sdk.deserializeProperties;
    const readOnce = remembered((properties: object) => whenAsked(() => read(properties, false)));
    sdk.deserializeProperties = (properties, proxySecrets) =>
        proxySecrets ? whenAsked(() => read(properties, true)) : readOnce(properties);
}

/** Lets messages keep properties as they came until they are asked for, and read them at once then, field by field no more. */
export function keepStructs(struct: StructClass): void {
    struct.deserializeBinaryFromReader = (message, reader) => {
        const begin = reader.getCursor();
        while (reader.nextField()) {
            reader.skipField();
        }
        const bytes = reader.getBuffer().subarray(begin, reader.getCursor());
        message.toJavaScript = () => readStruct(bytes);
        return message;
    };
}
