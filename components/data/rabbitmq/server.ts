import type { Container } from "../../kit/pod";
import type { Probes } from "../../kit/probes";
import { execProbe } from "../../kit/probes";
import { resources } from "../../kit/resources";
import type { SecretKey } from "../../kit/secretKey";
import type { ConfigFiles, Mount, Volume } from "../../kit/volumes";
import { configVolume, scratch, secretFiles } from "../../kit/volumes";
import { startTiming } from "../startBudgets";

/** User of the image. */
export const rabbitmqRunAs = { user: 999 };

/** Where a node finds the definitions. */
export const definitionsPath = "/etc/rabbitmq-definitions/definitions.json";

const homePath = "/var/lib/rabbitmq";
const home = scratch("home", "32Mi");

/**
 * Copies the Erlang cookie to where the server and its tools look for it. Erlang refuses a cookie that others can
 * read, and files of a Secret are always readable by the pod's group.
 */
export function cookieContainer(image: string, cookie: SecretKey): Container {
    return {
        name: "erlang-cookie",
        image,
        command: ["install", "-m", "600", "/etc/erlang-cookie/cookie", `${homePath}/.erlang.cookie`],
        resources: resources("10m/32Mi", "100m/64Mi", "32Mi"),
        mounts: [
            { volume: secretFiles("erlang-cookie", { cookie }), path: "/etc/erlang-cookie", readOnly: true },
            { volume: home, path: homePath },
        ],
    };
}

/** Folders of a node; the volume holds its data only, home and cookie go with the pod. */
export function rabbitmqMounts(config: ConfigFiles, definitions: SecretKey, data: Volume): Mount[] {
    return [
        { volume: configVolume("config", config), path: "/etc/rabbitmq", readOnly: true },
        { volume: secretFiles("definitions", { "definitions.json": definitions }), path: "/etc/rabbitmq-definitions", readOnly: true },
        { volume: home, path: homePath },
        { volume: data, path: `${homePath}/mnesia` },
        { volume: scratch("tmp", "16Mi"), path: "/tmp" },
    ];
}

const diagnose = (command: string): readonly string[] => ["rabbitmq-diagnostics", "-q", command];

/**
 * Each check starts an Erlang node of its own, which takes a second of CPU: hence the long periods.
 * @see https://www.rabbitmq.com/docs/monitoring#health-checks
 */
export const rabbitmqProbes: Probes = {
    startup: execProbe(diagnose("check_running"), startTiming("rabbitmq", { initialDelaySeconds: 10, periodSeconds: 10, timeoutSeconds: 15 })),
    readiness: execProbe(diagnose("check_port_connectivity"), { periodSeconds: 30, timeoutSeconds: 15, failureThreshold: 3 }),
    liveness: execProbe(diagnose("ping"), { periodSeconds: 60, timeoutSeconds: 15, failureThreshold: 3 }),
};

/** Waits, for at most a minute, until every quorum queue can do without this node; then closes its connections. */
export const preStop: readonly string[] = [
    "sh", "-c", "rabbitmq-upgrade await_online_quorum_plus_one -t 60; rabbitmq-upgrade drain -t 30",
];
