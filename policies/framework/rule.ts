import type { EnforcementLevel, PolicyComplianceFramework, Severity } from "@pulumi/policy";
import type { PolicyConfigJSONSchema } from "@pulumi/policy/schema";
import type { Keys } from "./field";
import type { Finding } from "./finding";
import type { KubernetesObject } from "./kubernetesObject";
import type { Pod } from "./pod";
import type { CarriedPod } from "./podCarrier";
import type { Program } from "./program";
import type { Subject } from "./subject";

/** Settings of one rule, by name, with the defaults of its schema filled in. */
export type Settings = Readonly<Record<string, unknown>>;

/** What a rule has to say against an object. */
export interface Violation {
    readonly object: KubernetesObject;
    /** What is wrong, in a sentence without a full stop. */
    readonly summary: string;
    readonly findings: readonly Finding[];
    /** Further lines of the message, by label. */
    readonly notes?: Readonly<Record<string, string>>;
    /** What to change. @default the rule's own `fix` */
    readonly fix?: string;
    /** Reported as a warning even where the rule is mandatory. @default false */
    readonly advisory?: boolean;
}

/** What makes a rule a policy, whatever it looks at. */
export interface RuleDescription {
    /** Name of the policy: by it the policy is configured. */
    readonly id: string;
    /** The rule in a sentence. */
    readonly description: string;
    /** Enforcement when nothing else is configured. */
    readonly enforcement: EnforcementLevel;
    readonly severity: Severity;
    readonly framework: PolicyComplianceFramework;
    /** What to change to comply. */
    readonly fix: string;
    /** Page that explains the rule. */
    readonly link: string;
    /** Paths of the fields that are judged, `*` for each element. */
    readonly fields: readonly string[];
    /** Values that pass. */
    readonly allowed: string;
    /** JSON schema of each setting beside `exempt`. @default none */
    readonly settings?: Readonly<Record<string, PolicyConfigJSONSchema>>;
}

/** One field to fill in. */
export interface Filling {
    /** Keys from the resource's properties down to the field; parents that are missing are made. */
    readonly keys: Keys;
    readonly value: unknown;
}

/** Judges one pod by itself, before it is created. Unknown fields are noted in the pod. */
export type JudgePod = (pod: Pod, carrier: CarriedPod, settings: Settings, program: Program) => Violation[];

/** A rule with its ways of looking, at least one of them. */
export interface Rule extends RuleDescription {
    /** Judges pods, wherever they stand. */
    readonly judgePod?: JudgePod;
    /** Kinds that `judgeObject` looks at, such as `Service`. @default every kind */
    readonly kinds?: readonly string[];
    /** Judges objects one by one, before they are created. */
    readonly judgeObject?: (subject: Subject, settings: Settings, program: Program) => Violation[];
    /** Judges how objects fit together, when the whole program is known. */
    readonly judgeProgram?: (subjects: readonly Subject[], settings: Settings) => Violation[];
    /** What can be filled in safely to make a pod comply. Runs only where the policy's enforcement is set to `remediate`. */
    readonly fill?: (pod: Pod, carrier: CarriedPod, settings: Settings, program: Program) => Filling[];
}
