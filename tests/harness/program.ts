import type { ConfigSource } from "../../components/config/stackConfig";
import type { DependencyGraph } from "../../components/kit/graph";
import * as catalogue from "../../components/platforms";
import type { Deployed, ProgramConfig } from "../../components/platforms/deployAll";
import { deployAll, loadProgramConfig } from "../../components/platforms/deployAll";
import type { Recording, RecordOptions } from "./mocks";
import { record } from "./mocks";

/** Values of Pulumi.<stack>.yaml, without the project's prefix. */
export type StackValues = Readonly<Record<string, unknown>>;

/** A configuration source over plain values, for the embedded cluster. */
export function configSource(values: StackValues): ConfigSource {
    return {
        get: key => values[key] as string | undefined,
        getObject: <Value>(key: string) => values[key] as Value | undefined,
        cluster: "embedded",
    };
}

/** The checked configuration of a stack with these values, and what else its source says. */
export function loadConfig(stack: string | undefined, values: StackValues = {}, more: Partial<ConfigSource> = {}): ProgramConfig {
    return loadProgramConfig({ ...configSource({ environment: stack, ...values }), ...more }, Object.values(catalogue));
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
    let deployed: Deployed<typeof catalogue> | undefined;
    const recording = await record(() => {
        deployed = deployAll({ source: configSource({ environment: stack, ...values }), catalogue, alertingSecrets: () => undefined });
    }, { ...options, stack });
    return { recording, ...deployed as Deployed<typeof catalogue> };
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
