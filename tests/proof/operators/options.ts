import type { Operator } from "./installation";

/** The options of a platform that leave work to operators. */
export interface OperatorOptions {
    readonly settings: Readonly<Record<string, unknown>>;
    readonly operators: readonly Operator[];
}

const [operator, absent] = [{ operator: true }, { certManager: null }];

/** By the names of the platforms. The cluster has no cert-manager and no Traefik whose metrics could be read. */
export const operatorOptions: Readonly<Record<string, OperatorOptions>> = {
    taskflow: { settings: { prometheus: operator, postgres: { mode: "ha" } }, operators: ["prometheus", "postgres"] },
    // Dev has no monitoring of it.
    storm: { settings: { monitoring: { ...operator, enabled: true } }, operators: ["prometheus"] },
    gauzian: { settings: { monitoring: { ...operator, traefikMetrics: null } }, operators: ["prometheus"] },
    aquaerp: { settings: { monitoring: { ...operator, ...absent }, rabbitmq: operator }, operators: ["prometheus", "rabbitmq"] },
    ecommerce: {
        settings: { monitoring: { ...operator, ...absent, traefikService: null }, rabbitmq: operator }, operators: ["prometheus", "rabbitmq"],
    },
};
