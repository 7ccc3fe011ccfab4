import { loadStackConfig } from "../../components/config/stackConfig";
import { DependencyGraph } from "../../components/kit/graph";
import { clusterProvider } from "../../components/platforms/clusterProvider";
import { alerting as alertingOf } from "../../components/monitoring/alerting/alerting";
import * as catalogue from "../../components/platforms";
import type { AnyPlatform } from "../../components/platforms/definition";
import { deployPlatform } from "../../components/platforms/deployPlatform";
import { certificateIssuers } from "../../components/security/certificateIssuers";
import { NamespaceGuards } from "../../components/security/namespaceGuards";
import type { Recording, RecordOptions } from "./mocks";
import { record } from "./mocks";

/** Values of Pulumi.<stack>.yaml, without the project's prefix. */
export type StackValues = Readonly<Record<string, unknown>>;

/** A configuration source over plain values. */
export function configSource(values: StackValues): Parameters<typeof loadStackConfig>[0] {
    return {
        get: key => values[key] as string | undefined,
        getObject: <Value>(key: string) => values[key] as Value | undefined,
    };
}

/** One run of the whole program. */
export interface RecordedProgram {
    readonly recording: Recording;
    readonly graph: DependencyGraph;
    /** What each platform shows of itself, by its name. */
    readonly outputs: Readonly<Record<string, unknown>>;
}

/** Records the whole program as a stack with these values would run it. */
export async function recordProgram(
    stack: string, values: StackValues = {}, options: Omit<RecordOptions, "stack"> = {},
): Promise<RecordedProgram> {
    const graph = new DependencyGraph();
    const outputs: Record<string, unknown> = {};
    const recording = await record(() => {
        const config = loadStackConfig(configSource({ environment: stack, ...values }), Object.values(catalogue));
        const provider = clusterProvider(config);
        const issuers = certificateIssuers(config.certManager, { provider });
        const { alerting: settings, environment } = config;
        const alerting = alertingOf({ settings, environment, graph, secrets: undefined }, { provider });
        for (const platform of Object.values<AnyPlatform>(catalogue)) {
            outputs[platform.name] = deployPlatform(platform, { config, graph, provider, issuers, alerting });
        }
        new NamespaceGuards("namespace-guards", { graph }, { provider });
    }, { ...options, stack });
    return { recording, graph, outputs };
}

const recorded = new Map<string, Promise<RecordedProgram>>();

/** The same, recorded once in a process for each stack and values; every test reads the same run. */
export function recordedOnce(stack: string, values: StackValues = {}): Promise<RecordedProgram> {
    const key = JSON.stringify([stack, values]);
    const known = recorded.get(key) ?? recordProgram(stack, values);
    recorded.set(key, known);
    return known;
}

/** Address of an Alertmanager that others deploy. */
export const otherAlertmanager = "alertmanager.monitoring.svc:9093";

/**
 * Values of a program of one platform and nothing that platforms share: alerts of staging and prod go to an Alertmanager
 * that others deploy.
 */
export function aloneValues(stack: string, platform: string, settings: StackValues = {}, more: StackValues = {}): StackValues {
    const shared = stack === "dev" ? {} : { shared: { alertmanager: otherAlertmanager, ...more["shared"] as StackValues | undefined } };
    return { enabled: [platform], [platform]: settings, ...more, ...shared };
}

/** Records a program of one platform with {@link aloneValues}. */
export function recordAlone(
    stack: string, platform: string, settings: StackValues = {}, more: StackValues = {}, options: Omit<RecordOptions, "stack"> = {},
): Promise<RecordedProgram> {
    return recordProgram(stack, aloneValues(stack, platform, settings, more), options);
}
