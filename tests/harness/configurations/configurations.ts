import fc from "fast-check";
import type { z } from "zod";
import { environmentSettings } from "../../../components/kit/environment";
import { alertingSettings } from "../../../components/monitoring/alerting/alertingSettings";
import { certManagerSettings } from "../../../components/security/certificateSettings";
import * as catalogue from "../../../components/platforms";
import type { StackValues } from "../program";
import type { Schema } from "./settingValues";
import { lookedInto, value } from "./settingValues";

/** A setting by its key, such as `storm.nats.storage`, and a value for it. */
type Setting = readonly [path: readonly string[], value: unknown];

/** Names of the platforms. */
export type PlatformName = keyof typeof catalogue;

const common = { shared: environmentSettings, alerting: alertingSettings, certManager: certManagerSettings };

/** Every setting below a schema: objects that have to be there are taken apart, all others are one value. */
function settingsBelow(path: readonly string[], schema: Schema): { path: readonly string[]; schema: Schema }[] {
    const { type, innerType, shape } = schema._zod.def;
    if (type === "object" && shape !== undefined) {
        return Object.entries(shape).flatMap(([key, member]) => settingsBelow([...path, key], member));
    }
    return innerType && ["default", "prefault", "optional"].includes(type) && innerType._zod.def.type === "object"
        ? settingsBelow(path, innerType) : [{ path, schema }];
}

function assemble(settings: readonly Setting[], base: StackValues): StackValues {
    const values = structuredClone(base) as Record<string, unknown>;
    for (const [path, given] of settings) {
        const parent = path.slice(0, -1).reduce((node, key) => (node[key] ??= {}) as Record<string, unknown>, values);
        parent[path.at(-1) as string] = given;
    }
    return values;
}

function anySetting(name: string, schema: z.ZodType): fc.Arbitrary<Setting> {
    const all = settingsBelow([name], lookedInto(schema));
    return fc.constantFrom(...all).chain(({ path, schema: of }) => value(of).map(given => [path, given] as const));
}

const namespaceSettings = [
    ["storm", "namespace"], ["gauzian", "namespace"], ["gauzian", "monitoring", "namespace"], ["gauzian", "monitoring", "nodeExporter", "namespace"],
    ["ecommerce", "namespace"], ["ecommerce", "messagingNamespace"], ["ecommerce", "monitoringNamespace"], ["ecommerce", "logging", "agentsNamespace"],
    ["aquaerp", "namespace"], ["aquaerp", "monitoring", "namespace"], ["alerting", "namespace"], ["certManager", "namespace"],
    ["shared", "ingressController", "namespace"],
] as const;

/** Configurations of a stack with some platforms whose namespaces may meet. */
export const configurationsOfNamespaces: fc.Arbitrary<StackValues> = fc.record({
    enabled: fc.uniqueArray(fc.constantFrom(...Object.keys(catalogue)), { minLength: 1, maxLength: 5 }),
    namespaces: fc.uniqueArray(fc.tuple(fc.constantFrom(...namespaceSettings), fc.constantFrom(
        "shop", "monitoring", "storm", "taskflow", "aquaerp", "aquaerp-monitoring", "gauzian-v2", "traefik", "a".repeat(53), "a".repeat(63),
    )), { selector: ([setting]) => setting, maxLength: 4 }),
    install: fc.boolean(),
}).map(({ enabled, namespaces, install }) => assemble([[["certManager", "install"], install], ...namespaces], { enabled }));

/** Configurations of a stack with one platform: a few settings of it, and now and then some of what platforms share. */
export function configurationsOf(platform: PlatformName): fc.Arbitrary<StackValues> {
    const own = anySetting(platform, catalogue[platform].settings);
    const shared = fc.oneof(...Object.entries(common).map(([name, schema]) => anySetting(name, schema)));
    return fc.tuple(fc.array(own, { minLength: 1, maxLength: 6 }), fc.array(shared, { maxLength: 2 }))
        .map(settings => assemble(settings.flat(), { enabled: [platform] }));
}
