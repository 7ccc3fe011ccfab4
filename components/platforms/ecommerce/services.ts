/** How much the shop misses a service: order in which pods give way when nodes are full. */
export type ServiceTier = "edge" | "core" | "support";

/** One service of the platform, in plain values. */
export interface ServiceSpec {
    readonly tier: ServiceTier;
    /** Port of its Service. */
    readonly port: number;
    /** Begins the names of its database, exchange and queues; left out for services without any of them. */
    readonly domain?: string;
    /** Has a MySQL server of its own. @default false */
    readonly database?: boolean;
    /** Keeps sessions or a cache in Redis. @default false */
    readonly redis?: boolean;
    /** Bucket that it reads and writes. */
    readonly bucket?: "products" | "sav" | "newsletters";
    /** Has an exchange, a queue and a queue for dead letters. @default false */
    readonly queue?: boolean;
    /** Fewest and most pods where an autoscaler runs. */
    readonly pods: readonly [minimum: number, maximum: number];
    /** Pods that a drain leaves running where an autoscaler runs. @default all but one */
    readonly minimumAvailable?: number;
    /** Events that it sends, by routing key. */
    readonly publishes?: readonly string[];
    /** Events that it waits for, by routing key; those that a service publishes are bound to its queue. */
    readonly consumes?: readonly string[];
    /** Variables of its own. */
    readonly variables?: Readonly<Record<string, string>>;
    /** Is deployed unless the settings say otherwise. @default true */
    readonly enabled?: boolean;
}

