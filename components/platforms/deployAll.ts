import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ConfigSource, StackConfig } from "../config/stackConfig";
import { loadStackConfig } from "../config/stackConfig";
import { DependencyGraph } from "../kit/graph";
import { alerting } from "../monitoring/alerting/alerting";
import { alertingSection } from "../monitoring/alerting/alertingSettings";
import { certificateIssuers } from "../security/certificateIssuers";
import { certManagerSection } from "../security/certificateSettings";
import { NamespaceGuards } from "../security/namespaceGuards";
import { clusterProvider } from "./clusterProvider";
import type { AnyPlatform, PlatformContext } from "./definition";

/** What platforms have in common, by the sections of the configuration that it is set in. */
const commonSections = { certManager: certManagerSection, alerting: alertingSection };

/** The configuration of a stack that may deploy any platform of a catalogue. */
export type ProgramConfig = StackConfig<typeof commonSections>;

/**
 * Reads and checks the configuration of a stack.
 * @throws ConfigurationError with everything that is wrong
 */
export function loadProgramConfig(source: ConfigSource, platforms: readonly AnyPlatform[]): ProgramConfig {
    return loadStackConfig(source, commonSections, platforms);
}

/** What a platform shows of itself, or that the stack has it switched off: a stack output must not be undefined. */
type OutputsOf<Platform extends AnyPlatform> = ReturnType<Platform["deploy"]> | "switched off";

/** What became of one run of the program. */
export interface Deployed<Catalogue extends Readonly<Record<string, AnyPlatform>>> {
    /** Everything that runs and who talks to whom. */
    readonly graph: DependencyGraph;
    /** What each platform shows of itself. */
    readonly outputs: { readonly [Name in keyof Catalogue]: OutputsOf<Catalogue[Name]> };
}

/** Where {@link deployAll} reads from. */
export interface DeployAllArgs<Catalogue> {
    readonly source: ConfigSource;
    readonly catalogue: Catalogue;
    /** Content of the Secret of the alerts' receivers by key, read once checked; undefined where somebody else creates the Secret. */
    alertingSecrets(): pulumi.Input<Record<string, string>> | undefined;
}

/**
 * Deploys every platform that the stack has switched on, and then what follows from all of them.
 * @throws ConfigurationError with everything that is wrong, before anything is registered
 */
export function deployAll<Catalogue extends Readonly<Record<string, AnyPlatform>>>(
    { source, catalogue, alertingSecrets }: DeployAllArgs<Catalogue>,
): Deployed<Catalogue> {
    const config = loadProgramConfig(source, Object.values(catalogue));
    const { environment, common } = config;
    const provider = clusterProvider(config);
    const graph = new DependencyGraph();
    const context: PlatformContext = {
        environment, graph,
        issuers: certificateIssuers(common.certManager, { provider }),
        alerting: alerting({ settings: common.alerting, environment, graph, secrets: alertingSecrets() }, { provider }),
    };
    const outputs = Object.fromEntries(Object.entries(catalogue).map(([name, platform]) =>
        [name, deploy(platform, config, context, provider)]));
    new NamespaceGuards("namespace-guards", { graph }, { provider });
    return { graph, outputs: outputs as Deployed<Catalogue>["outputs"] };
}

function deploy(platform: AnyPlatform, config: ProgramConfig, context: PlatformContext, provider: k8s.Provider): unknown {
    const settings: unknown = config.platforms.get(platform.name);
    return settings === undefined ? "switched off" : platform.deploy(settings, context, { provider });
}
