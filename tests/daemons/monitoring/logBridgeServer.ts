import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { logBridgeConfiguration, logBridgePorts } from "../../../components/monitoring/logs/logBridge";
import { renderYaml } from "../../../components/monitoring/prometheus/prometheusConfiguration";
import { builtPrograms } from "../../harness/daemons/builtPrograms";
import { Daemon, freePort, HOST } from "../../harness/daemons/daemon";

/** Finds Benthos, or builds it, which takes a minute the first time. */
export function benthosProgram(): string {
    return join(builtPrograms("benthos"), "benthos");
}

/** Parts of the configuration that Benthos alone has: the stream's output and Prometheus' format belong to Redpanda Connect. */
export interface OwnParts {
    /** Where lines go in place of Redis. */
    readonly output: object;
}

/** Writes the rendered configuration with other parts, on free ports of the loopback address. */
export function layDownBridge(folder: string, { output }: OwnParts, ports: Readonly<Record<keyof typeof logBridgePorts, number>>): string {
    const rendered = logBridgeConfiguration({ stream: "logs:test", maximumLines: 100 });
    let text = renderYaml({ ...rendered, output, metrics: { json_api: {} } });
    for (const [name, port] of Object.entries(logBridgePorts)) {
        text = text.replaceAll(`0.0.0.0:${port}`, `${HOST}:${ports[name as keyof typeof ports]}`);
    }
    const file = join(folder, "connect.yaml");
    writeFileSync(file, text);
    return file;
}

/** The bridge with another end. */
export interface Bridge {
    readonly daemon: Daemon;
    /** Sends lines as Fluent Bit does, and gives the status of the answer. */
    send(lines: readonly object[]): Promise<number>;
    /** Names of its metrics. */
    readonly names: () => Promise<Set<string>>;
}

/** Starts the bridge. */
export async function startBridge(folder: string, parts: OwnParts): Promise<Bridge> {
    const ports = { logs: await freePort(), http: await freePort() };
    const file = layDownBridge(folder, parts, ports);
    const own = `http://${HOST}:${ports.http}`;
    const daemon = await Daemon.start({
        name: "benthos", command: benthosProgram(), args: ["run", file],
        ready: async () => {
            const { status } = await fetch(`${own}/ready`);
            if (status !== 200) {
                throw new Error(`/ready answers ${status}`);
            }
        },
    });
    return {
        daemon,
        send: async lines => (await fetch(`http://${HOST}:${ports.logs}/logs`, { method: "POST", body: JSON.stringify(lines) })).status,
        names: async () => new Set(Object.keys(await (await fetch(`${own}/stats`)).json() as object).map(key => key.replace(/\{.*/, ""))),
    };
}
