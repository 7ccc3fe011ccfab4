import { z } from "zod";
import type { EnvironmentDefaults } from "../../kit/environment";
import { cidr, configurationKey, counter, hostname, image, imageTag, mailAddress, namespaceName, oddNodes, ownNamespace, percentage, podSecurityLevel, port, registryAddress, replicas, requestsAndLimits, retentionDays, serviceAddress, sizeBetween, storageClass, volumeSize, webAddress } from "../../kit/settings";
import { refuseSmallVolume } from "../../data/rabbitmq/volumeSetting";
import { images, parseImage } from "../../kit/images";
import { humanRoles } from "../../security/roles";
import type { RefusedSetting } from "../../kit/section";
import { jaeger, logging, monitoring } from "./monitoringSettings";
import { isEnabled, serviceNames } from "./services";
import { serviceSettings } from "./serviceSettings";

const imageSettings = z.strictObject({
    /** Before the name of each service. */
    registry: registryAddress.default("ghcr.io/votreorg/e-commerce-back"),
    tag: imageTag.default("1.0.0"),
    /** Why tags may stand in place of digests; null demands a digest of every service. */
    digestWaiver: z.string().min(1).nullable(),
    /** Secret of type dockerconfigjson that the kubelets log in with; null for a registry that asks for none. */
    pullSecret: hostname.nullable().default("registry-credentials"),
    /** Key of the stack's configuration that holds its content, encrypted; left unset there, others must create the Secret. */
    pullSecretFrom: configurationKey.default("ecommerceRegistry"),
});

const edge = z.strictObject({
    domain: hostname.default("votredomaine.com"),
    /** What stands before the domain. */
    host: hostname,
    /** Issuer of cert-manager. */
    issuer: hostname,
    /** Namespace of a Traefik of the shop's own. @default that of `platforms:shared.ingressController` */
    ingressNamespace: namespaceName.optional(),
    /** Requests a second and client address, and how many at once. */
    rateLimit: z.strictObject({ average: z.int().min(1).default(100), burst: z.int().min(1).default(200) }).prefault({}),
    /** Requests at the same time. */
    inFlight: z.int().min(1).default(1000),
    /** Addresses that may use the shop. @default all */
    allowList: z.array(cidr).default([]),
    /** Largest body of a request. */
    maximumBody: sizeBetween("1Ki", "1Gi", "16Mi").default("16Mi"),
    /** When the gateway counts as failed. */
    circuitBreaker: z.string().default("ResponseCodeRatio(500, 600, 0, 600) > 0.30 || LatencyAtQuantileMS(95.0) > 5000"),
});

/** Free disk below which RabbitMQ takes no more messages, as the document has it. */
export const rabbitmqDiskFree = { relative: 2 } as const;

const rabbitmq = z.strictObject({
    image: image.default(images.rabbitmq),
    /** Nodes, an odd number; with one, queues have a single member. */
    nodes: oddNodes,
    storage: volumeSize,
    resources: requestsAndLimits,
    /** Leaves the nodes to the RabbitMQ Cluster Operator, which the cluster must run. */
    operator: z.boolean().default(false),
    /** Keeps nodes on different nodes of the cluster even if one must wait for a place. */
    strictSpread: z.boolean(),
    rotation: counter,
    /** Shows the management interface outside the cluster, to some addresses. */
    ingress: z.strictObject({
        enabled: z.boolean().default(false),
        /** Addresses that may see it. */
        allowList: z.array(cidr).default([]),
    }).prefault({}),
}).superRefine(refuseSmallVolume(rabbitmqDiskFree));

const mysql = z.strictObject({
    image: image.default(images.mysql84),
    /** Size of each server's volume; null keeps data in the pod, which loses them. */
    storage: volumeSize.nullable(),
    exporter: z.boolean(),
    /** Keeps changes for recovery to a point in time. */
    binaryLog: z.boolean(),
    /** Saves memory: no performance schema, 64 MB for tables. */
    small: z.boolean(),
    slowQueryLog: z.boolean(),
    rotation: counter,
});

const minio = z.strictObject({
    image: image.default(images.minio),
    clientImage: image.default(images.minioClient),
    storage: volumeSize,
    /** Keeps objects in the pod, which loses them. */
    ephemeral: z.boolean(),
    /** Host where browsers use signed addresses and public objects; null keeps them inside the cluster. */
    publicHost: hostname.nullable().default(null),
    /** Days that attachments of support tickets are kept. @default for ever */
    savRetentionDays: z.int().min(1).nullable().default(null),
    rotation: counter,
});

const mail = z.strictObject({
    mailer: z.string().default("smtp"),
    host: hostname,
    port: port.default(587),
    encryption: z.string().default("tls"),
    fromAddress: mailAddress,
    fromName: z.string(),
    /** Secret of the application's namespace with the keys username and password. */
    secretName: hostname,
    /** Addresses of the relay. */
    addresses: z.array(cidr).min(1),
});

