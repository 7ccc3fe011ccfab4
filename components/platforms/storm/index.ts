import { definePlatform } from "../definition";
import { stormEnvironments } from "./environments";
import { refusedSettings, stormSettings } from "./settings";
import { Storm } from "./storm";
import { unusedWithOperator } from "../unusedWithOperator";

/** Storm in the catalogue. */
export const storm = definePlatform({
    name: "storm",
    description: "Messaging back end: gateway, users, messages and media over NATS JetStream",
    settings: stormSettings,
    byEnvironment: stormEnvironments,
    refused: refusedSettings,
    unused: ({ monitoring: { operator } }) => unusedWithOperator(operator, [["monitoring", "storage"], ["monitoring", "retention"]]),
    namespaces: ({ namespace }) => [{ name: namespace, path: ["namespace"], owner: "one" }],
    deploy: (settings, context, opts) => new Storm("storm", settings, context, opts).outputs,
});
