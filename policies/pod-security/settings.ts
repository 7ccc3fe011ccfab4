import type { PolicyConfigJSONSchema } from "@pulumi/policy/schema";
import { matches, reasonSchema } from "../framework/exemption";
import type { KubernetesObject } from "../framework/kubernetesObject";
import { namespaceOf } from "../framework/kubernetesObject";
import { Pod } from "../framework/pod";
import type { CarriedPod } from "../framework/podCarrier";
import type { Program } from "../framework/program";
import type { Settings } from "../framework/rule";
import { Subject } from "../framework/subject";
import type { Level, LevelVersion, Mode } from "./level";
import { levelFromLabels, levels, parseVersion } from "./level";
import { latest } from "./registry";

/** Settings of the policy `podSecurity`, which hold for every check of the standards. */
export const podSecuritySettings = {
    defaultLevel: {
        type: "string", enum: [...levels], default: "restricted",
        description: "Level of pods whose Namespace the program does not declare, or declares without an enforce label.",
    },
    defaultVersion: {
        type: "string", pattern: "^(latest|v1\\.(0|[1-9][0-9]*))$", default: "latest",
        description: "Version of the standard where no enforce-version label says otherwise.",
    },
    exemptNamespaces: {
        type: "array", default: [],
        description: "Namespaces whose pods are not judged. A * at the end stands for any ending.",
        items: {
            type: "object", required: ["namespace", "reason"], additionalProperties: false,
            properties: { namespace: { type: "string", minLength: 1 }, reason: reasonSchema },
        },
    },
    exemptRuntimeClasses: {
        type: "array", default: [],
        description: "Pods with these runtimeClassNames are not judged.",
        items: {
            type: "object", required: ["runtimeClass", "reason"], additionalProperties: false,
            properties: { runtimeClass: { type: "string", minLength: 1 }, reason: reasonSchema },
        },
    },
} as const satisfies Record<string, PolicyConfigJSONSchema>;

interface PodSecurity {
    readonly defaultLevel: Level;
    readonly defaultVersion: string;
    readonly exemptNamespaces: readonly { readonly namespace: string }[];
    readonly exemptRuntimeClasses: readonly { readonly runtimeClass: string }[];
}

const initial: PodSecurity = { defaultLevel: "restricted", defaultVersion: "latest", exemptNamespaces: [], exemptRuntimeClasses: [] };

const settingsOfProgram = new WeakMap<Program, PodSecurity>();

/** Makes the settings of `podSecurity` those of every check: a policy can read no settings but its own. */
export function applyPodSecurity(program: Program, settings: Settings): void {
    settingsOfProgram.set(program, settings as unknown as PodSecurity);
}

/** What each mode asks of a pod; undefined when the pod is exempt from all of them. */
export type PodLevels = Readonly<Record<Mode, LevelVersion>>;

/** The Namespace of an object, as far as the program has declared it. */
export function declaredNamespace(object: KubernetesObject, program: Program): KubernetesObject | undefined {
    const name = namespaceOf(object);
    return name === undefined ? undefined : program.namespace(object.provider, name);
}

/** The levels that hold for a pod with what is known of the program now. */
export function levelsOf(carrier: CarriedPod, program: Program): PodLevels | undefined {
    const settings = settingsOfProgram.get(program) ?? initial;
    const name = namespaceOf(carrier.object);
    const runtimeClass = new Pod(carrier).spec.at("runtimeClassName").raw;
    const exempt = settings.exemptNamespaces.some(({ namespace }) => matches(namespace, name))
        || settings.exemptRuntimeClasses.some(exemption => exemption.runtimeClass === runtimeClass);
    if (exempt) {
        return undefined;
    }
    const namespace = declaredNamespace(carrier.object, program);
    const why = namespace ? "carries no readable label" : "is not declared before this resource";
    const fallback: LevelVersion = {
        level: settings.defaultLevel,
        minor: parseVersion(settings.defaultVersion) ?? latest,
        origin: `defaultLevel of the policy pack, because Namespace "${name ?? "(unknown)"}" ${why}`,
    };
    const silent: LevelVersion = { ...fallback, level: "privileged" };
    if (!namespace || name === undefined) {
        return { enforce: fallback, warn: silent, audit: silent };
    }
    const labels = new Subject(namespace).at("metadata", "labels");
    return {
        enforce: levelFromLabels(labels, "enforce", fallback, name),
        warn: levelFromLabels(labels, "warn", silent, name),
        audit: levelFromLabels(labels, "audit", silent, name),
    };
}
