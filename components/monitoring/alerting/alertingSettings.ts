import { z } from "zod";
import type { ConfigurationSection } from "../../kit/section";
import { cidr, hostAndPort, hostname, mailAddress, ownNamespace, port, storageClass, volumeSize, webAddress } from "../../kit/settings";

/** Blocks of addresses, because policies do not know names outside the cluster. */
const addresses = z.array(cidr).min(1).default(["0.0.0.0/0", "::/0"]);

/** A receiver whose URL stands in a Secret. */
const webhook = z.strictObject({
    /** Sends the token of the Secret's key `webhook-token` along. */
    token: z.boolean().default(false),
    /** Port of the URL, which the NetworkPolicy opens. */
    port: port.default(443),
    addresses,
});

/** Settings under `platforms:alerting`; what is null or left out has no receiver. */
export const alertingSettings = z.strictObject({
    /** Where the Alertmanager runs; shared with the platforms that place their monitoring there. */
    namespace: ownNamespace.default("monitoring"),
    /** Volume of each pod, for silences and for what was sent already. */
    storage: volumeSize.default("5Gi"),
    /** Class of the volumes; null takes the cluster's default. */
    storageClass: storageClass.default(null),
    /** Time that silences and sent notifications are remembered. */
    retention: z.string().regex(/^\d+h$/, { error: "allowed is a number of hours, such as 120h" }).default("120h"),
    /** Address of its pages for people, which notifications link to; null links to the pod. */
    externalUrl: webAddress.nullable().default(null),
    /** Secret in its namespace with the receivers' secrets, made from `platforms:alertingSecrets` where the stack has that. */
    secretName: hostname.default("alertmanager-receivers"),
    /** E-mail for critical alerts and warnings; the Secret's key `smtp-password` where there is a user. */
    email: z.strictObject({
        to: z.array(mailAddress).min(1),
        from: mailAddress,
        smarthost: hostAndPort,
        user: z.string().min(1).nullable().default(null),
        /** Refuses a relay without STARTTLS. */
        requireTls: z.boolean().default(true),
        addresses,
    }).nullable().default(null),
    /** Slack for critical alerts; the URL of its webhook is the Secret's key `slack-url`. */
    slack: z.strictObject({
        channel: z.string().regex(/^[#@].+/, { error: "allowed is a channel such as #alerts" }),
        addresses,
    }).nullable().default(null),
    /** Webhook for alerts of severity info and all without a route of their own; its URL is the Secret's key `webhook-url`. */
    webhook: webhook.nullable().default(null),
    /** Webhook of a dead man's switch, called as long as alerts can be delivered at all; its URL is the Secret's key `watchdog-url`. */
    watchdog: webhook.omit({ token: true }).nullable().default(null),
});

/** Checked settings of alerting. */
export type AlertingSettings = z.infer<typeof alertingSettings>;

/** Keys of the Secret that the receivers need. */
export function secretKeysOf({ email, slack, webhook: hook, watchdog }: AlertingSettings): string[] {
    return [
        ...(email !== null && email.user !== null ? ["smtp-password"] : []),
        ...(slack ? ["slack-url"] : []),
        ...(hook ? ["webhook-url", ...(hook.token ? ["webhook-token"] : [])] : []),
        ...(watchdog ? ["watchdog-url"] : []),
    ];
}

/** What is wrong with the content of the receivers' Secret, as text in JSON; undefined where nothing is. */
export function refusedSecrets(content: string, keys: readonly string[]): string | undefined {
    let given: unknown;
    try {
        given = JSON.parse(content);
    } catch {
        // No JSON is nothing that a key could be found in.
    }
    const texts = new Map(typeof given === "object" && given !== null ? Object.entries(given) : []);
    const missing = keys.filter(key => typeof texts.get(key) !== "string" || texts.get(key) === "");
    return missing.length === 0 ? undefined : `allowed is a text for each key that the receivers need, and there is none for ${missing.join(", ")}: `
        + `pulumi config set --secret --path 'platforms:alertingSecrets.${missing[0]}' <value>`;
}

/** Severities that reach nobody, in words for a warning. */
export function unheardSeverities({ email, slack, webhook: hook }: AlertingSettings): string[] {
    return [
        ...(email ?? slack ? [] : ["critical"]),
        ...(email ? [] : ["warning"]),
        ...(hook ? [] : ["info"]),
    ];
}

/** Alerting in the configuration. */
export const alertingSection: ConfigurationSection<AlertingSettings> = {
    name: "alerting",
    settings: alertingSettings,
    namespaces: ({ namespace }, { alertmanager }) =>
        typeof alertmanager === "number" && alertmanager > 0 ? [{ name: namespace, path: ["namespace"], owner: "several" }] : [],
    // Production tells somebody of what is critical; where it is only tried out, only what was meant to tell somebody must.
    refused: (settings, { name, alertmanager }, cluster) =>
        name === "prod" && typeof alertmanager === "number" && alertmanager > 0 && unheardSeverities(settings).includes("critical")
        && (cluster === "current" || (settings.webhook ?? settings.watchdog) !== null)
            ? [{
                path: ["email"], allowed: "allowed in prod is a receiver for critical alerts, here or as platforms:alerting.slack; "
                    + "platforms:shared.alertmanager may name an Alertmanager of others instead, or be 0 where alerts are only looked at",
            }]
            : [],
    secrets: (settings, { alertmanager }) => {
        const keys = secretKeysOf(settings);
        return typeof alertmanager === "number" && alertmanager > 0 && keys.length > 0
            ? [{ key: "alertingSecrets", refused: content => refusedSecrets(content, keys) }] : [];
    },
};
