import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { jaegerConfiguration } from "../../../components/monitoring/traces/jaegerConfiguration";
import { renderYaml } from "../../../components/monitoring/prometheus/prometheusConfiguration";
import type { Daemon } from "../../harness/daemons/daemon";
import { eventually, HOST, run, temporaryFolder } from "../../harness/daemons/daemon";
import { jaegerProgram, layDownJaeger, sendTrace, startJaeger, traceId } from "./jaegerServer";

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

    for (const [what, hours] of [["in memory", null], ["on a volume", 168]] as const) {
        it(`E-204: its own parser accepts the configuration with traces ${what}`, async () => {
            const { code, stdout, stderr } = await run(command, ["validate", `--config=${(await layDownJaeger(folder, hours)).file}`]);
            assert.equal(code, 0, stdout + stderr);
        });

        it(`E-204 E-269: a trace that spans gateway, service and consumer arrives by OTLP and is found, ${what}`, async () => {
            const { file, url } = await layDownJaeger(folder, hours);
            const start = (): Promise<Daemon> => startJaeger(command, { file, url });
            const services = async (): Promise<string[]> => {
                const { data } = await (await fetch(`${url("query")}/api/traces/${traceId}`)).json() as
                    { data: { processes: Record<string, { serviceName: string }>; spans: object[] }[] };
                assert.equal(data[0]?.spans.length, 3);
                return Object.values(data[0].processes).map(({ serviceName }) => serviceName).sort();
            };
            let jaeger = await start();
            try {
                await sendTrace(url("otlp-http"));
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
        const { file } = await layDownJaeger(folder, null);
        const broken = renderYaml(jaegerConfiguration({ retentionHours: null }, HOST)).replace("max_traces", "most_traces");
        writeFileSync(file, broken);
        const { code, stdout, stderr } = await run(command, ["validate", `--config=${file}`]);
        assert.notEqual(code, 0);
        assert.match(stdout + stderr, /most_traces/);
    });
});
