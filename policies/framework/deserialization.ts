/** The part of `@pulumi/policy/deserialize` that is replaced. */
export interface Deserialization {
    /** Reads properties from their transport form; with `proxySecrets` for a remediation, which may change them. */
    deserializeProperties(properties: object, proxySecrets: boolean): Record<string, unknown>;
}

/**
 * Lets the policy SDK read the properties of a resource once for all policies. It reads them anew for each, which with
 * many policies costs more than judging. Policies here never change what they are given; remediations, which do, go
 * on getting properties of their own.
 */
export function readPropertiesOnce(sdk: Deserialization): void {
    const read = sdk.deserializeProperties;
    const known = new WeakMap<object, Record<string, unknown>>();
    sdk.deserializeProperties = (properties, proxySecrets) => {
        if (proxySecrets) {
            return read(properties, proxySecrets);
        }
        const own = known.get(properties) ?? read(properties, proxySecrets);
        known.set(properties, own);
        return own;
    };
}
