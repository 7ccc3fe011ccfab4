import assert from "node:assert/strict";
import { images } from "../../../components/kit/images";
import type { Container, ContainerOptions } from "./container";
import { containersPossible, ImageStore } from "./container";

/** How a pod starts each program, and a page of its own that it then answers with words that only it would say. */
const programs: [image: string, options: ContainerOptions, page: string, words: RegExp][] = [
    [images.prometheus, {
        user: 65_534, scratch: ["/prometheus"], args: ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"],
        files: { "/etc/prometheus/prometheus.yml": "scrape_configs: []\n" },
    }, "9090/-/ready", /Prometheus Server is Ready/],
    [images.nodeExporter, { user: 65_534, args: ["--web.listen-address=:9100"] }, "9100/metrics", /node_exporter_build_info/],
    [images.redisExporter, { user: 65_534 }, "9121/metrics", /redis_exporter_build_info/],
    [images.postgresExporter, {
        user: 65_534, environment: { DATA_SOURCE_URI: "127.0.0.1:5432/notes", DATA_SOURCE_USER: "exporter", DATA_SOURCE_PASS: "only-for-this-test" },
    }, "9187/metrics", /pg_up 0/],
    [images.natsExporter, { user: 65_534, args: ["-port", "7777", "-varz", "http://127.0.0.1:8222"] }, "7777/metrics", /gnatsd_|nats_up|go_info/],
    [images.nginxExporter, { user: 65_534, args: ["--nginx.scrape-uri=http://127.0.0.1:8081/stub_status"] }, "9113/metrics", /nginx_up 0/],
    [images.mysqlExporter, {
        user: 65_534, args: ["--mysqld.address=127.0.0.1:3306", "--mysqld.username=exporter"],
        environment: { MYSQLD_EXPORTER_PASSWORD: "only-for-this-test" },
    }, "9104/metrics", /mysql_up 0/],
];

(containersPossible ? describe : describe.skip)("images of programs that measure, which packages make", () => {
    let store: ImageStore | undefined;
    let running: Container | undefined;

    before(() => {
        store = ImageStore.build([...programs.map(([image]) => image), images.kubeStateMetrics]);
    });
    afterEach(async () => {
        await running?.stop();
        running = undefined;
    });
    after(() => store?.remove());

    for (const [image, options, page, words] of programs) {
        it(`${image}: starts with its pod's arguments and answers`, async () => {
            running = await store?.unpack(image).start(image.split(/[/:]/).at(-2) ?? image, {
                ...options, ready: async container => assert.match(await container.mustExec("wget", "-qO-", `http://127.0.0.1:${page}`), words),
            });
        });
    }

    it(`${images.kubeStateMetrics}: knows the arguments of its pods`, async () => {
        running = await store?.unpack(images.kubeStateMetrics).start("shell", {
            user: 65_534, command: ["sh", "-c", "trap exit TERM; while :; do sleep 1; done"],
        });
        const help = await running?.mustExec("/kube-state-metrics", "--help");
        for (const argument of ["--telemetry-port", "--namespaces", "--resources", "--metric-allowlist"]) {
            assert.ok(help?.includes(argument), argument);
        }
    });
});
