/** Ports of Jaeger: traces by both forms of OTLP, its pages and their API, its own metrics, its health. */
export const jaegerPorts = { "otlp-grpc": 4317, "otlp-http": 4318, query: 16686, metrics: 8888, health: 13133 };

/** Port of the pages' API by gRPC, which cannot be switched off and which nobody uses: it is open to the pod itself only. */
export const jaegerUnusedPort = 16685;

/** Where traces are kept. */
export interface JaegerConfigurationArgs {
    /** Hours that traces are kept on a volume; null keeps the newest ones in memory. */
    readonly retentionHours: number | null;
}

/** Folder of the volume, below which Jaeger keeps its database. */
export const badgerFolder = "/badger";

/** Traces in memory, at some 10 KiB each: what a quarter of the memory limit holds. */
const maximumTraces = 10_000;

const storage = "traces";

/**
 * Configuration of Jaeger v2, which is a distribution of the OpenTelemetry Collector, as a typed object.
 * @param host address to listen on
 * @see https://www.jaegertracing.io/docs/latest/deployment/configuration/
 */
export function jaegerConfiguration({ retentionHours }: JaegerConfigurationArgs, host = "0.0.0.0"): object {
    const at = (port: keyof typeof jaegerPorts): { endpoint: string } => ({ endpoint: `${host}:${jaegerPorts[port]}` });
    return {
        service: {
            extensions: ["jaeger_storage", "jaeger_query", "healthcheckv2"],
            pipelines: { traces: { receivers: ["otlp"], processors: ["memory_limiter", "batch"], exporters: ["jaeger_storage_exporter"] } },
            telemetry: {
                resource: { "service.name": "jaeger" },
                metrics: { level: "normal", readers: [{ pull: { exporter: { prometheus: { host, port: jaegerPorts.metrics } } } }] },
                logs: { level: "info" },
            },
        },
        extensions: {
            healthcheckv2: { use_v2: true, http: at("health") },
            jaeger_query: { storage: { traces: storage }, http: at("query"), grpc: { endpoint: `127.0.0.1:${jaegerUnusedPort}` } },
            jaeger_storage: { backends: { [storage]: retentionHours === null ? memory : badger(retentionHours) } },
        },
        receivers: { otlp: { protocols: { grpc: at("otlp-grpc"), http: at("otlp-http") } } },
        processors: {
            // Refuses spans rather than be ended by the kernel; their senders try again.
            memory_limiter: { check_interval: "1s", limit_percentage: 80, spike_limit_percentage: 20 },
            batch: {},
        },
        exporters: { jaeger_storage_exporter: { trace_storage: storage } },
    };
}

const memory = { memory: { max_traces: maximumTraces } };

function badger(hours: number): object {
    return {
        badger: {
            ephemeral: false,
            directories: { keys: `${badgerFolder}/keys`, values: `${badgerFolder}/values` },
            ttl: { spans: `${hours}h` },
        },
    };
}
