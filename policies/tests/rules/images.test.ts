import assert from "node:assert/strict";
import { parseImageReference } from "../../images/imageReference";
import { container, deployment } from "../compliant";
import type { Declared } from "../run";
import { unknownString } from "../run";
import type { RuleCase } from "../ruleCase";
import { describeRule } from "../ruleCase";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
const image = (reference: unknown): Declared => deployment({ containers: [container({ image: reference })] });
const at = "spec.template.spec.containers[0].image";

describe("Image references", () => {
    const cases: readonly (readonly [text: string, parts: object | undefined])[] = [
        ["nginx", { registry: "docker.io", repository: "library/nginx" }],
        ["nginx:1.27", { registry: "docker.io", repository: "library/nginx", tag: "1.27" }],
        ["grafana/grafana:13.1.0", { registry: "docker.io", repository: "grafana/grafana", tag: "13.1.0" }],
        ["host:5000/app", { registry: "host:5000", repository: "app" }],
        ["host:5000/app:1", { registry: "host:5000", repository: "app", tag: "1" }],
        ["localhost/app:1", { registry: "localhost", repository: "app", tag: "1" }],
        ["host/app:1", { registry: "docker.io", repository: "host/app", tag: "1" }],
        ["[::1]:5000/app:1", { registry: "[::1]:5000", repository: "app", tag: "1" }],
        [`quay.io/a/b/c@${digest}`, { registry: "quay.io", repository: "a/b/c", digest }],
        [`host:5000/app:1@${digest}`, { registry: "host:5000", repository: "app", tag: "1", digest }],
        ["", undefined], ["nginx:", undefined], ["Nginx:1", undefined], ["nginx:1:2", undefined], ["a b", undefined], ["nginx@sha256:12", undefined],
        ["nginx:-1", undefined], ["https://host/app:1", undefined], [`nginx@${digest}@${digest}`, undefined], ["host:5000/", undefined],
    ];
    for (const [text, parts] of cases) {
        it(`${JSON.stringify(text)} is ${parts ? JSON.stringify(parts) : "none"}`, () => assert.deepEqual(parseImageReference(text), parts));
    }
});

describeRule("imageTag", [
    ...["nginx:1.27", "host:5000/app:1", `nginx@${digest}`, `host:5000/app@${digest}`, `nginx:latest@${digest}`].map(reference =>
        ({ that: reference, program: [image(reference)] })),
    ...[
        ["nginx", "image has no tag, which means latest"],
        ["host:5000/app", "image has no tag, which means latest"],
        ["nginx:latest", 'image has the tag "latest", which moves'],
        ["host:5000/app:latest", 'image has the tag "latest", which moves'],
        ["nginx:", "image is not an image reference"],
        [undefined, "image is missing"],
    ].map(([reference, problem]) =>
        ({ that: reference ?? "no image", program: [image(reference)], refused: [`Deployment shop/web: container "web": ${problem}`], at: [at] })),
    {
        that: "bad tags of init and ephemeral containers and of image volumes",
        program: [deployment({
            initContainers: [container({ name: "i", image: "a" })],
            ephemeralContainers: [{ name: "e", image: "b:latest" }],
            volumes: [{ name: "v", image: { reference: "c" } }],
        })],
        refused: [
            'Deployment shop/web: container "i": image has no tag, which means latest',
            'Deployment shop/web: container "e": image has the tag "latest", which moves',
            "Deployment shop/web: image has no tag, which means latest",
        ],
        at: [
            "spec.template.spec.initContainers[0].image", "spec.template.spec.ephemeralContainers[0].image",
            "spec.template.spec.volumes[0].image.reference",
        ],
    },
    { that: "an unknown image, which is not judged", program: [image(unknownString)], notJudged: [at] },
    {
        that: "other moving tags by config", program: [image("app:main")], settings: { forbiddenTags: ["latest", "main"] },
        refused: ['Deployment shop/web: container "web": image has the tag "main", which moves'],
    },
    { that: "latest, when the config allows it", program: [image("app:latest")], settings: { forbiddenTags: [] } },
]);

const registries = ["quay.io", "docker.io/library/*", "host:5000/team/app"];
describeRule("imageRegistry", [
    { that: "any registry while the list is empty", program: [image("evil.example/app:1")] },
    ...["quay.io/any/thing:1", "nginx:1", `docker.io/nginx@${digest}`, "host:5000/team/app:2"].map(reference =>
        ({ that: `${reference} by the list`, program: [image(reference)], settings: { registries } })),
    ...[
        ["grafana/grafana:1", "docker.io/grafana/grafana"], ["quay.io.evil.example/app:1", "quay.io.evil.example/app"],
        ["host:5000/team/app2:1", "host:5000/team/app2"], ["host/team/app:1", "docker.io/host/team/app"],
    ].map(([reference, name]) => ({
        that: `${reference} by the list`, program: [image(reference)], settings: { registries },
        refused: [`Deployment shop/web: container "web": image comes from ${name}`], at: [at],
    })),
    { that: "an unknown image, which is not judged", program: [image(unknownString)], settings: { registries }, notJudged: [at] },
]);

describeRule("imageDigest", [
    { that: "tags while digests are not required", program: [image("nginx:1")] },
    { that: "a digest where it is required", program: [image(`nginx:1@${digest}`)], settings: { requiredIn: ["test"] } },
    { that: "a tag in a stack that requires no digests", program: [image("nginx:1")], settings: { requiredIn: ["prod", "test-*"] } },
    ...["test", "te*"].map((stack): RuleCase => ({
        that: `a tag where ${stack} requires digests`, program: [image("nginx:1")], settings: { requiredIn: ["prod", stack] },
        refused: ['Deployment shop/web: container "web": image has no digest'], at: [at],
    })),
    ...["docker.io/library/nginx", "docker.io/library/*"].map((name): RuleCase => ({
        that: `a tag where ${name} may go without digest`, program: [image("nginx:1")],
        settings: { requiredIn: ["test"], withoutDigest: [{ images: ["quay.io/a/b", name], reason: "No digest is locked yet." }] },
    })),
    {
        that: "a tag of an image that is not named, beside one that is", program: [deployment({
            containers: [container({ image: "nginx:1" }), container({ name: "other", image: "quay.io/library/nginx:1" })],
        })],
        settings: { requiredIn: ["test"], withoutDigest: [{ images: ["docker.io/library/nginx"], reason: "No digest is locked yet." }] },
        refused: ['Deployment shop/web: container "other": image has no digest'], at: ["spec.template.spec.containers[1].image"],
    },
]);
