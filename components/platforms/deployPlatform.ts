import type * as k8s from "@pulumi/kubernetes";
import type { StackConfig } from "../config/stackConfig";
import type { DependencyGraph } from "../kit/graph";
import type { Alerting } from "../monitoring/alerting/alerting";
import type { Issuers } from "../security/certificateIssuers";
import type { PlatformDefinition } from "./definition";

/** What all platforms of one program share. */
export interface Program {
    readonly config: StackConfig;
    readonly graph: DependencyGraph;
    readonly provider: k8s.Provider;
    readonly issuers: Issuers;
    readonly alerting: Alerting;
}

/** Deploys a platform if the stack has it switched on; what it returns becomes a stack output, which must not be undefined. */
export function deployPlatform<Settings, Outputs>(
    definition: PlatformDefinition<Settings, Outputs>, { config, graph, provider, issuers, alerting }: Program,
): Outputs | "switched off" {
    const settings = config.platforms.get(definition.name) as Settings | undefined;
    return settings === undefined
        ? "switched off"
        : definition.deploy(settings, { environment: config.environment, graph, issuers, alerting }, { provider });
}
