// What the objects of a preview need of a cluster, and what of that a cluster lacks. Pure: nothing here asks anybody.

/** Who brings the kinds of an API group, and how; docs/clusters.md has the same at length. */
const providers = {
    "traefik.io": "install Traefik 3 with its definitions: its Helm chart in the namespace traefik",
    "cert-manager.io": "pulumi config set --path certManager.install true, or install cert-manager with its definitions",
    "postgresql.cnpg.io": "install the CloudNativePG operator, or set taskflow.postgres.mode to single",
    "rabbitmq.com": "install the RabbitMQ Cluster Operator, or set rabbitmq.operator to false",
    "monitoring.coreos.com": "install the chart kube-prometheus-stack, or set monitoring.operator to false",
    "external-secrets.io": "install the External Secrets Operator, or name no store in ecommerce.secrets",
    "argoproj.io": "install Argo CD, or switch ecommerce.argocd off",
};

const items = value => value ?? [];
const specNames = (objects, kind) => objects.filter(object => object.kind === kind).map(({ metadata }) => metadata.name);
const specsOf = (objects, kind) => objects.filter(object => object.kind === kind).map(({ spec = {} }) => spec);

/** Objects that a preview declares, as `pulumi preview --json --show-sames` has them. */
export function declaredObjects({ steps = [] }) {
    return steps.map(({ newState }) => newState).filter(state => state?.type?.startsWith("kubernetes:") && state.inputs?.kind)
        .map(({ inputs }) => inputs);
}

/** Whether the program installs cert-manager, and with it the definitions, by itself. */
export function installsCertManager({ steps = [] }) {
    return steps.some(({ newState }) => /certmanager:CertManager$/i.test(newState?.type ?? "") || /cert-manager/.test(newState?.inputs?.chart ?? ""));
}

/** Claims of volumes: those of the program, and the templates of its StatefulSets. */
function claimSpecs(objects) {
    return [...specsOf(objects, "PersistentVolumeClaim"), ...specsOf(objects, "StatefulSet").flatMap(({ volumeClaimTemplates }) =>
        items(volumeClaimTemplates).map(({ spec }) => spec))];
}

/** Rules of egress of all policies. */
const waysOut = objects => specsOf(objects, "NetworkPolicy").flatMap(({ egress }) => items(egress));

function missingGroups(objects, cluster, isCertManagerInstalled) {
    const groups = new Set(objects.map(({ apiVersion }) => apiVersion.split("/")).filter(([group, version]) => version && group.includes("."))
        .map(([group]) => group).filter(group => !group.endsWith(".k8s.io")));
    return [...groups].sort().filter(group => !cluster.groups.has(group) && !(isCertManagerInstalled && group === "cert-manager.io"))
        .map(group => `the cluster has no ${group}, which ${objects.find(({ apiVersion }) => apiVersion.startsWith(`${group}/`)).kind} is of; `
            + (providers[group] ?? "install what defines it"));
}

/** Issuers of certificates that objects ask for, with who asks. */
function issuersAsked(objects) {
    return new Map(objects.flatMap(({ kind, metadata = {}, spec = {} }) => {
        const name = kind === "Certificate" ? spec.issuerRef?.kind === "ClusterIssuer" && spec.issuerRef.name
            : metadata.annotations?.["cert-manager.io/cluster-issuer"];
        return name ? [[name, `${kind} ${metadata.namespace}/${metadata.name}`]] : [];
    }));
}

function issuerFindings(preview, objects, cluster, isCertManagerInstalled) {
    if (!cluster.groups.has("cert-manager.io") && !isCertManagerInstalled) {
        return [];
    }
    const declared = new Set(specNames(objects, "ClusterIssuer"));
    const others = new Set(cluster.issuers.filter(({ isOurs }) => !isOurs).map(({ name }) => name));
    const created = (preview.steps ?? []).filter(({ op, newState }) => op === "create" && newState?.inputs?.kind === "ClusterIssuer")
        .map(({ newState }) => newState.inputs.metadata.name);
    return [
        ...[...issuersAsked(objects)].filter(([name]) => !declared.has(name) && !cluster.issuers.some(issuer => issuer.name === name))
            .map(([name, by]) => `the cluster has no ClusterIssuer ${name}, which ${by} asks for a certificate; create it, name another one as issuer, `
                + "or have one of the program's own created: pulumi config rm --path certManager.issuers"),
        ...created.filter(name => others.has(name)).map(name => `the cluster has a ClusterIssuer ${name} already, which somebody else made and this `
            + "would write over; it is used as it is where platforms:certManager has the line issuers: []"),
    ];
}

