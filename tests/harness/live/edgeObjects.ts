import { parse } from "yaml";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const table = parse(readFileSync(join(__dirname, "../../../toolchain/images/table.yaml"), "utf8"));

/** Traefik of the release that toolchain/images has. */
export const traefikImage = `traefik:v${table.layers.traefik.pypi.version}`;

const namespace = "traefik";
const labels = { "app.kubernetes.io/name": "traefik" };
const secret = "default-certificate";

/** Rights that Traefik needs for Ingresses and its own kinds. */
const rules = [
    { apiGroups: [""], resources: ["services", "secrets", "nodes", "configmaps", "namespaces"], verbs: ["get", "list", "watch"] },
    { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["get", "list", "watch"] },
    { apiGroups: ["networking.k8s.io", "extensions"], resources: ["ingresses", "ingressclasses"], verbs: ["get", "list", "watch"] },
    { apiGroups: ["networking.k8s.io", "extensions"], resources: ["ingresses/status"], verbs: ["update"] },
    { apiGroups: ["traefik.io"], resources: ["*"], verbs: ["get", "list", "watch"] },
];

const args = [
    "--entryPoints.web.address=:8000", "--entryPoints.websecure.address=:8443", "--entryPoints.websecure.http.tls=true",
    "--entryPoints.traefik.address=:8080", "--entryPoints.metrics.address=:9100", "--ping=true",
    "--metrics.prometheus=true", "--metrics.prometheus.entryPoint=metrics",
    "--providers.kubernetesCRD=true", "--providers.kubernetesIngress=true", "--providers.kubernetesIngress.ingressEndpoint.publishedService=traefik/traefik",
    "--accessLog=true", "--accessLog.format=json", "--global.checkNewVersion=false", "--global.sendAnonymousUsage=false",
];

const container = {
    name: "traefik", image: traefikImage, args,
    ports: [{ name: "web", containerPort: 8000 }, { name: "websecure", containerPort: 8443 }, { name: "traefik", containerPort: 8080 }, { name: "metrics", containerPort: 9100 }],
    readinessProbe: { httpGet: { path: "/ping", port: "traefik" }, periodSeconds: 2 },
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
    resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: "512Mi" } },
};

/** Traefik where its own chart puts it, with the entry points, ports and labels that the chart gives. */
export function traefikObjects(): object[] {
    const metadata = { name: "traefik", namespace, labels };
    const port = (name: string, number: number): object => ({ name, port: number, targetPort: name });
    return [
        { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
        { apiVersion: "v1", kind: "ServiceAccount", metadata },
        { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "traefik" }, rules },
        {
            apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRoleBinding", metadata: { name: "traefik" },
            roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "traefik" },
            subjects: [{ kind: "ServiceAccount", name: "traefik", namespace }],
        },
        { apiVersion: "networking.k8s.io/v1", kind: "IngressClass", metadata: { name: "traefik" }, spec: { controller: "traefik.io/ingress-controller" } },
        {
            apiVersion: "apps/v1", kind: "Deployment", metadata,
            spec: {
                replicas: 1, selector: { matchLabels: labels },
                template: {
                    metadata: { labels },
                    spec: {
                        serviceAccountName: "traefik", containers: [container],
                        securityContext: { runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532, seccompProfile: { type: "RuntimeDefault" } },
                    },
                },
            },
        },
        { apiVersion: "v1", kind: "Service", metadata, spec: { type: "LoadBalancer", selector: labels, ports: [port("web", 80), port("websecure", 443)] } },
        { apiVersion: "v1", kind: "Service", metadata: { ...metadata, name: "traefik-metrics" }, spec: { selector: labels, ports: [port("metrics", 9100)] } },
    ];
}

/** An authority, the ClusterIssuer of it, and the certificate that Traefik shows where a route has none of its own. */
export function authorityObjects(issuer: string, hosts: readonly string[]): object[] {
    const issuerRef = (name: string): object => ({ group: "cert-manager.io", kind: "ClusterIssuer", name });
    const certificate = (metadata: object, spec: object): object => ({
        apiVersion: "cert-manager.io/v1", kind: "Certificate", metadata, spec: { privateKey: { algorithm: "ECDSA", size: 256 }, ...spec },
    });
    return [
        { apiVersion: "cert-manager.io/v1", kind: "ClusterIssuer", metadata: { name: "proof-root" }, spec: { selfSigned: {} } },
        certificate({ name: "proof-root", namespace: "cert-manager" },
            { isCA: true, commonName: "proof-root", secretName: "proof-root", issuerRef: issuerRef("proof-root") }),
        { apiVersion: "cert-manager.io/v1", kind: "ClusterIssuer", metadata: { name: issuer }, spec: { ca: { secretName: "proof-root" } } },
        certificate({ name: secret, namespace }, { dnsNames: hosts, secretName: secret, issuerRef: issuerRef(issuer) }),
        { apiVersion: "traefik.io/v1alpha1", kind: "TLSStore", metadata: { name: "default", namespace }, spec: { defaultCertificate: { secretName: secret } } },
    ];
}
