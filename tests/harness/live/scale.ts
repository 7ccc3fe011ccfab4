import type { StackValues } from "../program";

/** What is made smaller so that one machine holds a platform. */
export interface Scale {
    /** Settings of the platform. */
    readonly settings: StackValues;
    /** Each of them in words. */
    readonly changes: readonly string[];
}

/** Platforms that fit as they are declared are not listed. */
const scales: Readonly<Record<string, Scale>> = {};

/** How a platform is made to fit. */
export function scaleOf(platform: string): Scale {
    return scales[platform] ?? { settings: {}, changes: [] };
}
