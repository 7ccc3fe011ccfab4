import assert from "node:assert/strict";
import fc from "fast-check";
import { known, isProperties, UNKNOWN } from "../../framework/field";
import type { Keys, Properties } from "../../framework/field";
import { Pod } from "../../framework/pod";
import { refusalAt } from "../../pod-security/checkRule";
import { latest, checks } from "../../pod-security/registry";
import { randomPod } from "./podArbitrary";

function places(value: unknown, keys: Keys = []): Keys[] {
    const below = Array.isArray(value) ? value.flatMap((item: unknown, index) => places(item, [...keys, index]))
        : isProperties(value) ? Object.entries(value).flatMap(([key, item]) => places(item, [...keys, key])) : [];
    return keys.length === 0 ? below : [keys, ...below];
}

function hide(value: unknown, [key, ...rest]: Keys): unknown {
    if (key === undefined) {
        return UNKNOWN;
    }
    const copy = Array.isArray(value) ? [...value as unknown[]] : { ...value as object };
    (copy as Record<string | number, unknown>)[key] = hide((value as Record<string | number, unknown>)[key], rest);
    return copy;
}

describe("Unknown fields of pods", () => {
    it("of 20000 random pods with one unknown field: no violation on known fields is hidden, none is made up", () => {
        let hidden = 0;
        let kept = 0;
        fc.assert(fc.property(randomPod, fc.nat(), fc.constantFrom("baseline" as const, "restricted" as const), (random, choice, level) => {
            const pod = known({ metadata: random.metadata, spec: random.spec }) as { metadata?: Properties; spec: Properties };
            const all = places(pod).filter(keys => keys.length > 1);
            if (all.length === 0) {
                return;
            }
            const partly = hide(pod, all[choice % all.length]!) as typeof pod;
            for (const check of checks) {
                const whole = refusalAt(check, Pod.of(pod.metadata, pod.spec), { level, minor: latest });
                const view = Pod.of(partly.metadata, partly.spec);
                const seen = refusalAt(check, view, { level, minor: latest });
                const noted = [...view.reads.unknown, ...view.unreadable];
                // What is refused without the field is refused whatever the field turns out to be.
                assert.ok(!seen || whole, `${check.id} makes up ${seen?.detail}`);
                // What would be refused with the field, and is not without it, is reported as not judged.
                assert.ok(seen || !whole || noted.length > 0, `${check.id} hides ${whole?.detail}`);
                hidden += whole && !seen ? 1 : 0;
                kept += whole && seen && noted.length > 0 ? 1 : 0;
            }
        }), { numRuns: 20_000 });
        assert.ok(hidden > 100 && kept > 100, `${hidden} verdicts open, ${kept} kept beside an unknown field: too few to tell`);
    });
});
