import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { badgerFolder, jaegerConfiguration, jaegerPorts } from "../../../components/monitoring/jaegerConfiguration";
import { renderYaml } from "../../../components/monitoring/prometheusConfiguration";
import { Daemon, eventually, freePort, HOST, run, runSync, temporaryFolder } from "../daemon";

/** Finds the program, or builds it, which takes ten minutes the first time. */
function jaegerProgram(): string {
    const script = join(__dirname, "../../../toolchain/jaeger/build.sh");
    return join(runSync(script, [], { cwd: dirname(script) }).trimEnd().split("\n").at(-1) ?? "", "jaeger");
}

/** A configuration that runs outside a pod. */
interface LaidDown {
    readonly file: string;
    /** Address of one of its ports. */
    readonly url: (port: keyof typeof jaegerPorts) => string;
}

const traceId = "5b8efff798038103d269b633813fc60c";

/** One request through the gateway to a service, and on by a message to a consumer, as OTLP writes it. */
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

describe("Jaeger with the rendered configuration", () => {
    let command: string;
    let folder: string;
    before(() => {
        command = jaegerProgram();
    });
    beforeEach(() => {
        folder = temporaryFolder("jaeger");
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    /** The configuration on free loopback ports, with the volume in the test's folder. */
    async function layDown(retentionHours: number | null): Promise<LaidDown> {
        const free = Object.values(jaegerPorts).map(async port => [port, await freePort()] as const);
        const ports = Object.fromEntries(await Promise.all(free));
        mkdirSync(join(folder, "badger"), { recursive: true });
        let text = renderYaml(jaegerConfiguration({ retentionHours }, HOST)).replaceAll(badgerFolder, join(folder, "badger"));
        for (const [port, local] of Object.entries(ports)) {
            text = text.replace(new RegExp(`\\b${port}\\b`, "g"), String(local));
        }
        const file = join(folder, "config.yaml");
        writeFileSync(file, text);
        return { file, url: port => `http://${HOST}:${ports[jaegerPorts[port]]}` };
    }

    for (const [what, hours] of [["in memory", null], ["on a volume", 168]] as const) {
        it(`E-204: its own parser accepts the configuration with traces ${what}`, async () => {
            const { code, stdout, stderr } = await run(command, ["validate", `--config=${(await layDown(hours)).file}`]);
            assert.equal(code, 0, stdout + stderr);
        });

        it(`E-204 E-269: a trace that spans gateway, service and consumer arrives by OTLP and is found, ${what}`, async () => {
            const { file, url } = await layDown(hours);
            const start = (): Promise<Daemon> => Daemon.start({
                name: "jaeger", command, args: [`--config=${file}`],
                ready: async () => assert.equal((await fetch(`${url("health")}/status`)).status, 200),
            });
            const services = async (): Promise<string[]> => {
                const { data } = await (await fetch(`${url("query")}/api/traces/${traceId}`)).json() as
                    { data: { processes: Record<string, { serviceName: string }>; spans: object[] }[] };
                assert.equal(data[0]?.spans.length, 3);
                return Object.values(data[0].processes).map(({ serviceName }) => serviceName).sort();
            };
            let jaeger = await start();
            try {
                const body = JSON.stringify({
                    resourceSpans: [
                        spans("api-gateway", "POST /v1/orders", "eee19b7ec3c1b171"),
                        spans("orders-service", "orders create", "eee19b7ec3c1b172", "eee19b7ec3c1b171"),
                        spans("deliveries-service", "orders_queue receive", "eee19b7ec3c1b173", "eee19b7ec3c1b172"),
                    ],
                });
                const headers = { "content-type": "application/json" };
                const sent = await fetch(`${url("otlp-http")}/v1/traces`, { method: "POST", headers, body });
                assert.equal(sent.status, 200, await sent.text());
                const expected = ["api-gateway", "deliveries-service", "orders-service"];
                await eventually("the trace is found", async () => assert.deepEqual(await services(), expected));
                assert.match(await (await fetch(`${url("metrics")}/metrics`)).text(), /otelcol_receiver_accepted_spans\S* 3/);
                if (hours !== null) {
                    await jaeger.stop();
                    jaeger = await start();
                    await eventually("the trace outlives the process", async () => assert.deepEqual(await services(), expected));
                }
            } finally {
                await jaeger.stop();
            }
        });
    }

    it("refuses a storage that it does not know", async () => {
        const { file } = await layDown(null);
        const broken = renderYaml(jaegerConfiguration({ retentionHours: null }, HOST)).replace("max_traces", "most_traces");
        writeFileSync(file, broken);
        const { code, stdout, stderr } = await run(command, ["validate", `--config=${file}`]);
        assert.notEqual(code, 0);
        assert.match(stdout + stderr, /most_traces/);
    });
});
