import * as pulumi from "@pulumi/pulumi";
import { projectConfig } from "./components/config/projectConfig";
import { mermaid } from "./components/kit/diagram";
import * as platforms from "./components/platforms";
import { withDataKept } from "./components/platforms/dataGuard";
import { deployAll } from "./components/platforms/deployAll";

const configuration = new pulumi.Config();
// Empty is the default that Pulumi.yaml declares. Read as it is: to ask for a secret as a plain value is warned of.
const hasAlertingSecrets = (pulumi.runtime.getConfig("platforms:alertingSecrets") ?? "{}") !== "{}";
const { result: { graph, outputs }, permitted } = withDataKept(configuration.getObject<string[]>("mayDelete") ?? [], () => deployAll({
    source: projectConfig(configuration),
    catalogue: platforms,
    alertingSecrets: () => hasAlertingSecrets ? configuration.getSecretObject("alertingSecrets") : undefined,
}));

export const { taskflow, storm, gauzian, ecommerce, aquaerp } = outputs;

const picture = mermaid(graph);

export const architecture = permitted.then(() => picture);
