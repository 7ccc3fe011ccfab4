import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { badgerFolder, jaegerConfiguration, jaegerPorts, jaegerUnusedPort } from "../../../components/monitoring/traces/jaegerConfiguration";
import { renderYaml } from "../../../components/monitoring/prometheus/prometheusConfiguration";
import { builtPrograms } from "../../harness/daemons/builtPrograms";
import { Daemon, freePort, HOST } from "../../harness/daemons/daemon";

/** Finds the program, or builds it, which takes ten minutes the first time. */
export function jaegerProgram(): string {
    return join(builtPrograms("jaeger"), "jaeger");
}

/** A configuration that runs outside a pod. */
export interface LaidDownJaeger {
    readonly file: string;
    /** Address of one of its ports. */
    readonly url: (port: keyof typeof jaegerPorts) => string;
}

/** The rendered configuration on free loopback ports, with the volume in the test's folder. */
export async function layDownJaeger(folder: string, retentionHours: number | null): Promise<LaidDownJaeger> {
    const free = [...Object.values(jaegerPorts), jaegerUnusedPort].map(async port => [port, await freePort()] as const);
    const ports = Object.fromEntries(await Promise.all(free));
    mkdirSync(join(folder, "badger"), { recursive: true });
    let text = renderYaml(jaegerConfiguration({ retentionHours }, HOST)).replaceAll(badgerFolder, join(folder, "badger"));
    for (const [port, local] of Object.entries(ports)) {
        text = text.replace(new RegExp(`\\b${port}\\b`, "g"), String(local));
    }
    const file = join(folder, "jaeger.yaml");
    writeFileSync(file, text);
    return { file, url: port => `http://${HOST}:${ports[jaegerPorts[port]]}` };
}

/** Jaeger, once it says that it is well. */
export function startJaeger(command: string, { file, url }: LaidDownJaeger): Promise<Daemon> {
    return Daemon.start({
        name: "jaeger", command, args: [`--config=${file}`],
        // It would send traces of itself to port 4317, where nobody listens, and at its end wait ten seconds for an answer.
        env: { OTEL_TRACES_SAMPLER: "always_off" },
        ready: async () => assert.equal((await fetch(`${url("health")}/status`)).status, 200),
    });
}

/** The trace of {@link sendTrace}. */
export const traceId = "5b8efff798038103d269b633813fc60c";

/** Sends one request through the gateway to a service, and on by a message to a consumer: three spans by OTLP. */
export async function sendTrace(endpoint: string): Promise<void> {
    const body = JSON.stringify({
        resourceSpans: [
            spans("api-gateway", "POST /v1/orders", "eee19b7ec3c1b171"),
            spans("orders-service", "orders create", "eee19b7ec3c1b172", "eee19b7ec3c1b171"),
            spans("deliveries-service", "orders_queue receive", "eee19b7ec3c1b173", "eee19b7ec3c1b172"),
        ],
    });
    const sent = await fetch(`${endpoint}/v1/traces`, { method: "POST", headers: { "content-type": "application/json" }, body });
    assert.equal(sent.status, 200, await sent.text());
}

function spans(service: string, name: string, spanId: string, parentSpanId?: string): object {
    const now = BigInt(Date.now()) * 1_000_000n;
    return {
        resource: { attributes: [{ key: "service.name", value: { stringValue: service } }] },
        scopeSpans: [{
            spans: [{
                traceId, spanId, name, kind: 2, ...(parentSpanId && { parentSpanId }),
                startTimeUnixNano: String(now), endTimeUnixNano: String(now + 1_000_000n),
            }],
        }],
    };
}
