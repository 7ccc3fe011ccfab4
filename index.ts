import * as pulumi from "@pulumi/pulumi";
import { mermaid } from "./components/kit/diagram";
import * as platforms from "./components/platforms";
import { deployAll } from "./components/platforms/deployAll";

const configuration = new pulumi.Config();
const { graph, outputs } = deployAll({
    source: configuration,
    catalogue: platforms,
    alertingSecrets: configuration.getSecretObject("alertingSecrets"),
});

export const { taskflow, storm, gauzian, ecommerce, aquaerp } = outputs;

export const architecture = mermaid(graph);
