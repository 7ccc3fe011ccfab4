import type { z } from "zod";
import type { AnyEnvironmentTable } from "./byEnvironment";
import type { EnvironmentDefaults } from "./environment";

/** A setting that an environment does not allow. */
export interface RefusedSetting {
    /** Where it is within the section. */
    readonly path: readonly string[];
    /** What would be right, as the end of a sentence that begins with key and value. */
    readonly allowed: string;
}

/** Settings that nothing reads where others say what they say. */
export interface UnusedSettings {
    /** Where each is within the section: a setting, or all below it. */
    readonly paths: readonly (readonly string[])[];
    /** Why, as the end of a sentence. */
    readonly because: string;
}

/** A value of the stack's configuration that is kept secret, beside the settings of a section. */
export interface SecretSetting {
    /** Its key, without the project's prefix. */
    readonly key: string;
    /** What would be right, as the end of a sentence that does not repeat the content; undefined where the content is. */
    refused(content: string): string | undefined;
}

/** Whose cluster a stack is deployed to: the one that this machine runs to try things out, or the user's own. */
export type ClusterKind = "embedded" | "current";

/** A namespace that a part of the program places something in. */
export interface NamespaceUse {
    readonly name: string;
    /** Where the setting that names it is within the section; undefined where none does. */
    readonly path: readonly string[] | undefined;
    /** Who it belongs to: this part of the program alone, several that may all use it, or others, who create it. */
    readonly owner: "one" | "several" | "others";
}

/** A part of the configuration under one key: what it takes, and what each environment makes of it. */
export interface ConfigurationSection<Settings> {
    /** Its key in the project's configuration. */
    readonly name: string;
    /** Settings and their defaults; checks that span several settings belong here too. */
    readonly settings: z.ZodType<Settings>;
    /** Defaults that differ by environment. @default none */
    readonly byEnvironment?: AnyEnvironmentTable;
    /** Settings that have no effect beside others, and are refused where somebody has set them. @default each has one */
    unused?(settings: Settings): UnusedSettings | undefined;
    /** What the environment, or the kind of cluster, refuses of settings that are right in themselves. @default nothing */
    refused?(settings: Settings, environment: EnvironmentDefaults, cluster: ClusterKind): readonly RefusedSetting[];
    /** What else it reads, which is kept secret. @default nothing */
    secrets?(settings: Settings, environment: EnvironmentDefaults): readonly SecretSetting[];
    /** Namespaces that it creates or expects. @default none */
    namespaces?(settings: Settings, environment: EnvironmentDefaults): readonly NamespaceUse[];
}

/** Any section. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a list of sections has no common settings type
export type AnySection = ConfigurationSection<any>;
