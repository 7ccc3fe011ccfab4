import assert from "node:assert/strict";
import { Analyzer } from "../analyzer/analyzer";
import { policies } from "../pack";
import type { Json } from "./compliant";
import { container, deployment, merge } from "./compliant";
import { unknownObject } from "./run";

/** What policies make of a resource when their enforcement is `remediate`; undefined when they leave it alone. */
function remediateAll(names: readonly string[], type: string, props: Json, config: Json = {}): Json[] {
    const analyzer = new Analyzer(policies());
    analyzer.configure(Object.fromEntries(names.map(policy => [policy, { level: "remediate", settings: config }])));
    const sent = JSON.parse(JSON.stringify(props)) as Json;
    return analyzer.remediate({ type, urn: `urn::${type}::web` }, () => sent).map(({ properties }) => properties);
}

function remediate(policy: string, type: string, props: Json, config: Json = {}): Json | undefined {
    return remediateAll([policy], type, props, config)[0];
}

const inContainer = (securityContext: Json | undefined): Json =>
    deployment({ containers: [merge(container(), { securityContext })], initContainers: [container({ name: "i", securityContext })] }).props;

function containersOf(props: Json | undefined): unknown {
    const { spec } = (props as { spec: { template: { spec: Record<"containers" | "initContainers", { securityContext: unknown }[]> } } }).spec.template;
    return [...spec.containers, ...spec.initContainers].map(({ securityContext }) => securityContext);
}

describe("Remediation", () => {
    const type = "kubernetes:apps/v1:Deployment";

    it("fills allowPrivilegeEscalation in every container that does not say", () => {
        const filled = remediate("allowPrivilegeEscalation", type, inContainer({ allowPrivilegeEscalation: undefined }));
        assert.deepEqual(containersOf(filled), Array(2).fill({ capabilities: { drop: ["ALL"] }, allowPrivilegeEscalation: false }));
    });

    it("never changes what somebody has decided", () => {
        assert.equal(remediate("allowPrivilegeEscalation", type, inContainer({ allowPrivilegeEscalation: true })), undefined);
        assert.equal(remediate("capabilities_restricted", type, inContainer({ capabilities: { drop: ["KILL"] } })), undefined);
        assert.equal(remediate("serviceAccountToken", type, deployment({ automountServiceAccountToken: true }).props), undefined);
    });

    it("drops all capabilities where none are mentioned", () => {
        const filled = remediate("capabilities_restricted", type, inContainer({ capabilities: undefined }));
        assert.deepEqual(containersOf(filled), Array(2).fill({ allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } }));
    });

    it("gives the pod the runtime's seccomp profile, and a switched-off token", () => {
        const bare = deployment({ securityContext: undefined, automountServiceAccountToken: undefined }).props;
        const spec = (props: Json | undefined): Json => (props as { spec: { template: { spec: Json } } }).spec.template.spec;
        assert.deepEqual(spec(remediate("seccompProfile_restricted", type, bare))["securityContext"], { seccompProfile: { type: "RuntimeDefault" } });
        assert.equal(spec(remediate("serviceAccountToken", type, bare))["automountServiceAccountToken"], false);
    });

    it("adds the labels that are missing, and keeps the others", () => {
        const props = deployment({}, { metadata: { labels: undefined }, spec: { template: { metadata: { labels: { "app.kubernetes.io/name": undefined } } } } }).props;
        const filled = remediate("recommendedLabels", type, props) as { metadata: Json; spec: { template: { metadata: { labels: Json } } } };
        assert.deepEqual(filled.metadata["labels"], {
            "app.kubernetes.io/name": "web", "app.kubernetes.io/instance": "web", "app.kubernetes.io/component": "web",
            "app.kubernetes.io/part-of": "shop", "app.kubernetes.io/managed-by": "pulumi",
        });
        assert.equal(filled.spec.template.metadata.labels["app.kubernetes.io/name"], "web");
        assert.equal(filled.spec.template.metadata.labels["app.kubernetes.io/instance"], "shop-web");
    });

    it("leaves alone what complies, what is exempt, what is unknown, and patches", () => {
        const missing = inContainer({ allowPrivilegeEscalation: undefined });
        assert.equal(remediate("allowPrivilegeEscalation", type, deployment().props), undefined);
        assert.equal(remediate("allowPrivilegeEscalation", type, missing, { exempt: [{ name: "web", reason: "a reason to do so" }] }), undefined);
        assert.equal(remediate("allowPrivilegeEscalation", `${type}Patch`, missing), undefined);
        const unknown = deployment({ containers: [{ name: "a", securityContext: unknownObject }] }).props;
        assert.equal(remediate("allowPrivilegeEscalation", type, unknown), undefined);
    });

    it("keeps the marks of secrets and of values that are not known, and reaches below them", () => {
        const secret = (value: unknown): Json => ({ "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value });
        const props = inContainer({ allowPrivilegeEscalation: undefined });
        const marked = { ...props, spec: secret(props["spec"]), status: unknownObject };
        const [filled] = remediateAll(["allowPrivilegeEscalation"], type, marked);
        assert.deepEqual(filled, { ...marked, spec: secret(remediate("allowPrivilegeEscalation", type, props)!["spec"]) });
    });

    it("lets each policy see what those before it have filled in", () => {
        const bare = inContainer(undefined);
        const steps = remediateAll(["allowPrivilegeEscalation", "capabilities_restricted"], type, bare);
        assert.deepEqual(steps.map(containersOf), [
            Array(2).fill({ allowPrivilegeEscalation: false }), Array(2).fill({ allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } }),
        ]);
    });

    it("reaches the pods of Lists", () => {
        const item = inContainer({ allowPrivilegeEscalation: undefined });
        const filled = remediate("allowPrivilegeEscalation", `${type}List`, { items: [deployment().props, item] }) as { items: Json[] };
        assert.deepEqual(containersOf(filled.items[1]), Array(2).fill({ capabilities: { drop: ["ALL"] }, allowPrivilegeEscalation: false }));
    });
});
