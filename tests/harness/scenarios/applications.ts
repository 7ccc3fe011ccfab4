import { backupTelemetry, restoreTestTelemetry } from "../../../components/data/backup/telemetry";
import { readinessLevelTelemetry } from "../../../components/monitoring/rules/tierLevel";
import { webApplicationTelemetry } from "../../../components/monitoring/rules/webApplication";
import type { ScenarioTable, World } from "./table";
import { grows, named, stays } from "./table";

const api = named('namespace="shop",app="api",pod="api-1"');
const ready = named('namespace="shop",deployment="api"')("kube_deployment_status_replicas_ready");
/** Answers of three days, minute by minute: good ones, and bad ones in a notation of promtool. */
const answers = (good: string, bad: string): World =>
    ({ [api("requests_total", 'status="200"')]: good, [api("requests_total", 'status="500"')]: bad });
const refused = (bad: number): World => ({ [api("requests_total", 'status="404"')]: grows(bad), [api("requests_total", 'status="200"')]: grows(100 - bad) });
const reads = (failed: number): World => ({ [api("cache_total", 'result="error"')]: grows(failed), [api("cache_total", 'result="hit"')]: grows(100 - failed) });
const answered = (inTime: number, length = 60): World => Object.fromEntries([["1.0", inTime], ["2.5", 100], ["+Inf", 100]]
    .map(([le, count]) => [api("duration_seconds_bucket", `le="${le}"`), `0+${count}x${length}`]));
/** Days, of which promtool would take long to compute each minute: values five minutes apart. */
const fiveMinutes = { step: "5m" };
const steps = (count: number): number => count * 12;

/** Alerts of an application that counts its requests, and of its promises: 99.5 % without an error, 95 % within a second. */
export const application: ScenarioTable = {
    telemetry: webApplicationTelemetry({
        namespace: "shop", app: "api", title: "Backend", slo: { availability: 99.5, latency: { p95: "1s" } },
        metrics: { requests: "requests_total", duration: "duration_seconds", cacheRequests: "cache_total" },
    }),
    scenarios: {
        BackendDown: {
            fires: { "no pod is ready": { [ready]: stays(0) }, "nothing is known": {}, "kube-state-metrics is gone and no pod answers": { [api("up")]: stays(0) } },
            at: ["1m", "3m"],
            silent: { "one is ready": { [ready]: stays(1) }, "kube-state-metrics is gone and a pod answers": { [api("up")]: stays(1) } },
        },
        HighErrorRate: { fires: { "one in ten fails": answers(grows(90), grows(10)) }, at: ["4m", "8m"], silent: { "one in fifty does": answers(grows(98), grows(2)), "nobody calls": answers(stays(5), stays(5)) } },
        HighLatency: { fires: { "one in ten is late": answered(90) }, at: ["4m", "8m"], silent: { "all are in time": answered(100) } },
        ClientErrorsHigh: { fires: { "two in three are refused": refused(67) }, at: ["14m", "18m"], silent: { "one in three is": refused(33) } },
        CacheErrors: { fires: { "one in five fails": reads(20) }, at: ["9m", "13m"], silent: { "one in fifty does": reads(2) } },
        AvailabilityBudgetBurnFast: {
            fires: {
                "one in ten fails for an hour": answers(`0+100x180 ${18_000}+90x120`, `0x180 0+10x120`),
                "one in 25 fails for six hours": answers(`0+96x720`, `0+4x720`),
            },
            at: ["1m", "4h30m"],
            silent: {
                "one in fifty fails for an hour": answers(`0+100x240 24000+98x60 30000+100x300`, `0x240 0+2x60 120x300`),
                "nobody calls": answers("5x600", "5x600"),
                "it was over half an hour ago": answers(`0+100x180 18000+50x20 19000+100x300`, `0x180 0+50x20 1000x300`),
            },
        },
        AvailabilityBudgetBurnSlow: {
            ...fiveMinutes,
            fires: { "one in fifty fails for a day": answers(`0+98x${steps(30)}`, `0+2x${steps(30)}`) },
            at: ["10m", "26h"],
            silent: { "one in a thousand fails": answers(`0+999x${steps(30)}`, `0+1x${steps(30)}`) },
        },
        LatencyBudgetBurnFast: {
            fires: { "four in five are late": answered(20, 400) },
            at: ["1m", "5h"],
            silent: { "one in fifty is": answered(98, 400) },
        },
        LatencyBudgetBurnSlow: {
            ...fiveMinutes,
            fires: { "one in five is late for a day": answered(80, steps(30)) },
            at: ["10m", "26h"],
            silent: { "one in fifty is": answered(98, steps(30)) },
        },
    },
};

