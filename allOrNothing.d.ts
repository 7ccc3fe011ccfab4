/** Calls of the SDK that tell the engine of resources. */
export declare const registrations: readonly string[];

/** Runs what composes a program; where that throws, nothing of it reaches the engine. */
export declare function allOrNothing<Result>(compose: () => Result): Result;
