import { z } from "zod";
import type { AlertingSettings } from "../monitoring/alerting/alertingSettings";
import { alertingSettings, deafToCritical } from "../monitoring/alerting/alertingSettings";
import type { AnyPlatform } from "../platforms/definition";
import type { CertManagerSettings } from "../security/certificateSettings";
import { certManagerSettings } from "../security/certificateSettings";
import type { ConfigurationIssue } from "./configurationError";
import { ConfigurationError, issuesOf, settingKey, valueAt } from "./configurationError";
import type { EnvironmentDefaults, EnvironmentName } from "../kit/environment";
import { environmentDefaults, platformDefaults } from "./environments";
import { environmentNames } from "../kit/environment";
import { exposure, hostname, replicas, serviceAddress } from "../kit/settings";

// Compiling a schema pays only where it checks more than one configuration.
z.config({ jitless: true });

/** Where configuration is read from: {@link pulumi.Config}, or a plain object in tests. */
export interface ConfigSource {
    /** Value of a key in its own type, undefined when it is not set. */
    getObject<Value>(key: string): Value | undefined;
    /** Value of a key as text, undefined when it is not set. */
    get(key: string): string | undefined;
}

/** The stack's whole configuration, checked. */
export interface StackConfig {
    readonly environment: EnvironmentDefaults;
    /** Context of the kubeconfig; undefined takes its current context. */
    readonly kubernetesContext: string | undefined;
    readonly certManager: CertManagerSettings;
    readonly alerting: AlertingSettings;
    /** Settings of each platform that is switched on, by name. */
    readonly platforms: ReadonlyMap<string, unknown>;
}

const sharedSettings = z.strictObject({
    domain: hostname,
    exposure,
    certificateResolver: z.string().nullable(),
    ingressController: z.strictObject({ namespace: hostname, podLabels: z.record(z.string(), z.string()) }),
    applicationReplicas: replicas,
    spreadOverNodes: z.boolean(),
    protectData: z.boolean(),
    backupRetentionDays: z.int().min(1).nullable(),
    scaleDownWindowSeconds: z.int().min(0).max(3600),
    podSecurity: z.enum(["baseline", "restricted"]),
    alertmanager: z.union([z.int().min(0).max(9), serviceAddress], {
        error: "allowed is a number of pods from 0 to 9, or the address of another Alertmanager, such as alertmanager.observability.svc:9093",
    }),
    runbooks: z.url(),
    readinessTimeoutSeconds: z.int().min(10).max(3600),
}).partial();

/**
 * Reads and checks the whole configuration.
 * @param source the project's configuration
 * @param catalogue every platform there is
 * @throws ConfigurationError with everything that is wrong
 */
export function loadStackConfig(source: ConfigSource, catalogue: readonly AnyPlatform[]): StackConfig {
    const issues: ConfigurationIssue[] = [];
    const check = <Value>(key: string, schema: z.ZodType<Value>, input: unknown): Value | undefined => {
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
    const certManager = check("certManager", certManagerSettings, source.getObject("certManager") ?? {});
    const alerting = check("alerting", alertingSettings, source.getObject("alerting") ?? {});
    if (alerting && deafToCritical(alerting, environment)) {
        issues.push({ key: "platforms:alerting.email", value: null, allowed: "allowed in prod is a receiver for critical alerts, here or as platforms:alerting.slack" });
    }
    const enabled = source.getObject<unknown>("enabled") ?? ["all"];
    check("enabled", z.array(z.enum([...names, "all"])), enabled);
    // With a misspelt name in the list the settings of the others are still checked.
    const isEnabled = ({ name }: AnyPlatform): boolean => Array.isArray(enabled) && (enabled.includes(name) || enabled.includes("all"));

    const platforms = new Map<string, unknown>();
    for (const platform of catalogue.filter(isEnabled)) {
        const { name } = platform;
        const settings = check(name, platform.settings, merge(platformDefaults(name, environmentName), source.getObject(name) ?? {}));
        const refused = settings === undefined ? [] : platform.refused?.(settings, environment) ?? [];
        issues.push(...refused.map(({ path, allowed }) =>
            ({ key: settingKey(`platforms:${name}`, path), value: valueAt(settings, path), allowed })));
        platforms.set(name, settings);
    }
    if (issues.length > 0 || certManager === undefined || alerting === undefined) {
        throw new ConfigurationError(issues);
    }
    return { environment, kubernetesContext: source.get("kubernetesContext") || undefined, certManager, alerting, platforms };
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
