import type { EnvironmentName } from "./environment";

/** The values of one setting in the three environments. */
export class ByEnvironment<Value> {
    private readonly values: Readonly<Record<EnvironmentName, Value>>;

    constructor(dev: Value, staging: Value, prod: Value) {
        this.values = { dev, staging, prod };
    }

    /** The value in one environment. */
    in(environment: EnvironmentName): Value {
        return this.values[environment];
    }
}

/** A row of a table of environments: `byEnvironment("1Gi", "5Gi", "10Gi")`. */
export function byEnvironment<Value>(dev: Value, staging: Value, prod: Value): ByEnvironment<Value> {
    return new ByEnvironment(dev, staging, prod);
}

/** Rows for some of the settings of a section, in its own shape; the type of each row follows from the section's schema. */
export type EnvironmentTable<Settings> = ByEnvironment<Settings> | (Settings extends readonly unknown[] ? never : Settings extends object
    ? { readonly [Key in keyof Settings]?: EnvironmentTable<Exclude<Settings[Key], undefined>> } : never);

/** A table whose section is not known. */
export type AnyEnvironmentTable = ByEnvironment<unknown> | { readonly [key: string]: AnyEnvironmentTable | undefined };

/** The column of one environment, as settings. */
export function column(table: AnyEnvironmentTable, environment: EnvironmentName): unknown {
    return table instanceof ByEnvironment
        ? table.in(environment)
        : Object.fromEntries(Object.entries(table).map(([key, child]) => [key, child && column(child, environment)]));
}
