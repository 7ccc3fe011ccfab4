import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { imageTable } from "../../../components/kit/images";
import lock from "../../../images.lock.json";
import { changes, isLocked, lockAfter, nameOf, withoutLocked } from "../../../supply/digests/lock";
import { lockLine } from "../../../supply/digests/locked";
import { problemText } from "../../../supply/digests/registry";

const [one, other] = [`sha256:${"1".repeat(64)}`, `sha256:${"2".repeat(64)}`];
const outcomes = (...args: Parameters<typeof changes>): (string | undefined)[][] =>
    changes(...args).map(({ image, outcome, digest }) => [image, outcome, digest]);

describe("lock of digests", () => {
    it("names digests of images of the table only: make pin forgets the others", () => {
        const images: string[] = Object.values(imageTable).map(({ image }) => image);
        assert.deepEqual(Object.keys(lock).filter(image => !images.includes(image)), []);
        assert.deepEqual(Object.values<string>(lock).filter(digest => !/^sha256:[0-9a-f]{64}$/.test(digest)), []);
    });

    it("gains what registries answer, keeps what they do not, and loses what is no longer used", () => {
        const answers = [{ name: "a:1", digest: one }, { name: "b:1", problem: "missing" as const }, { name: "c:1", problem: "denied" as const }];
        assert.deepEqual(outcomes(["a:1", "b:1", "c:1", "d:1"], { "c:1": other, "old:1": other }, answers, false), [
            ["a:1", "added", one], ["b:1", "unanswered", undefined], ["c:1", "unanswered", other], ["d:1", "unanswered", undefined],
            ["old:1", "removed", undefined],
        ]);
    });

    it("keeps the digest of a tag that has moved, until its new one is asked for", () => {
        const answers = [{ name: "a:1", digest: one }];
        assert.deepEqual(outcomes(["a:1"], { "a:1": other }, answers, false), [["a:1", "moved", other]]);
        assert.deepEqual(outcomes(["a:1"], { "a:1": other }, answers, true), [["a:1", "updated", one]]);
        assert.deepEqual(outcomes(["a:1"], { "a:1": one }, answers, true), [["a:1", "kept", one]]);
    });

    it("is in order of names", () => assert.deepEqual(
        JSON.stringify(lockAfter(changes(["b:1", "a:1"], {}, [{ name: "b:1", digest: one }, { name: "a:1", digest: other }], false))),
        JSON.stringify({ "a:1": other, "b:1": one })));

    it("ends an exemption when every version of the image is locked", () => {
        const settings = {
            requiredIn: ["prod"],
            withoutDigest: [
                { images: ["docker.io/library/postgres", "docker.io/library/redis"], reason: "not yet" }, { images: ["ghcr.io/own/app"], reason: "own" },
            ],
        };
        const images = ["postgres:15.1", "postgres:16.1", "redis:7.4"];
        assert.deepEqual(withoutLocked(settings, images, { "postgres:15.1": one, "redis:7.4": one }).withoutDigest,
            [{ images: ["docker.io/library/postgres"], reason: "not yet" }, { images: ["ghcr.io/own/app"], reason: "own" }]);
        const all = { "postgres:15.1": one, "postgres:16.1": one, "redis:7.4": one };
        assert.deepEqual(withoutLocked(settings, images, all), { requiredIn: ["prod"], withoutDigest: [{ images: ["ghcr.io/own/app"], reason: "own" }] });
        assert.ok(isLocked("docker.io/library/postgres", images, all));
    });

    it("knows images by registry and repository", () => {
        assert.equal(nameOf("redis:7.4"), "docker.io/library/redis");
        assert.equal(nameOf("quay.io/a/b:1"), "quay.io/a/b");
        assert.throws(() => nameOf("Not An Image"), { message: /^"Not An Image" is no image reference; allowed is/ });
    });

    it("is spoken of where a stack has to have digests and lacks some", () => {
        const line = lockLine("prod-eu", ["prod*"], ["a:1", "b:1"], { "a:1": one });
        assert.match(line ?? "", /^digests: 1 of 2 images are locked .*make pin/);
        assert.equal(lockLine("dev", ["prod*"], ["a:1"], {}), undefined);
        assert.equal(lockLine("prod", ["prod*"], ["a:1"], { "a:1": one }), undefined);
        assert.match(readFileSync(join(__dirname, "../../../toolchain/steps/stack.sh"), "utf8"), /supply\/digests\/locked\.ts/);
    });

    it("a registry's problem is told with its remedy and its own words", () => {
        assert.match(problemText({ name: "a:1", problem: "unreachable", detail: "connection refused" }), /REGISTRY_MIRROR.*\(connection refused\)$/);
    });
});