/** Every service there is. Ports and events are those of the services' own documentation. */
export const services = {
    "api-gateway": {
        tier: "edge", port: 8100, pods: [3, 15], minimumAvailable: 2, variables: { REQUEST_TIMEOUT: "30" },
    },
    "auth-service": {
        tier: "core", port: 8000, domain: "auth", database: true, redis: true, queue: true, pods: [3, 10], minimumAvailable: 2,
        consumes: ["auth.validate.request", "user.create.request"],
        publishes: ["auth.validated", "user.created", "user.logged_in", "user.logged_out", "role.assigned", "permission.assigned"],
        variables: { JWT_TTL: "60", JWT_REFRESH_TTL: "20160", JWT_ALGO: "HS256" },
    },
    "products-service": {
        tier: "core", port: 8001, domain: "products", database: true, redis: true, bucket: "products", queue: true,
        pods: [3, 12], minimumAvailable: 2,
        consumes: ["product.stock.check", "product.price.request", "product.details.request"],
        publishes: [
            "product.created", "product.updated", "product.deleted", "product.stock.updated", "product.price.changed", "product.out_of_stock",
        ],
    },
    "baskets-service": {
        tier: "core", port: 8002, domain: "baskets", database: true, redis: true, queue: true, pods: [2, 8],
        consumes: ["product.price.changed", "product.deleted", "product.out_of_stock", "order.created"],
        publishes: [
            "basket.created", "basket.item.added", "basket.item.removed", "basket.abandoned", "basket.converted", "promo_code.applied",
        ],
        variables: { BASKET_ABANDONMENT_HOURS: "24", BASKET_CLEANUP_DAYS: "30", MAX_BASKET_ITEMS: "50" },
    },
    "orders-service": {
        tier: "core", port: 8003, domain: "orders", database: true, redis: true, queue: true, pods: [3, 10], minimumAvailable: 2,
        consumes: ["basket.checkout.request", "payment.authorized", "payment.failed", "delivery.shipped", "delivery.delivered"],
        publishes: [
            "order.created", "order.status.changed", "order.cancelled", "order.refunded", "inventory.reserve", "inventory.release",
            "delivery.create.request",
        ],
        variables: { ORDER_NUMBER_PREFIX: "ORD", ORDER_CANCELLATION_WINDOW_HOURS: "24" },
    },
    "addresses-service": {
        tier: "support", port: 8004, domain: "addresses", database: true, queue: true, pods: [2, 8],
        consumes: ["user.created", "order.created"],
        publishes: ["address.created", "address.updated", "address.deleted", "address.default.changed"],
    },
    "deliveries-service": {
        tier: "support", port: 8005, domain: "deliveries", database: true, queue: true, pods: [2, 8],
        consumes: ["order.confirmed", "order.cancelled", "carrier.tracking.update"],
        publishes: [
            "delivery.created", "delivery.status.changed", "delivery.shipped", "delivery.delivered", "delivery.failed",
            "sale_point.capacity.warning",
        ],
        variables: { TRACKING_NUMBER_PREFIX: "DEL", DEFAULT_CARRIER: "UPS", ESTIMATED_DELIVERY_DAYS: "3" },
    },
    "websites-service": {
        tier: "support", port: 8010, domain: "websites", database: true, queue: true, pods: [2, 8],
        consumes: ["user.activity", "order.completed"],
        publishes: ["website.created", "website.updated", "website.status.changed"],
    },
    "payments-service": {
        tier: "support", port: 8012, domain: "payments", pods: [2, 8], enabled: false,
    },
    "sav-service": {
        tier: "support", port: 8007, domain: "sav", database: true, bucket: "sav", queue: true, pods: [2, 8],
        consumes: ["order.issue", "user.registered", "product.issue_reported"],
        publishes: [
            "ticket.created", "ticket.assigned", "ticket.resolved", "ticket.closed", "ticket.message.new", "ticket.escalated",
            "ticket.satisfaction.received",
        ],
        variables: {
            TICKET_NUMBER_PREFIX: "TICKET", AUTO_CLOSE_RESOLVED_DAYS: "7", ESCALATION_TIMEOUT_HOURS: "2", MAX_ATTACHMENT_SIZE_MB: "10",
        },
    },
    "contacts-service": {
        tier: "support", port: 8008, domain: "contacts", database: true, queue: true, pods: [2, 8],
        consumes: ["user.registered", "order.completed", "newsletter.subscribed", "email.sent"],
        publishes: [
            "contact.created", "contact.updated", "contact.subscribed", "contact.unsubscribed", "contact.engagement", "list.contact.added",
            "tag.applied",
        ],
        variables: { ENGAGEMENT_SCORE_OPEN_WEIGHT: "1", ENGAGEMENT_SCORE_CLICK_WEIGHT: "3", ENGAGEMENT_SCORE_PURCHASE_WEIGHT: "10" },
    },
    "newsletters-service": {
        tier: "support", port: 8006, domain: "newsletters", database: true, bucket: "newsletters", queue: true, pods: [2, 8],
        consumes: ["user.registered", "order.completed"],
        publishes: ["newsletter.subscribed", "newsletter.unsubscribed", "campaign.sent", "email.bounced"],
    },
    "questions-service": {
        tier: "support", port: 8009, domain: "questions", database: true, queue: true, pods: [2, 8],
        consumes: ["product.issue", "support.ticket.resolved"],
        publishes: ["question.created", "question.published", "answer.published", "question.viewed"],
    },
    "messages-broker": {
        tier: "support", port: 8011, domain: "messages_broker", pods: [2, 8],
        variables: { MESSAGE_TTL: "86400000", MESSAGE_MAX_RETRIES: "3", MESSAGE_RETRY_DELAY: "60000", DLQ_TTL: "604800000" },
    },
} as const satisfies Record<string, ServiceSpec>;

/** Name of a service. */
export type ServiceName = keyof typeof services;

/** Names of all services. */
export const serviceNames = Object.keys(services) as [ServiceName, ...ServiceName[]];

/** The single entry point. */
export const gateway = "api-gateway";

/** A service's row of the table. */
export function specOf(name: ServiceName): ServiceSpec {
    return services[name];
}

/** Whether a service is deployed: what the settings say of it goes before the table. */
export function isEnabled(name: ServiceName, own: { readonly enabled?: boolean | undefined } = {}): boolean {
    return own.enabled ?? specOf(name).enabled ?? true;
}
