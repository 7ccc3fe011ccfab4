import assert from "node:assert/strict";
import type { EnvironmentName } from "../../../components/kit/environment";
import { environmentNames } from "../../../components/kit/environment";
import type { Inputs } from "../mocks";
import { PlatformAlone } from "../platformAlone";
import type { StackValues } from "../program";

export const stacks = environmentNames;

/** TaskFlow alone, and what it registers. */
export const { program: taskflow, object, container } = new PlatformAlone("taskflow");

/** Settings with which a stack renders everything that it may render. */
export const everything: Readonly<Record<EnvironmentName, StackValues>> = {
    dev: { loadTest: { enabled: true, stress: true } },
    staging: { loadTest: { enabled: true } },
    prod: {},
};

/** Fails unless `actual` has every field of `expected`; lists must be equal. */
export function assertHas(actual: Inputs, expected: Inputs, path = ""): void {
    for (const [key, value] of Object.entries(expected as Record<string, unknown>)) {
        const found = actual?.[key];
        if (typeof value === "object" && value !== null && !Array.isArray(value)) {
            assertHas(found, value, `${path}.${key}`);
        } else {
            assert.deepEqual(found, value, `${path}.${key}`);
        }
    }
}
