import type { EnvironmentName } from "../../../components/kit/environment";
import type { StackValues } from "../program";

/** A form in which a platform is proven. */
export type Form = Exclude<EnvironmentName, "staging">;

/** What is set apart from what the form has, so that one machine holds a platform and everything of it can be shown. */
export interface Scale {
    /** Settings of the platform. */
    readonly settings: StackValues;
    /** Settings that platforms share. */
    readonly shared: StackValues;
    /** Each of them in words. */
    readonly changes: readonly string[];
}

const asDeclared: Scale = { settings: {}, shared: {}, changes: [] };

/** Platforms that are deployed as their form declares them are not listed. */
const scales: Readonly<Record<Form, Readonly<Record<string, Partial<Scale>>>>> = {
    dev: {
        taskflow: { shared: { backupRetentionDays: 7 }, changes: ["nightly dumps, which dev does without"] },
        storm: {
            settings: { backup: { enabled: true } }, shared: { backupRetentionDays: 7 },
            changes: ["nightly dumps, which dev does without"],
        },
    },
    prod: {},
};

/** How a platform is made to fit. */
export function scaleOf(platform: string, form: Form): Scale {
    return { ...asDeclared, ...scales[form][platform] };
}
