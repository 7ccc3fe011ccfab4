import { alertmanagerTelemetry } from "../../../components/monitoring/alerting/alertmanagerTelemetry";
import type { ScenarioTable, World } from "./table";
import { grows, named, stays } from "./table";

const server = (n: number): ReturnType<typeof named> => named(`job="alertmanager",pod="alertmanager-${n}"`);
const both = (metric: string, first: number, second: number): World =>
    ({ [server(0)(metric)]: stays(first), [server(1)(metric)]: stays(second) });
const mails = (failed: number): World => ({
    [server(0)("alertmanager_notifications_failed_total", 'integration="email",reason="other"')]: grows(failed),
    [server(0)("alertmanager_notifications_total", 'integration="email"')]: grows(10),
});

/** Alerts of two Alertmanagers about themselves. */
export const alertmanagers: ScenarioTable = {
    telemetry: [alertmanagerTelemetry({ job: "alertmanager", replicas: 2 })],
    scenarios: {
        AlertmanagerNotificationsFailing: { fires: { "half of the mails": mails(5) }, at: ["4m", "8m"], silent: { "none": mails(0), "one in twenty": mails(0.5) } },
        AlertmanagerConfigReloadFailed: {
            fires: { "one could not": both("alertmanager_config_last_reload_successful", 1, 0) },
            at: ["4m", "6m"],
            silent: { "both could": both("alertmanager_config_last_reload_successful", 1, 1) },
        },
        AlertmanagerClusterIncomplete: {
            fires: { "one is alone": both("alertmanager_cluster_members", 1, 1) },
            at: ["9m", "11m"],
            silent: { "they know each other": both("alertmanager_cluster_members", 2, 2) },
        },
    },
};
