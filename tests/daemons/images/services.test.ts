import assert from "node:assert/strict";
import { images } from "../../../components/kit/images";
import { eventually } from "../../harness/daemons/daemon";
import type { Container, ContainerOptions } from "./container";
import { containersPossible, ImageStore } from "./container";
import { askBroker } from "./rabbitmqClient";

const application = "storm/media-service:0.1.0";

(containersPossible ? describe : describe.skip)("images of brokers, proxies and applications that packages make", () => {
    let store: ImageStore | undefined;
    const running: Container[] = [];

    before(() => {
        store = ImageStore.build([images.haproxy, images.mysql84, images.mysqlExporter, images.rabbitmq, images.nats, images.natsBox,
            images.grafana, application]);
    });
    afterEach(async () => {
        await Promise.all(running.splice(0).map(container => container.stop()));
    });
    after(() => store?.remove());

    async function start(image: string, options: ContainerOptions): Promise<Container> {
        assert.ok(store);
        const container = await store.unpack(image).start(image.split(/[/:]/).at(-2) ?? image, options);
        running.push(container);
        return container;
    }

    it(`${images.mysql84}: the first start makes users and runs scripts that call docker_process_sql; a dump holds what was written`, async () => {
        const client = (user: string, password: string): string => `[client]\nprotocol=tcp\nhost=127.0.0.1\nuser=${user}\npassword=${password}\n`;
        const mysql = await start(images.mysql84, {
            user: 999, scratch: ["/var/lib/mysql", "/tmp", "/var/run/mysqld"],
            environment: {
                MYSQL_ROOT_PASSWORD: "root-only", MYSQL_ROOT_HOST: "localhost", MYSQL_USER: "notes_user", MYSQL_PASSWORD: "it's \\ secret",
                MYSQL_DATABASE: "notes_db",
            },
            files: {
                "/etc/mysql/conf.d/server.cnf": "[mysqld]\ncharacter-set-server=utf8mb4\ncollation-server=utf8mb4_unicode_ci\nlocal_infile=OFF\n" +
                    "mysqlx=OFF\nskip_name_resolve=ON\ninnodb_buffer_pool_size=64M\nmax_connections=37\nperformance_schema=OFF\nskip-log-bin\n",
                "/docker-entrypoint-initdb.d/01-init.sql": "CREATE TABLE note (text TEXT); INSERT INTO note VALUES ('from sql');",
                "/docker-entrypoint-initdb.d/02-accounts.sh": "docker_process_sql < /etc/mysql-accounts/accounts.sql\n",
                "/etc/mysql-accounts/accounts.sql": "CREATE USER 'probe'@'%' IDENTIFIED BY 'probe-only'; " +
                    "GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON notes_db.* TO 'probe'@'%'; GRANT RELOAD ON *.* TO 'probe'@'%';",
                "/etc/mysql-accounts/probe.cnf": client("probe", "probe-only"),
                "/etc/mysql-accounts/user.cnf": client("notes_user", '"it\'s \\\\ secret"'),
            },
            ready: container => container.mustExec("mysqladmin", "--defaults-extra-file=/etc/mysql-accounts/probe.cnf", "ping"),
        });
        const ask = ["mysql", "--defaults-extra-file=/etc/mysql-accounts/user.cnf", "--skip-column-names", "notes_db", "--execute"];
        assert.equal(await mysql.mustExec(...ask, "SELECT text FROM note; SELECT @@max_connections"), "from sql\n37");
        await mysql.mustExec("bash", "-c", "mysqldump --defaults-extra-file=/etc/mysql-accounts/probe.cnf --single-transaction --no-tablespaces " +
            "notes_db | gzip > /tmp/dump && gunzip --stdout /tmp/dump | tail -n 1 | grep -q '^-- Dump completed'");
        const version = await mysql.mustExec(...ask, "SELECT VERSION()");
        assert.ok(`MySQL ${version}`.startsWith(store?.unpack(images.mysql84).program ?? "-"), version);
        await mysql.stop();
        assert.match(mysql.output(), /Shutdown complete/);
    });

    it(`${images.rabbitmq}: reads settings, plugins and definitions, and is asked by rabbitmq-diagnostics`, async () => {
        const rabbitmq = await start(images.rabbitmq, {
            user: 999, scratch: ["/var/lib/rabbitmq", "/tmp"],
            environment: { HOSTNAME: "localhost" },
            files: {
                "/etc/rabbitmq/enabled_plugins": "[rabbitmq_management,rabbitmq_peer_discovery_k8s,rabbitmq_prometheus].\n",
                "/etc/rabbitmq/rabbitmq-env.conf": 'NODENAME="rabbit@localhost"\n',
                "/etc/rabbitmq/rabbitmq.conf": "log.console = true\nlog.file = false\ndefault_queue_type = quorum\n" +
                    "load_definitions = /etc/rabbitmq-definitions/definitions.json\n",
                "/etc/rabbitmq-definitions/definitions.json": JSON.stringify({
                    vhosts: [{ name: "/" }], users: [], permissions: [],
                    queues: [{ name: "notes", vhost: "/", durable: true, auto_delete: false, arguments: { "x-queue-type": "quorum" } }],
                }),
            },
            ready: container => askBroker(container, "rabbitmq-diagnostics", "-q", "check_running"),
        });
        await askBroker(rabbitmq, "rabbitmq-diagnostics", "-q", "check_port_connectivity");
        assert.match(await askBroker(rabbitmq, "rabbitmqctl", "-q", "list_queues", "name", "type"), /notes\s+quorum/);
        assert.match(await rabbitmq.mustExec("wget", "-qO-", "http://127.0.0.1:15692/metrics"), /rabbitmq_build_info/);
        assert.equal(await rabbitmq.mustExec("install", "-m", "600", "/etc/rabbitmq/enabled_plugins", "/var/lib/rabbitmq/copy"), "");
        const version = await askBroker(rabbitmq, "rabbitmqctl", "version");
        assert.ok(`RabbitMQ ${version}`.startsWith(store?.unpack(images.rabbitmq).program ?? "-"), version);
    });

    it(`${images.haproxy}: serves with a configuration that is mounted`, async () => {
        const haproxy = await start(images.haproxy, {
            user: 99, command: ["haproxy", "-W", "-db", "-f", "/usr/local/etc/haproxy/haproxy.cfg"],
            files: {
                "/usr/local/etc/haproxy/haproxy.cfg": "defaults\n mode http\n timeout client 5s\n timeout connect 5s\n timeout server 5s\n" +
                    "frontend live\n bind :8404\n http-request return status 200 content-type text/plain string alive if { path /live }\n" +
                    " http-request use-service prometheus-exporter if { path /metrics }\n",
            },
            // The image has a shell for this test, but no user who could write anywhere.
            ready: container => container.mustExec("wget", "-qO-", "http://127.0.0.1:8404/live"),
        });
        assert.match(await haproxy.mustExec("wget", "-qO-", "http://127.0.0.1:8404/metrics"), /haproxy_process_/);
    });

    it(`${images.nats}: keeps messages of JetStream below /data, and its client speaks with it`, async () => {
        const nats = await start(images.nats, {
            user: 1000, scratch: ["/data"], command: ["nats-server"], args: ["--config", "/etc/nats/nats.conf"],
            files: { "/etc/nats/nats.conf": 'listen: "0.0.0.0:4222"\nhttp: "0.0.0.0:8222"\njetstream { store_dir: "/data" }\n' },
            ready: container => container.mustExec("wget", "-qO-", "http://127.0.0.1:8222/healthz?js-enabled-only=true"),
        });
        await nats.mustExec("test", "-d", "/data/jetstream");
        const box = await start(images.natsBox, { user: 65_534, scratch: ["/tmp"], command: ["sh", "-c", "trap exit TERM; while :; do sleep 1; done"] });
        assert.match(await box.mustExec("nats", "--version"), /^v?0\.5/);
    });

    it(`${application}: the contract app answers, and reports dependencies that are closed`, async () => {
        const app = await start(application, {
            user: 65_532, scratch: ["/tmp"],
            environment: {
                NATS_URL: "nats://127.0.0.1:1", MINIO_ENDPOINT: "127.0.0.1:1", MINIO_ACCESS_KEY: "key", MINIO_SECRET_KEY: "only-for-this-test",
                MINIO_BUCKET: "media",
            },
        });
        await eventually("it listens", () => assert.match(app.output(), /listens at 0\.0\.0\.0:8080/));
        const { code, stdout } = await app.exec("/usr/local/bin/contract-app", "check");
        assert.equal(code, 1);
        const { dependencies } = JSON.parse(stdout) as { dependencies: { dependency: string; ok: boolean }[] };
        assert.deepEqual(dependencies.map(({ dependency, ok }) => [dependency, ok]), [["nats", false], ["s3", false]]);
        assert.doesNotMatch(stdout, /only-for-this-test/);
        const { code: migrated, stdout: said } = await app.exec("php", "artisan", "tinker");
        assert.equal(migrated, 1, said);
    });

    it(`${images.grafana}: a stand-in says that it is none`, async () => {
        const standIn = await start(images.grafana, { user: 472 });
        assert.equal(store?.unpack(images.grafana).config.Labels["platforms.stand-in"], "true");
        await eventually("it says so", () => assert.match(standIn.output(), /this is a stand-in and not Grafana/));
    });
});
