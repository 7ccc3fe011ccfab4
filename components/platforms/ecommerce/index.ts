import { pullSecretSetting } from "../../security/pullSecret";
import { definePlatform } from "../definition";
import { ecommerceEnvironments } from "./environments";
import { Ecommerce } from "./ecommerce";
import { usedNamespaces } from "./namespaces";
import { ecommerceSettings, refusedSettings } from "./settings";
import { unusedWithOperator } from "../unusedWithOperator";

/** The shop in the catalogue. */
export const ecommerce = definePlatform({
    name: "ecommerce",
    description: "Shop of twelve services behind one gateway",
    settings: ecommerceSettings,
    byEnvironment: ecommerceEnvironments,
    refused: refusedSettings,
    unused: ({ monitoring: { operator } }) => unusedWithOperator(operator, [["monitoring", "prometheus"], ["monitoring", "grafana"]]),
    secrets: ({ images: { pullSecret, pullSecretFrom } }) => pullSecret === null ? [] : [pullSecretSetting(pullSecretFrom)],
    namespaces: usedNamespaces,
    deploy: (settings, context, opts) => new Ecommerce("ecommerce", settings, context, opts).outputs,
});
