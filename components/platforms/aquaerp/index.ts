import { pullSecretSetting } from "../../security/pullSecret";
import { definePlatform } from "../definition";
import { aquaerpEnvironments } from "./environments";
import { AquaErp } from "./aquaerp";
import { aquaerpSettings, monitoringNamespace } from "./settings";
import { unusedWithOperator } from "../unusedWithOperator";

/** AquaERP in the catalogue. */
export const aquaerp = definePlatform({
    name: "aquaerp",
    description: "Management of water utilities: a page, a gateway and seven services over RabbitMQ",
    settings: aquaerpSettings,
    byEnvironment: aquaerpEnvironments,
    unused: ({ monitoring: { operator } }) => unusedWithOperator(operator, [["monitoring", "prometheus"], ["monitoring", "grafana"]]),
    secrets: ({ registry: { pullSecret, pullSecretFrom } }) => pullSecret === null ? [] : [pullSecretSetting(pullSecretFrom)],
    namespaces: settings => [
        { name: settings.namespace, path: ["namespace"], owner: "one" },
        { name: monitoringNamespace(settings), path: ["monitoring", "namespace"], owner: "one" },
    ],
    deploy: (settings, context, opts) => new AquaErp("aquaerp", settings, context, opts).outputs,
});
