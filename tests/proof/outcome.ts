import type { Live, Tell } from "../harness/live/live";

/** What came of a point on a platform. */
export interface Outcome {
    /** `absent`: what it needs cannot be had here, or it is not built yet. */
    readonly state: "proven" | "failed" | "absent";
    /** What was measured or counted, in one line; of `absent`, the reason. */
    readonly summary: string;
    /** Each thing that is not as declared. */
    readonly faults?: readonly string[];
}

/** Something that is promised and can be shown on a platform that runs. */
export interface Point {
    readonly number: number;
    /** One word for the head of its column. */
    readonly name: string;
    /** What holds when it is proven. */
    readonly promise: string;
    /**
     * Shows it, or what is wrong.
     * @param tell is told what is under way
     */
    prove(live: Live, tell: Tell): Promise<Outcome>;
}

/** Proven when nothing is wrong. */
export function outcomeOf(faults: readonly string[], summary: string): Outcome {
    return { state: faults.length === 0 ? "proven" : "failed", summary, faults };
}

/** A point that cannot be shown here, and why. */
export function absent(number: number, name: string, promise: string, reason: string): Point {
    return { number, name, promise, prove: () => Promise.resolve({ state: "absent", summary: reason }) };
}
