import { definePlatform } from "../definition";
import { gauzianEnvironments } from "./environments";
import { refused } from "./advisories";
import { Gauzian } from "./gauzian";
import { gauzianSettings } from "./settings";

/** GAUZIAN in the catalogue. */
export const gauzian = definePlatform({
    name: "gauzian",
    description: "Storage for files that are encrypted in the browser",
    settings: gauzianSettings,
    byEnvironment: gauzianEnvironments,
    refused,
    namespaces: ({ namespace, monitoring: { namespace: monitoring, nodeExporter } }) => [
        { name: namespace, path: ["namespace"], owner: "one" },
        ...(nodeExporter.enabled ? [{ name: nodeExporter.namespace, path: ["monitoring", "nodeExporter", "namespace"], owner: "one" } as const] : []),
        { name: monitoring, path: ["monitoring", "namespace"], owner: "several" },
    ],
    deploy: (settings, context, opts) => new Gauzian("gauzian", settings, context, opts).outputs,
});
