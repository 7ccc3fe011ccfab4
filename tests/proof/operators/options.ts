import type { Operator } from "./installation";

/** The options of a platform that leave work to operators. */
export interface OperatorOptions {
    readonly settings: Readonly<Record<string, unknown>>;
    readonly operators: readonly Operator[];
}

const monitoring = { operator: true };

/** By the names of the platforms. */
export const operatorOptions: Readonly<Record<string, OperatorOptions>> = {
    taskflow: { settings: { prometheus: { operator: true }, postgres: { mode: "ha" } }, operators: ["prometheus", "postgres"] },
    // Dev has no monitoring of it.
    storm: { settings: { monitoring: { ...monitoring, enabled: true } }, operators: ["prometheus"] },
    gauzian: { settings: { monitoring }, operators: ["prometheus"] },
    aquaerp: { settings: { monitoring, rabbitmq: { operator: true } }, operators: ["prometheus", "rabbitmq"] },
    ecommerce: { settings: { monitoring, rabbitmq: { operator: true } }, operators: ["prometheus", "rabbitmq"] },
};