/** Accounts at a certificate authority that nobody can be reached about. */
const accountFindings = objects => objects.filter(({ kind, spec }) => kind === "ClusterIssuer" && spec.acme && !spec.acme.email)
    .map(({ metadata: { name } }) => `${name} orders certificates for an account without an e-mail address; `
        + "pulumi config set --path certManager.email operators@example.com");

function storageFindings(objects, { classes }) {
    const names = claimSpecs(objects).map(({ storageClassName }) => storageClassName);
    const standard = classes.find(({ isDefault }) => isDefault);
    const used = [...new Set(names)].map(name => name === undefined ? standard : classes.find(known => known.name === name)).filter(Boolean);
    return {
        errors: [
            ...(names.includes(undefined) && !standard
                ? [`the cluster has no default storage class, which ${names.filter(name => name === undefined).length} volumes are to be of; `
                    + "mark one with the annotation storageclass.kubernetes.io/is-default-class, or set storageClass"] : []),
            ...[...new Set(names)].filter(name => name !== undefined && !classes.some(known => known.name === name)).sort()
                .map(name => `the cluster has no storage class "${name}"; it has ${classes.map(known => known.name).join(", ") || "none"}`),
        ],
        warnings: used.filter(({ expands }) => !expands)
            .map(({ name }) => `volumes of the storage class ${name} cannot grow: it has no allowVolumeExpansion`),
    };
}

/** The oldest release that the program is for, from the labels of its namespaces, against the server's, both such as `1.35`. */
function versionFindings(objects, { version }) {
    const oldest = objects.filter(({ kind }) => kind === "Namespace").map(({ metadata }) => metadata.labels?.["pod-security.kubernetes.io/enforce-version"])
        .find(label => /^v1\.\d+$/.test(label))?.slice(1);
    const minor = release => Number(release.split(".")[1]);
    return oldest === undefined || minor(version) >= minor(oldest) ? []
        : [`the server is Kubernetes ${version}, and shared.minKubernetesVersion is ${oldest}; upgrade the cluster, or lower the setting`];
}

function apiServerFindings(objects, { apiServerPorts }) {
    const open = new Set(waysOut(objects).filter(({ to }) => items(to).length === 0).flatMap(({ ports }) => items(ports).map(({ port }) => port)));
    const closed = open.size === 0 ? [] : apiServerPorts.filter(port => !open.has(port));
    return closed.map(port => `the API server listens on port ${port}, which no policy lets pods reach; `
        + `pulumi config set --path 'shared.apiServerPorts[0]' 443 and --path 'shared.apiServerPorts[1]' ${port}`);
}

function nameServiceFindings(objects, { nameService: { pods, cache, address } }) {
    const blocks = waysOut(objects).flatMap(({ to }) => items(to).flatMap(({ ipBlock }) => ipBlock ? [ipBlock.cidr] : []));
    const isOpen = address !== undefined && blocks.some(block => block.split("/")[0] === address);
    return [
        ...(pods === 0 && !cache ? ["no pods of a name service are known in kube-system or openshift-dns; if names are not resolved, "
            + "name its addresses in shared.nameServiceAddresses"] : []),
        ...(cache && !isOpen ? [`NodeLocal DNSCache runs here; where kube-proxy uses iptables, name the address of the Service too: `
            + `shared.nameServiceAddresses 169.254.20.10/32 and ${address}/32`] : []),
    ];
}

/**
 * What a cluster lacks for a preview: errors, without which an update would end half-way, and warnings.
 * @param cluster its release, groups it serves, its storage classes and issuers, ports of its API server, and its name service
 */
export function findings(preview, cluster) {
    const objects = declaredObjects(preview);
    const storage = storageFindings(objects, cluster);
    const isCertManagerInstalled = installsCertManager(preview);
    return {
        errors: [
            ...versionFindings(objects, cluster), ...missingGroups(objects, cluster, isCertManagerInstalled), ...storage.errors,
            ...issuerFindings(preview, objects, cluster, isCertManagerInstalled), ...apiServerFindings(objects, cluster),
        ],
        warnings: [
            ...storage.warnings, ...nameServiceFindings(objects, cluster), ...accountFindings(objects),
            ...(specsOf(objects, "HorizontalPodAutoscaler").length > 0 && !cluster.groups.has("metrics.k8s.io")
                ? ["the cluster has no metrics API: autoscalers stay where they are; install metrics-server"] : []),
        ],
    };
}
