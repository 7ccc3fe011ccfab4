import type { AlertingSettings } from "./alertingSettings";

/** @see https://prometheus.io/docs/alerting/latest/configuration/#route */
export interface AlertRoute {
    readonly receiver: string;
    readonly matchers?: readonly string[];
    readonly group_by?: readonly string[];
    readonly group_wait?: string;
    readonly group_interval?: string;
    readonly repeat_interval?: string;
    readonly routes?: readonly AlertRoute[];
}

/** @see https://prometheus.io/docs/alerting/latest/configuration/#inhibit_rule */
export interface InhibitionRule {
    readonly source_matchers: readonly string[];
    readonly target_matchers: readonly string[];
    readonly equal: readonly string[];
}

interface WebhookConfig {
    readonly url_file: string;
    readonly send_resolved: boolean;
    readonly http_config?: { readonly authorization: { readonly type: "Bearer"; readonly credentials_file: string } };
}

/** @see https://prometheus.io/docs/alerting/latest/configuration/#receiver */
export interface AlertReceiver {
    readonly name: string;
    readonly email_configs?: readonly { readonly to: string; readonly send_resolved: boolean }[];
    readonly slack_configs?: readonly { readonly api_url_file: string; readonly channel: string; readonly send_resolved: boolean }[];
    readonly webhook_configs?: readonly WebhookConfig[];
}

/** @see https://prometheus.io/docs/alerting/latest/configuration/ */
export interface AlertmanagerConfiguration {
    readonly global: Readonly<Record<string, string | boolean>>;
    readonly route: AlertRoute;
    readonly receivers: readonly AlertReceiver[];
    readonly inhibit_rules: readonly InhibitionRule[];
}

/** Folder of the container that holds the receivers' secrets. */
export const secretsFolder = "/etc/alertmanager-secrets";

/** Alert that always fires, so that its absence shows that none would arrive. */
export const watchdogAlert = "Watchdog";

const file = (key: string): string => `${secretsFolder}/${key}`;

/** `alertmanager.yml` as a typed object: secrets are files, and a receiver without a channel keeps its alerts in the pages. */
export function alertmanagerConfiguration(settings: AlertingSettings): AlertmanagerConfiguration {
    return { global: globalSettings(settings), route, receivers: receivers(settings), inhibit_rules: inhibitionRules };
}

const route: AlertRoute = {
    receiver: "web.hook",
    // The platform besides what the shop's document groups by: one Alertmanager serves them all.
    group_by: ["alertname", "platform", "namespace", "service"],
    group_wait: "30s",
    group_interval: "5m",
    repeat_interval: "12h",
    routes: [
        // A switch that waits for 15 minutes has heard of it three times.
        { receiver: "dead-mans-switch", matchers: [`alertname="${watchdogAlert}"`], group_wait: "0s", group_interval: "1m", repeat_interval: "5m" },
        { receiver: "critical-alerts", matchers: ["severity=\"critical\""], repeat_interval: "4h" },
        { receiver: "warning-alerts", matchers: ["severity=\"warning\""] },
        { receiver: "web.hook", matchers: ["severity=\"info\""] },
    ],
};

/** Labels that name what an alert is about, each with those that name a part of it. */
const subjects: Readonly<Record<string, readonly string[]>> = {
    app: ["pod", "queue", "persistentvolumeclaim", "mountpoint"],
    pod: ["queue", "persistentvolumeclaim", "mountpoint"],
    queue: [],
    persistentvolumeclaim: [],
};

const place = ["platform", "environment", "namespace"];

/** Alerts that tell of a lost node; each explains those after it. */
export const lostNodeAlerts = { unreachable: "NodeDown", notReady: "NodeNotReady" } as const;

/**
 * What makes other alerts superfluous: the same alert in its critical form, something critical about the same subject,
 * and the loss of the node.
 */
const inhibitionRules: readonly InhibitionRule[] = [
    inhibition(["alertname", ...place, "service", "node", "mountpoint", ...Object.keys(subjects)]),
    // Labels that both lack are equal too, so the subject must be there. What is wrong with one part explains no other part.
    ...Object.entries(subjects).map(([subject, parts]) =>
        inhibition([...place, subject], [`${subject}=~".+"`], parts.map(part => `${part}=""`))),
    // All that runs on a node goes with it, whichever platform's Prometheus has seen which.
    ...Object.values(lostNodeAlerts).map((alert, index, all) => ({
        source_matchers: [`alertname="${alert}"`],
        target_matchers: [`alertname!~"${all.slice(0, index + 1).join("|")}"`, "node=~\".+\""],
        equal: ["environment", "node"],
    })),
];

function inhibition(equal: readonly string[], present: readonly string[] = [], whole: readonly string[] = []): InhibitionRule {
    return {
        source_matchers: ["severity=\"critical\"", ...present, ...whole],
        target_matchers: ["severity=\"warning\"", ...present],
        equal,
    };
}

function globalSettings({ email }: AlertingSettings): AlertmanagerConfiguration["global"] {
    return {
        resolve_timeout: "5m",
        ...(email && {
            smtp_smarthost: email.smarthost,
            smtp_from: email.from,
            smtp_require_tls: email.requireTls,
            ...(email.user !== null && { smtp_auth_username: email.user, smtp_auth_password_file: file("smtp-password") }),
        }),
    };
}

function receivers({ email, slack, webhook, watchdog }: AlertingSettings): AlertReceiver[] {
    const mail = email && { email_configs: [{ to: email.to.join(", "), send_resolved: true }] };
    return [
        {
            name: "critical-alerts",
            ...mail,
            ...(slack && { slack_configs: [{ api_url_file: file("slack-url"), channel: slack.channel, send_resolved: true }] }),
        },
        { name: "warning-alerts", ...mail },
        {
            name: "web.hook",
            ...(webhook && {
                webhook_configs: [{
                    url_file: file("webhook-url"),
                    send_resolved: true,
                    ...(webhook.token && { http_config: { authorization: { type: "Bearer" as const, credentials_file: file("webhook-token") } } }),
                }],
            }),
        },
        {
            name: "dead-mans-switch",
            ...(watchdog && { webhook_configs: [{ url_file: file("watchdog-url"), send_resolved: false }] }),
        },
    ];
}
