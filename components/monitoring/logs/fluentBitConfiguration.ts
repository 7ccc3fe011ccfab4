import { redactionFunction } from "./logRedaction";

/** Where logs go: to the bridge by HTTP, to Loki, or nowhere but the nodes. */
export type LogDestination = {
    readonly kind: "http" | "loki";
    readonly host: string;
    readonly port: number;
};

/** What is collected. */
export interface FluentBitConfigurationArgs {
    /** Containers whose logs are read, by namespace; `*` within a pod's name stands for anything. */
    readonly sources: readonly { readonly namespace: string; readonly pods?: string }[];
    readonly destination: LogDestination;
    /** Labels of every line. */
    readonly labels: Readonly<Record<string, string>>;
}

/** Port of its health and metrics. */
export const fluentBitPort = 2020;

/** Folder for what is not sent yet, and for how far each file was read. */
export const bufferFolder = "/buffers";

/** Folder of the container that holds the configuration. */
export const fluentBitFolder = "/fluent-bit/etc/program";

/** Bytes on disk for what cannot be sent: the oldest go first. */
export const bufferLimit = "256M";

/**
 * Configuration of Fluent Bit as a typed object.
 * @see https://docs.fluentbit.io/manual/administration/configuring-fluent-bit/yaml
 */
export function fluentBitConfiguration({ sources, destination, labels }: FluentBitConfigurationArgs): object {
    return {
        service: {
            "flush": 5,
            "log_level": "info",
            "http_server": "on",
            "http_listen": "0.0.0.0",
            "http_port": fluentBitPort,
            "health_check": "on",
            "storage.path": bufferFolder,
            "storage.metrics": "on",
        },
        pipeline: {
            inputs: [{
                "name": "tail",
                "tag": "kube.*",
                "path": sources.map(({ namespace, pods = "*" }) => `/var/log/containers/${pods}_${namespace}_*.log`).join(","),
                "multiline.parser": "cri, docker",
                "db": `${bufferFolder}/positions.db`,
                "storage.type": "filesystem",
                "mem_buf_limit": "16MB",
                "skip_long_lines": "on",
                "refresh_interval": 10,
            }],
            filters: [
                // Adds namespace, pod, container and labels, and reads lines that are JSON, as Laravel's and Traefik's are.
                { name: "kubernetes", match: "kube.*", merge_log: "on", keep_log: "off", annotations: "off", labels: "on" },
                { name: "modify", match: "*", add: Object.entries(labels).map(([label, value]) => `${label} ${value}`) },
                // Last, so that nothing is added behind its back.
                { name: "lua", match: "*", script: `${fluentBitFolder}/redact.lua`, call: redactionFunction },
            ],
            outputs: [output(destination)],
        },
    };
}

function output({ kind, host, port }: LogDestination): object {
    const common = { "name": kind, "match": "*", host, port, "storage.total_limit_size": bufferLimit, "retry_limit": "no_limits" };
    return kind === "http"
        ? { ...common, uri: "/logs", format: "json", json_date_key: "time", json_date_format: "iso8601" }
        : { ...common, labels: "job=fluent-bit", label_keys: "$kubernetes['namespace_name'],$kubernetes['container_name']", line_format: "json" };
}
