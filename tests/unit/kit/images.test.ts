import assert from "node:assert/strict";
import fc from "fast-check";
import { image } from "../../../components/kit/settings";
import { images, imageVersion, parseImage, withDigest } from "../../../components/kit/images";

const digest = `sha256:${"ab12".repeat(16)}`;

describe("image reference", () => {
    for (const [reference, expected] of [
        ["nginx", { repository: "nginx" }],
        ["nginx:1.30.1-alpine", { repository: "nginx", tag: "1.30.1-alpine" }],
        ["host:5000/app", { repository: "host:5000/app" }],
        ["host:5000/app:1.2", { repository: "host:5000/app", tag: "1.2" }],
        [`nginx@${digest}`, { repository: "nginx", digest }],
        [`host:5000/team/app:1.2@${digest}`, { repository: "host:5000/team/app", tag: "1.2", digest }],
    ] as const) {
        it(`splits ${reference}`, () => assert.deepEqual(parseImage(reference), expected));
    }

    it("a registry's port is never taken for a tag", () => {
        const name = fc.stringMatching(/^[a-z0-9]{1,12}$/);
        fc.assert(fc.property(name, fc.integer({ min: 1, max: 65_535 }), name, name, (host, port, repository, tag) => {
            assert.deepEqual(parseImage(`${host}:${port}/${repository}`), { repository: `${host}:${port}/${repository}` });
            assert.equal(parseImage(`${host}:${port}/${repository}:${tag}`).tag, tag);
        }));
    });

    it("as a setting needs a tag other than latest, or a digest", () => {
        for (const good of ["app:1.0", "host:5000/app:1.0", `app@${digest}`, `app:latest@${digest}`]) {
            assert.ok(image.safeParse(good).success, good);
        }
        for (const bad of ["app", "app:latest", "app:", "host:5000/app", "host:5000/app:latest", ":1.0", "App name:1.0", ""]) {
            const result = image.safeParse(bad);
            assert.equal(result.error?.issues[0]?.message,
                "allowed is an image with a tag other than latest, or with a digest, such as registry.example.com/app:1.4.2", bad);
        }
    });

    it("every image of the program is pinned to a version with a minor number, or a dated release", () => {
        for (const [role, reference] of Object.entries(images)) {
            const { tag, digest: pinned } = parseImage(reference);
            assert.ok(pinned !== undefined || /\d+\.\d+|\d{4}-\d\d-\d\d/.test(tag ?? ""), `${role} is ${reference}`);
        }
    });

    it("a digest is added for exactly the tag that it is locked for", () => {
        assert.equal(withDigest("nginx:1.30.1", { "nginx:1.30.1": digest }), `nginx:1.30.1@${digest}`);
        assert.equal(withDigest("nginx:1.30.2", { "nginx:1.30.1": digest }), "nginx:1.30.2");
    });
});

describe("version label of an image", () => {
    it("is the tag, or the start of the digest", () => {
        assert.equal(imageVersion("nginx:1.30.1-alpine"), "1.30.1-alpine");
        assert.equal(imageVersion(`nginx@${digest}`), `sha256-${digest.slice(7)}`.slice(0, 63));
        assert.equal(imageVersion("host:5000/app"), "unknown");
    });

    it("is a label value whatever the tag", () => {
        fc.assert(fc.property(fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/), tag => {
            assert.match(imageVersion(`app:${tag}`), /^([A-Za-z0-9_][A-Za-z0-9_.-]{0,62})?$/);
            assert.doesNotMatch(imageVersion(`app:${tag}`), /[-_.]$/);
        }));
    });
});
