import type { Telemetry } from "../../../components/kit/telemetry";

/** Time series over a test, in promtool's notation: `0+1x60` counts up by one each step. */
export type World = Readonly<Record<string, string>>;

/** How one alert is made to fire and to stay silent. */
export interface Scenario {
    /** Worlds in which it must fire, by what is wrong in them. */
    readonly fires: Readonly<Record<string, World>>;
    /** A moment at which it must not fire yet, null when there is none, and one at which it must. */
    readonly at: readonly [pending: string | null, firing: string];
    /** Worlds in which it must never fire, by what they are like. */
    readonly silent: Readonly<Record<string, World>>;
    /** Time between two values. @default "1m" */
    readonly step?: string;
}

/** The alerts of one telemetry file, as an instance of it declares them. */
export interface ScenarioTable {
    readonly telemetry: readonly Telemetry[];
    /** One for each alert of the telemetry. */
    readonly scenarios: Readonly<Record<string, Scenario>>;
}

/** Names series that share some labels. */
export function named(labels: string): (metric: string, more?: string) => string {
    return (metric, more = "") => `${metric}{${[labels, more].filter(text => text !== "").join(",")}}`;
}

/** A gauge that stays at a value for an hour. */
export const stays = (value: number): string => `${value}x60`;

/** A counter that grows by so much each minute for an hour. */
export const grows = (perMinute: number): string => `0+${perMinute}x60`;
