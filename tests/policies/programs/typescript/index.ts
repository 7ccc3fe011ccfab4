import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

// Rendered to files: judging needs no cluster, and what was created can be read.
const provider = new k8s.Provider("files", { renderYamlToDirectory: new pulumi.Config().require("directory") });
const labels = {
    app: "web",
    ...Object.fromEntries(["name", "instance", "component", "part-of", "managed-by"].map(name => [`app.kubernetes.io/${name}`, "web"])),
};
const amounts = { cpu: "100m", memory: "64Mi", "ephemeral-storage": "64Mi" };

function container(over: object = {}): k8s.types.input.core.v1.Container {
    return {
        name: "web",
        image: "registry.example.com:5000/web:1.0",
        resources: { requests: amounts, limits: amounts },
        readinessProbe: { httpGet: { path: "/ready", port: 8080 } },
        livenessProbe: { httpGet: { path: "/live", port: 8080 } },
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
        ...over,
    };
}

const namespace = new k8s.core.v1.Namespace("shop", {
    metadata: { name: "shop", labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
}, { provider });
const metadata = { name: "web", namespace: namespace.metadata.name, labels };

new k8s.networking.v1.NetworkPolicy("closed", {
    metadata: { name: "closed", namespace: namespace.metadata.name }, spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
}, { provider });

function deployment(spec: object): k8s.apps.v1.DeploymentArgs {
    return {
        metadata,
        spec: {
            selector: { matchLabels: { app: "web" } },
            template: {
                metadata: { labels },
                spec: {
                    automountServiceAccountToken: false,
                    securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
                    containers: [container()],
                    ...spec,
                },
            },
        },
    };
}

/** What the test asks for, by the program's configuration. */
const cases: Readonly<Record<string, () => void>> = {
    compliant: () => new k8s.apps.v1.Deployment("web", deployment({}), { provider }),
    hostile: () => new k8s.apps.v1.Deployment("web", deployment({
        hostNetwork: true, initContainers: [container({ name: "init", image: "web:latest", securityContext: { privileged: true } })],
    }), { provider }),
    failing: () => {
        const web = new k8s.apps.v1.Deployment("web", deployment({ hostNetwork: true }), { provider });
        web.urn.apply(() => {
            throw new Error("the program failed");
        });
    },
    many: () => {
        for (let index = 0; index < 40; index++) {
            new k8s.core.v1.ConfigMap(`many-${index}`, { metadata: { namespace: "shop" }, data: {} }, { provider });
        }
    },
    unknown: () => {
        // The id of an object is known only when it exists, and is no tag: it has a slash.
        const other = new k8s.core.v1.ConfigMap("other", { metadata: { namespace: "shop" }, data: {} }, { provider });
        new k8s.apps.v1.Deployment("web", deployment({
            containers: [
                container({ image: pulumi.interpolate`web:${other.id}` }),
                container({ name: "second", image: "web:latest" }),
            ],
        }), { provider });
    },
    unfilled: () => new k8s.apps.v1.Deployment("web", deployment({
        automountServiceAccountToken: undefined,
        securityContext: { runAsNonRoot: true },
        containers: [container({ securityContext: undefined })],
    }), { provider }),
    configGroup: () => new k8s.yaml.v2.ConfigGroup("group", {
        objs: [{ apiVersion: "apps/v1", kind: "Deployment", ...deployment({ hostPID: true }) }],
    }, { provider }),
    chart: () => new k8s.helm.v4.Chart("chart", { chart: new pulumi.Config().require("chart"), namespace: "shop" }, { provider }),
    customResource: () => new k8s.apiextensions.CustomResource("rollout", {
        apiVersion: "argoproj.io/v1alpha1", kind: "Rollout", metadata, spec: deployment({ hostIPC: true }).spec,
    }, { provider }),
};

cases[new pulumi.Config().require("case")]!();
