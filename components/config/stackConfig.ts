import { z } from "zod";
import { column } from "../kit/byEnvironment";
import type { EnvironmentDefaults, EnvironmentName } from "../kit/environment";
import { environmentNames, environmentSettings } from "../kit/environment";
import type { ConfigurationIssue } from "./configurationError";
import { ConfigurationError, issuesOf, settingKey, valueAt } from "./configurationError";
import { environmentDefaults } from "./environments";
import type { UsedNamespace } from "./namespaceClashes";
import { namespaceClashes } from "./namespaceClashes";
import type { AnySection, ClusterKind, ConfigurationSection, SecretSetting } from "../kit/section";

// Compiling a schema pays only where it checks more than one configuration.
z.config({ jitless: true });

/** Where configuration is read from: {@link pulumi.Config}, or a plain object in tests. */
export interface ConfigSource {
    /** Value of a key in its own type, undefined when it is not set. */
    getObject<Value>(key: string): Value | undefined;
    /** Value of a key as text, undefined when it is not set. */
    get(key: string): string | undefined;
    /** Whether a key's value, or a part of it, was set as a secret. @default nothing was */
    isSecret?(key: string): boolean;
    /** Text of a key that is kept secret, for checks that do not repeat it. @default nothing is kept secret */
    secretText?(key: string): string | undefined;
    /** @default "current", where nothing is let pass that only serves to try things out */
    readonly cluster?: ClusterKind;
}

/** Settings of some sections, by their names here. */
export type SettingsOf<Sections> = {
    readonly [Key in keyof Sections]: Sections[Key] extends ConfigurationSection<infer Settings> ? Settings : never;
};

/** The stack's whole configuration, checked. */
export interface StackConfig<Common> {
    readonly environment: EnvironmentDefaults;
    /** Context of the kubeconfig; undefined takes its current context. */
    readonly kubernetesContext: string | undefined;
    /** Settings of what the platforms have in common. */
    readonly common: SettingsOf<Common>;
    /** Settings of each platform that is switched on, by name. */
    readonly platforms: ReadonlyMap<string, unknown>;
}

/** What a stack may lay over the table of its environment; what an environment is for is not among it. */
const sharedSettings = environmentSettings.omit({ loadTests: true, developmentAids: true }).partial();

/** What stands in place of a value that is kept secret. */
const concealed = "[secret]";

/**
 * Reads and checks the whole configuration.
 * @param source the project's configuration
 * @param common sections that every stack has
 * @param catalogue the section of every platform there is
 * @throws ConfigurationError with everything that is wrong
 */
export function loadStackConfig<Common extends Readonly<Record<string, AnySection>>>(
    source: ConfigSource, common: Common, catalogue: readonly AnySection[],
): StackConfig<Common> {
    const issues: ConfigurationIssue[] = [];
    const check = <Value>(key: string, schema: z.ZodType<Value>, input: unknown): Value | undefined => {
        if (source.isSecret?.(key)) {
            // Judged no further: what is said of a setting shows its value.
            issues.push({
                key: `platforms:${key}`, value: concealed,
                allowed: "allowed are plain values: nothing that is set here is kept secret; name a Secret of the cluster where a setting takes one",
            });
            return undefined;
        }
        const result = schema.safeParse(input);
        if (!result.success) {
            issues.push(...issuesOf(result.error, `platforms:${key}`, input));
        }
        return result.data;
    };

    const names = catalogue.map(({ name }) => name);
    const environmentName: EnvironmentName = check("environment", z.enum(environmentNames), source.get("environment")) ?? "dev";
    const overrides = check("shared", sharedSettings, source.getObject("shared") ?? {}) ?? {};
    const environment: EnvironmentDefaults = { ...environmentDefaults(environmentName), ...withoutUndefined(overrides) };
    const ofOthers = (name: string, ...path: string[]): UsedNamespace => ({ name, path, key: settingKey("platforms:shared", path), owner: "others" });
    const used = [
        ofOthers(environment.ingressController.namespace, "ingressController", "namespace"),
        ofOthers(environment.prometheusNamespace, "prometheusNamespace"),
    ];
    const settingsOf = ({ name, settings: schema, byEnvironment = {}, refused, unused, secrets, namespaces }: AnySection): unknown => {
        const given = source.getObject(name) ?? {};
        const settings: unknown = check(name, schema, merge(column(byEnvironment, environmentName), given));
        if (settings === undefined) {
            return undefined;
        }
        const found = refused?.(settings, environment, source.cluster ?? "current") ?? [];
        issues.push(...found.map(({ path, allowed }) => ({ key: settingKey(`platforms:${name}`, path), value: valueAt(settings, path), allowed })));
        const { paths, because } = unused?.(settings) ?? { paths: [], because: "" };
        issues.push(...paths.map(path => ({ path, value: valueAt(given, path) })).filter(({ value }) => value !== undefined)
            .map(({ path, value }) => ({ key: settingKey(`platforms:${name}`, path), value, allowed: `allowed is to leave it away: ${because}` })));
        issues.push(...(secrets?.(settings, environment) ?? []).flatMap(secret => secretIssues(source, secret)));
        const uses = namespaces?.(settings, environment) ?? [];
        used.push(...uses.map(use => ({ ...use, key: settingKey(`platforms:${name}`, use.path ?? []) })));
        return settings;
    };
    const commonSettings = Object.fromEntries(Object.entries(common).map(([key, section]) => [key, settingsOf(section)]));
    const enabled = source.getObject<unknown>("enabled") ?? ["all"];
    check("enabled", z.array(z.enum([...names, "all"])).refine(
        list => list.length > 0, { error: "allowed is one platform or more; make down removes a stack" }), enabled);
    check("mayDelete", z.array(z.string().regex(/^[a-z0-9-]+(\/[a-z0-9.*-]+)?$/, {
        error: "allowed is a volume such as storm/nats-data, or a namespace such as storm",
    })), source.getObject("mayDelete") ?? []);
    // With a misspelt name in the list the settings of the others are still checked.
    const isEnabled = ({ name }: AnySection): boolean => Array.isArray(enabled) && (enabled.includes(name) || enabled.includes("all"));
    const platforms = new Map(catalogue.filter(isEnabled).map(section => [section.name, settingsOf(section)]));
    issues.push(...namespaceClashes(used));
    if (issues.length > 0) {
        throw new ConfigurationError(issues);
    }
    return {
        environment, kubernetesContext: source.get("kubernetesContext") || undefined, common: commonSettings as SettingsOf<Common>, platforms,
    };
}

/** What is wrong with a value that is kept secret; one that is not set, or has the empty default of Pulumi.yaml, is others' to provide. */
function secretIssues(source: ConfigSource, { key, refused }: SecretSetting): ConfigurationIssue[] {
    const content = source.secretText?.(key) ?? "";
    const allowed = content === "" || content === "{}" ? undefined : refused(content);
    return allowed === undefined ? [] : [{ key: `platforms:${key}`, value: concealed, allowed }];
}

function withoutUndefined<Shape extends object>(shape: Shape): { [Key in keyof Shape]: Exclude<Shape[Key], undefined> } {
    return Object.fromEntries(Object.entries(shape).filter(([, value]) => value !== undefined)) as never;
}

function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Lays settings over defaults, object by object; lists and values replace. */
function merge(defaults: unknown, settings: unknown): unknown {
    if (!isObject(defaults) || !isObject(settings)) {
        return settings === undefined ? defaults : settings;
    }
    const keys = new Set([...Object.keys(defaults), ...Object.keys(settings)]);
    return Object.fromEntries([...keys].map(key => [key, merge(defaults[key], settings[key])]));
}
