import * as pulumi from "@pulumi/pulumi";
import { clusterProvider } from "./components/platforms/clusterProvider";
import { DependencyGraph } from "./components/kit/graph";
import { mermaid } from "./components/kit/diagram";
import { loadStackConfig } from "./components/config/stackConfig";
import { alerting as alertingOf } from "./components/monitoring/alerting/alerting";
import * as catalogue from "./components/platforms";
import { deployPlatform } from "./components/platforms/deployPlatform";
import { certificateIssuers } from "./components/security/certificateIssuers";
import { NamespaceGuards } from "./components/security/namespaceGuards";

const configuration = new pulumi.Config();
const config = loadStackConfig(configuration, Object.values(catalogue));
const provider = clusterProvider(config);
const graph = new DependencyGraph();
const issuers = certificateIssuers(config.certManager, { provider });
const secrets = configuration.getSecretObject<Record<string, string>>("alertingSecrets");
const alerting = alertingOf({ settings: config.alerting, environment: config.environment, graph, secrets }, { provider });
const program = { config, graph, provider, issuers, alerting };

export const taskflow = deployPlatform(catalogue.taskflow, program);
export const storm = deployPlatform(catalogue.storm, program);
export const gauzian = deployPlatform(catalogue.gauzian, program);
export const ecommerce = deployPlatform(catalogue.ecommerce, program);
export const aquaerp = deployPlatform(catalogue.aquaerp, program);

new NamespaceGuards("namespace-guards", { graph }, { provider });

export const architecture = mermaid(graph);
