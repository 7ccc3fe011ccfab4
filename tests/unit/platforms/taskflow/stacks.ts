import assert from "node:assert/strict";
import type { EnvironmentName } from "../../../../components/config/environments";
import { environmentNames } from "../../../../components/config/environments";
import type { Inputs } from "../../../harness/mocks";
import type { RenderedContainer } from "../../../harness/pods";
import { containersOf, podsOf } from "../../../harness/pods";
import type { RecordedProgram, StackValues } from "../../../harness/program";
import { recordAlone } from "../../../harness/program";

export const stacks = environmentNames;

const recorded = new Map<string, Promise<RecordedProgram>>();

/** TaskFlow alone in one stack with some settings; every test reads the same run. */
export function taskflow(stack: EnvironmentName, settings: StackValues = {}, more: StackValues = {}): Promise<RecordedProgram> {
    const key = JSON.stringify([stack, settings, more]);
    const known = recorded.get(key) ?? recordAlone(stack, "taskflow", settings, more);
    recorded.set(key, known);
    return known;
}

/** Settings with which a stack renders everything that it may render. */
export const everything: Readonly<Record<EnvironmentName, StackValues>> = {
    dev: { loadTest: { enabled: true, stress: true } },
    staging: { loadTest: { enabled: true } },
    prod: {},
};

/** Inputs of one object. */
export async function object(stack: EnvironmentName, kind: string, name: string, settings: StackValues = {}): Promise<Inputs> {
    return (await taskflow(stack, settings)).recording.object(kind, name).inputs;
}

/** One container, by the names of its workload and its own. */
export async function container(
    stack: EnvironmentName, workload: string, name: string, settings: StackValues = {},
): Promise<RenderedContainer> {
    const { recording } = await taskflow(stack, settings);
    const found = podsOf(recording).filter(pods => pods.name === workload).flatMap(containersOf).find(item => item.name === name);
    assert.ok(found, `${stack} has no container ${workload}/${name}`);
    return found;
}

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
