import { argoCdTelemetry } from "../../../components/monitoring/rules/argoCd";
import type { ScenarioTable, World } from "./table";
import { stays } from "./table";

const is = (sync: string, health: string): World =>
    ({ [`argocd_app_info{job="argocd",name="shop",sync_status="${sync}",health_status="${health}"}`]: stays(1) });

/** Alerts of an Application of Argo CD. */
export const delivery: ScenarioTable = {
    telemetry: [argoCdTelemetry({ job: "argocd", application: "shop", applies: true })],
    scenarios: {
        ArgoAppOutOfSync: {
            fires: { "it differs from Git": is("OutOfSync", "Healthy"), "Git cannot be read": is("Unknown", "Healthy") },
            at: ["29m", "31m"],
            silent: { "it is as in Git": is("Synced", "Degraded") },
        },
        ArgoAppUnhealthy: { fires: { "something is broken": is("Synced", "Degraded") }, at: ["14m", "16m"], silent: { "it comes up": is("OutOfSync", "Progressing") } },
        ArgoAppUnknown: { fires: { "no word of it": {} }, at: ["14m", "16m"], silent: { "it is known": is("OutOfSync", "Missing") } },
    },
};
