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
    /** JSON schema of each setting. @default none but `exempt` */
    readonly settings?: Readonly<Record<string, PolicyConfigJSONSchema>>;
}

/** A rule about pods, wherever they stand. */
export interface PodRule extends RuleDescription {
    readonly about: "pods";
    /** Judges one pod by itself, before it is created. Unknown fields are noted in the pod. */
    readonly judgePod: (pod: Pod, carrier: CarriedPod, settings: Settings, program: Program) => Violation[];
    /** Judges one pod again when the whole program is known. @default the first judgement stands */
    readonly judgePodLater?: (pod: Pod, carrier: CarriedPod, settings: Settings, program: Program) => Violation[];
    /**
     * What can be filled in safely to make the pod comply.
     * Runs only where the policy's enforcement is set to `remediate`.
     */
    readonly fill?: (pod: Pod, carrier: CarriedPod, settings: Settings, program: Program) => Filling[];
}

/** One field to fill in. */
export interface Filling {
    /** Keys from the resource's properties down to the field; parents that are missing are made. */
    readonly keys: Keys;
    readonly value: unknown;
}

/** A rule about objects that are judged one by one. */
export interface ObjectRule extends RuleDescription {
    readonly about: "objects";
    /** Kinds it looks at, such as `Service`. */
    readonly kinds: readonly string[];
    readonly judgeObject: (subject: Subject, settings: Settings, program: Program) => Violation[];
}

/** A rule about how objects fit together, judged when the whole program is known. */
export interface ProgramRule extends RuleDescription {
    readonly about: "program";
    readonly judgeProgram: (objects: readonly Subject[], settings: Settings, program: Program) => Violation[];
}

/** Any rule. */
export type Rule = PodRule | ObjectRule | ProgramRule;