/** Promises of a tier whose requests nobody counts. */
export const readiness: ScenarioTable = {
    telemetry: [readinessLevelTelemetry({ namespace: "shop", service: "api", slo: { availability: 99.5 } })],
    scenarios: {
        AvailabilityBudgetBurnFast: {
            fires: { "no pod is ready for ten minutes": { [ready]: "2x120 0x120" } },
            at: ["2h1m", "2h20m"],
            silent: { "one of two is": { [ready]: "2x120 1x120" } },
        },
        AvailabilityBudgetBurnSlow: {
            ...fiveMinutes,
            fires: { "no pod is ready for an hour of every six": { [ready]: `${"2x59 0x11 ".repeat(5)}0x3` } },
            at: ["1h", "30h"],
            silent: { "one is all the time": { [ready]: `1x${steps(31)}` } },
        },
    },
};

const cron = named('namespace="shop",cronjob="db-backup"');
const run = named('namespace="shop",job_name="db-backup-1"');
const day = 86_400;
const succeeded = (seconds: number): World => ({ [cron("kube_cronjob_status_last_successful_time")]: `${seconds}x200` });
const failed = { [run("kube_job_failed", 'condition="true"')]: "1x200", [run("kube_job_status_start_time")]: "0x200" };
const created = (seconds: number): World => ({ [cron("kube_cronjob_created")]: `${seconds}x200` });
const running = (active: number): World => ({ [run("kube_job_status_start_time")]: "0x200", [run("kube_job_status_active")]: `${active}x200` });

/** Alerts of a nightly dump. */
export const backup: ScenarioTable = {
    telemetry: [backupTelemetry({ namespace: "shop", cronJob: "db-backup" })],
    scenarios: {
        BackupFailed: {
            fires: { "a run failed after the last success": { ...failed, ...succeeded(-day) }, "the first run failed": failed },
            at: ["4m", "6m"],
            silent: { "a later run succeeded": { ...failed, ...succeeded(60) }, "none failed": succeeded(-day) },
        },
        BackupMissing: {
            fires: { "two days without success": { ...succeeded(-2 * day), ...created(-9 * day) }, "none ever, and made two days ago": created(-2 * day) },
            at: ["4m", "6m"],
            silent: { "one last night": { ...succeeded(-3600), ...created(-9 * day) }, "made an hour ago": created(-3600) },
        },
        BackupRunsLong: { fires: { "more than an hour": running(1) }, at: ["1h", "1h8m"], silent: { "it has ended": running(0) } },
    },
};

/** Alerts of a monthly restore. */
export const restoreTest: ScenarioTable = {
    telemetry: [restoreTestTelemetry({ namespace: "shop", cronJob: "db-backup" })],
    scenarios: {
        RestoreTestFailed: {
            fires: { "a run failed after the last success": { ...failed, ...succeeded(-day) } },
            at: ["4m", "6m"],
            silent: { "a later run succeeded": { ...failed, ...succeeded(60) } },
        },
        RestoreTestMissing: {
            fires: { "forty days without success": { ...succeeded(-40 * day), ...created(-90 * day) }, "none ever": created(-40 * day) },
            at: ["4m", "6m"],
            silent: { "one last week": succeeded(-7 * day), "made a week ago": created(-7 * day) },
        },
    },
};
