/** Groups of people by role. */
export const groups = { developer: "shop-developers", operator: "shop-operators", admin: "shop-admins" };

/** A whole image of one service. */
export const ownImage = `shop.example.com/orders@sha256:${"a".repeat(64)}`;

/** A relay for newsletters. */
export const mail = {
    host: "smtp.example.com", fromAddress: "shop@example.com", fromName: "Shop", secretName: "smtp", addresses: ["203.0.113.9/32"],
};

/** Settings for people and delivery, in any stack. */
export const access = { rbac: { groups }, argocd: { enabled: true } };

/** Argo CD applies the services. */
export const delivered = { delivery: "argocd", argocd: { enabled: true, renderTo: "../e-commerce-back/k8s/overlays" } };

/** With everything added or enlarged that the shop can have: one run for many tests, because each run takes seconds. */
export const enlarged = {
    ...access,
    application: { minimumPods: 3, logLevel: "error" },
    images: { pullSecret: null },
    migrations: { enabled: false },
    mail,
    tracing: "jaeger.monitoring.svc:4318",
    edge: { domain: "shop.example.com", allowList: ["203.0.113.0/24"] },
    minio: { publicHost: "media.shop.example.com", savRetentionDays: 365 },
    rabbitmq: { ingress: { enabled: true, allowList: ["203.0.113.64/28"] } },
    kubelets: ["10.0.0.0/24"],
    secrets: { store: { vault: { server: "https://vault.example.com:8200", role: "shop" } } },
    backup: {
        target: { url: "https://s3.example.com", bucket: "shop-dumps", secretName: "s3-outside", addresses: ["203.0.113.20/32"] },
    },
    services: {
        "orders-service": {
            image: ownImage, runAsUser: 20_000, databaseStorage: "50Gi",
            resources: { requests: "500m/1Gi", limits: "1000m/2Gi" },
            worker: { command: ["php", "artisan", "queue:work"], replicas: 2 },
        },
        "auth-service": { metricsPort: 8000 },
        "baskets-service": { sessionAffinity: true },
        "sav-service": { command: ["php"], args: ["serve"] },
        "messages-broker": { database: true, healthPath: "/api/health", livenessPath: "/api/alive" },
        "payments-service": { enabled: true },
    },
};

/** With what replaces or removes parts of the shop. */
export const altered = {
    application: { throughGateway: false },
    rabbitmq: { operator: true },
    monitoring: { operator: true },
    mysql: { rotation: 1 },
    services: {
        "orders-service": { variables: { ORDER_NUMBER_PREFIX: "X" } },
        "auth-service": { pods: [2, 4] },
        "payments-service": { enabled: true, database: true },
    },
};

/** Names for a cluster that several environments share. */
export const shared = {
    ...access,
    messagingNamespace: "e-commerce-messaging-dev",
    monitoringNamespace: "monitoring-dev",
    logging: { agentsNamespace: "monitoring-agents-dev" },
};