/** Settings of the shop, under `platforms:ecommerce`. */
export const ecommerceSettings = z.strictObject({
    namespace: ownNamespace,
    /** Of RabbitMQ and MinIO; another name where environments share a cluster. */
    messagingNamespace: ownNamespace.default("e-commerce-messaging"),
    /** Shared with other platforms; another name where environments share a cluster. */
    monitoringNamespace: ownNamespace.default("monitoring"),
    /** Level of the Pod Security Standards that its own namespaces enforce. */
    podSecurity: podSecurityLevel,
    /** Class of every volume; null takes the cluster's default. */
    storageClass: storageClass.default(null),
    images: imageSettings,
    application: z.strictObject({
        resources: requestsAndLimits,
        /** Pods of each service while no autoscaler owns them. */
        replicas,
        autoscaling: z.boolean(),
        cpuPercent: percentage.default(70),
        memoryPercent: percentage.default(80),
        /** Fewest pods of every autoscaler, above the table's. @default the table's */
        minimumPods: replicas.optional(),
        environment: z.enum(["development", "staging", "production"]),
        debug: z.boolean(),
        logLevel: z.enum(["debug", "info", "notice", "warning", "error"]),
        /** Services may ask the gateway, and so check tokens; nothing else of theirs leads to another service. */
        throughGateway: z.boolean().default(true),
        /** Spreads the pods of one service over zones too. */
        spreadOverZones: z.boolean(),
        priorityClasses: z.boolean(),
    }),
    services: z.partialRecord(z.enum(serviceNames), serviceSettings).default({}),
    migrations: z.strictObject({
        /** Runs them before each roll-out; false for images that migrate at their start. */
        enabled: z.boolean().default(true),
        command: z.array(z.string()).min(1).default(["php", "artisan", "migrate", "--force"]),
    }).prefault({}),
    mysql,
    redis: z.strictObject({
        image: image.default(images.redis),
        storage: volumeSize,
        ephemeral: z.boolean(),
        exporter: z.boolean(),
        rotation: counter,
    }),
    rabbitmq,
    minio,
    edge,
    /** Relay for newsletters; null sends none. */
    mail: mail.nullable().default(null),
    /** Address of another OpenTelemetry collector in the cluster, such as `collector.tracing.svc:4318`; null takes the shop's Jaeger. */
    tracing: serviceAddress.nullable().default(null),
    jaeger,
    /** Share of requests that are traced. */
    traceRatio: z.number().min(0).max(1),
    logging,
    monitoring,
    backup: z.strictObject({
        /** Days that nightly dumps of the databases are kept; null makes none. */
        retentionDays: retentionDays.nullable(),
        /** Saves the changes between two dumps each quarter of an hour; needs binary logs on volumes. */
        pointInTime: z.boolean(),
        /** Restores the newest dumps once a month, into a server that ends with its pod. */
        restoreTest: z.boolean(),
        /** Room for all dumps during that test, and for their content. */
        restoreTestStorage: volumeSize.default("8Gi"),
        /** S3 server outside the cluster, whose bucket forgets by itself; null takes the shop's own MinIO. */
        target: z.strictObject({
            url: webAddress,
            bucket: z.string().min(3),
            /** Secret of the application's namespace with the keys access-key and secret-key. */
            secretName: hostname,
            /** Addresses of the server. */
            addresses: z.array(cidr).min(1),
            /** Who has dumps encrypted: each upload (SSE-S3), or the bucket by its own default, for servers that know no SSE-S3. */
            encryption: z.enum(["sse-s3", "bucket"]).default("sse-s3"),
        }).nullable().default(null),
        /** Refuses dumps within the cluster that they are of. */
        strict: z.boolean().default(false),
    }),
    secrets: z.strictObject({
        /** Where the databases' passwords come from. @default the store where one is named, outside dev */
        provider: z.enum(["generated", "external"]).optional(),
        /** Store of the External Secrets Operator, which the cluster must run, with any of its backends. */
        store: z.strictObject({
            name: hostname.default("vault-backend"),
            kind: z.enum(["SecretStore", "ClusterSecretStore"]).default("SecretStore"),
            refresh: z.string().regex(/^\d+[smh]$/, { error: "allowed is a duration such as 1h" }).default("1h"),
            /** Makes the SecretStore, for a Vault that knows the cluster's service accounts; null for a store that exists. */
            vault: z.strictObject({
                server: webAddress,
                /** Mount of the key-value engine. */
                path: z.string().default("secret"),
                version: z.enum(["v1", "v2"]).default("v2"),
                mountPath: z.string().default("kubernetes"),
                role: z.string().min(1),
            }).nullable().default(null),
        }).nullable().default(null),
    }).prefault({}),
    /** Addresses of the nodes, where the network plugin would keep their probes from the pods. @default it lets them through */
    kubelets: z.array(cidr).default([]),
    rbac: z.strictObject({
        /** Groups of people by role, as the cluster's login names them. */
        groups: z.partialRecord(z.enum(humanRoles), z.string().min(1)).default({}),
        /** Roles that people have in this environment. */
        roles: z.array(z.enum(humanRoles)),
    }),
    /**
     * Who applies the services' objects: this program, or Argo CD from files that this program writes. Namespaces, stores,
     * routes, NetworkPolicies and Secrets are this program's own either way.
     */
    delivery: z.enum(["pulumi", "argocd"]).default("pulumi"),
    argocd: z.strictObject({
        /** Declares the shop to Argo CD, which the cluster must run. */
        enabled: z.boolean().default(false),
        namespace: namespaceName.default("argocd"),
        name: hostname,
        repository: z.url({ error: "allowed is the address of a repository, such as https://github.com/shop/back.git" }).default("https://github.com/votreorg/e-commerce-back.git"),
        revision: z.string().default("main"),
        path: z.string(),
        /** With `delivery: argocd`, applies what is in Git and undoes what is not; false waits for a person. */
        automated: z.boolean(),
        /** Folder for the services' files with `delivery: argocd`, from this project's own: where `path` is in a clone of `repository`. */
        renderTo: z.string().min(1).nullable().default(null),
    }),
}).superRefine((settings, context) => {
    const refuse = (at: PropertyKey[], message: string): void => context.addIssue({ code: "custom", path: at, message });
    for (const [name, { pods }] of Object.entries(settings.services)) {
        if (pods && pods[0] > pods[1]) {
            refuse(["services", name, "pods"], "allowed is a minimum that does not exceed the maximum");
        }
    }
    for (const name of settings.images.digestWaiver === null ? serviceNames : []) {
        const { image: whole, ...own } = settings.services[name] ?? {};
        if (isEnabled(name, own) && (whole === undefined || parseImage(whole).digest === undefined)) {
            refuse(["services", name, "image"], "allowed is an image with a digest (@sha256:...), unless images.digestWaiver says why not");
        }
    }
    const { ingress } = settings.rabbitmq;
    if (ingress.enabled && ingress.allowList.length === 0) {
        refuse(["rabbitmq", "ingress", "allowList"], "allowed is at least one block of addresses: the interface is not for everybody");
    }
    if (settings.secrets.provider === "external" && settings.secrets.store === null) {
        refuse(["secrets", "store"], "allowed is a store, as secrets.provider asks");
    }
    if (settings.backup.strict && settings.backup.target === null) {
        refuse(["backup", "target"], "allowed is a server outside the cluster, as backup.strict asks");
    }
    if (settings.backup.pointInTime && !(settings.mysql.binaryLog && settings.mysql.storage !== null)) {
        refuse(["backup", "pointInTime"], "allowed is false without mysql.binaryLog and mysql.storage: there would be no changes to save");
    }
    if (settings.delivery === "argocd" && !settings.argocd.enabled) {
        refuse(["argocd", "enabled"], "allowed is true with delivery argocd: nobody else would apply the services");
    }
    if (settings.delivery === "argocd" && settings.argocd.renderTo === null) {
        refuse(["argocd", "renderTo"], "allowed is a folder for the services' files, as delivery asks, such as ../e-commerce-back/k8s/overlays/production");
    }
    if (settings.services["api-gateway"]?.enabled === false) {
        refuse(["services", "api-gateway", "enabled"], "allowed is true: the gateway is the only way into the shop");
    }
});

/** Checked settings of the shop. */
export type EcommerceSettings = z.infer<typeof ecommerceSettings>;

/** What only serves development, and is refused elsewhere. */
export function refusedSettings(settings: EcommerceSettings, { name, developmentAids }: EnvironmentDefaults): RefusedSetting[] {
    const rules: [boolean, string, string][] = [
        [settings.application.debug, "application.debug", `allowed is false: in ${name} no error page shows the program`],
        [settings.mysql.storage === null, "mysql.storage", `allowed is a size such as 5Gi: in ${name} data outlive their pod`],
        [settings.redis.ephemeral, "redis.ephemeral", `allowed is false: in ${name} sessions outlive their pod`],
        [settings.logging.sink === "stdout-only", "logging.sink", `allowed is "redis-streams" or "loki": in ${name} logs outlive their pod`],
        [settings.minio.ephemeral, "minio.ephemeral", `allowed is false: in ${name} objects outlive their pod`],
    ];
    return developmentAids ? [] : rules.filter(([refused]) => refused).map(([, at, allowed]) => ({ path: at.split("."), allowed }));
}
