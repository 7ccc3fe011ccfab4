import type * as pulumi from "@pulumi/pulumi";
import type { ConfigurationSection } from "../kit/section";
import type { EnvironmentDefaults } from "../kit/environment";
import type { DependencyGraph } from "../kit/graph";
import type { Alerting } from "../monitoring/alerting/alerting";
import type { Issuers } from "../security/certificateIssuers";

/** What a platform is given besides its own settings. */
export interface PlatformContext {
    readonly environment: EnvironmentDefaults;
    readonly graph: DependencyGraph;
    /** Issuers of certificates, for platforms that ask cert-manager for theirs. */
    readonly issuers: Issuers;
    /** Whom alerts go to. */
    readonly alerting: Alerting;
}

/** A platform as the program knows it: its name, the settings it takes and the component that deploys it. */
export interface PlatformDefinition<Settings, Outputs> extends ConfigurationSection<Settings> {
    /** Name in `platforms:enabled`, key of its settings, and prefix of every object's logical name. */
    readonly name: string;
    /** One sentence for the catalogue. */
    readonly description: string;
    /** Constructs the component and returns what the stack shows of it. */
    deploy(settings: Settings, context: PlatformContext, opts: pulumi.ComponentResourceOptions): Outputs;
}

/** Any platform. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a catalogue of platforms has no common settings type
export type AnyPlatform = PlatformDefinition<any, unknown>;

/** Declares a platform; the settings' type follows from the schema. */
export function definePlatform<Settings, Outputs>(
    definition: PlatformDefinition<Settings, Outputs>,
): PlatformDefinition<Settings, Outputs> {
    return definition;
}
