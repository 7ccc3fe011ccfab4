import assert from "node:assert/strict";
import { images } from "../../../components/kit/images";
import { eventually } from "../../harness/daemons/daemon";
import type { Container, ContainerOptions } from "./container";
import { containersPossible, ImageStore } from "./container";
import { askBroker } from "./rabbitmqClient";

const application = "storm/media-service:0.1.0";
const shopApplication = "ghcr.io/votreorg/e-commerce-back/auth-service:1.0.0";
const credentials = { MINIO_ROOT_USER: "root-user", MINIO_ROOT_PASSWORD: "only-for-this-test" };

interface Report {
    readonly ok: boolean;
    readonly dependencies: { readonly dependency: string; readonly ok: boolean; readonly error?: string }[];
    readonly forbidden: { readonly ok: boolean }[];
}

(containersPossible ? describe : describe.skip)("the contract app beside the images of its dependencies", () => {
    let store: ImageStore | undefined;
    const running: Container[] = [];

    before(() => {
        store = ImageStore.build([images.nats, images.minio, images.minioClient, images.redis, images.postgres15,
            images.mysql84, images.rabbitmq, application, shopApplication]);
    });
    afterEach(async () => {
        // The first one's network goes with it.
        for (const container of running.splice(0).reverse()) {
            await container.stop();
        }
    });
    after(() => store?.remove());

    async function start(image: string, options: ContainerOptions): Promise<Container> {
        assert.ok(store);
        const beside = running[0] ? { beside: running[0] } : {};
        const container = await store.unpack(image).start(image.split(/[/:]/).at(-2) ?? image, { ...options, ...beside });
        running.push(container);
        return container;
    }

    it("S-47: writes to JetStream, a bucket, Redis and PostgreSQL, reads it back, and says what is within reach and should not be", async () => {
        await start(images.nats, {
            user: 1000, scratch: ["/data"], command: ["nats-server"], args: ["--jetstream", "--store_dir", "/data", "-m", "8222"],
            ready: container => container.mustExec("wget", "-qO-", "http://127.0.0.1:8222/healthz?js-enabled-only=true"),
        });
        await start(images.minio, {
            user: 1000, scratch: ["/data", "/tmp"], command: ["minio"], args: ["server", "/data"], environment: { ...credentials, HOME: "/tmp" },
            ready: container => container.mustExec("wget", "-qO-", "http://127.0.0.1:9000/minio/health/ready"),
        });
        const provisioning = await start(images.minioClient, {
            user: 1000, scratch: ["/tmp"],
            command: ["sh", "-c", "mc ready server && mc mb server/media && trap exit TERM; while :; do sleep 1; done"],
            environment: { MC_HOST_server: "http://root-user:only-for-this-test@127.0.0.1:9000", MC_CONFIG_DIR: "/tmp/mc" },
        });
        await eventually("the bucket is there", () => provisioning.mustExec("mc", "ls", "server/media"));
        await start(images.redis, { user: 999, group: 1000, scratch: ["/data"], ready: container => container.mustExec("redis-cli", "ping") });
        await start(images.postgres15, {
            user: 70, scratch: ["/var/lib/postgresql/data", "/tmp", "/var/run/postgresql"],
            environment: { POSTGRES_PASSWORD: "only-for-this-test", POSTGRES_DB: "media_db", PGDATA: "/var/lib/postgresql/data/pgdata" },
            ready: container => container.mustExec("pg_isready", "-h", "127.0.0.1", "-d", "media_db"),
        });
        const app = await start(application, {
            user: 65_532, scratch: ["/tmp"],
            environment: {
                CONTRACT_NAME: "media-service", CONTRACT_FORBIDDEN: "127.0.0.1:1", NATS_URL: "nats://127.0.0.1:4222", REDIS_URL: "redis://127.0.0.1:6379",
                MINIO_ENDPOINT: "127.0.0.1:9000", MINIO_ACCESS_KEY: credentials.MINIO_ROOT_USER, MINIO_SECRET_KEY: credentials.MINIO_ROOT_PASSWORD,
                MINIO_BUCKET: "media", DB_HOST: "127.0.0.1", DB_PORT: "5432", DB_USER: "postgres", DB_PASSWORD: "only-for-this-test", DB_NAME: "media_db",
            },
        });
        const report = JSON.parse(await app.mustExec("/usr/local/bin/contract-app", "check")) as Report;
        assert.deepEqual(report.dependencies.map(({ dependency, ok }) => [dependency, ok]),
            [["postgresql", true], ["redis", true], ["nats", true], ["s3", true]]);
        assert.ok(report.ok && report.forbidden[0]?.ok);
        assert.match(await app.mustExec("/usr/bin/sqlx", "migrate", "run"), /sqlx migrate run: postgresql 127\.0\.0\.1:5432: wrote a row and read it/);
        assert.match(await provisioning.mustExec("mc", "cat", "server/media/contract/media-service"), /^\d{4}-/);
    });

    it("E-24: writes to MySQL, and to RabbitMQ through the queue that the account may use; a Job migrates", async () => {
        const queues = "^(auth_exchange|auth_queue)$";
        await start(images.rabbitmq, {
            user: 999, scratch: ["/var/lib/rabbitmq", "/tmp"], environment: { HOSTNAME: "localhost" },
            files: {
                "/etc/rabbitmq/rabbitmq-env.conf": 'NODENAME="rabbit@localhost"\n',
                "/etc/rabbitmq/rabbitmq.conf": "log.console = true\nlog.file = false\nload_definitions = /etc/rabbitmq-definitions/definitions.json\n",
                "/etc/rabbitmq-definitions/definitions.json": JSON.stringify({
                    vhosts: [{ name: "/" }], users: [{ name: "auth-service", password: "only-for-this-test", tags: [] }],
                    permissions: [{ user: "auth-service", vhost: "/", configure: queues, write: "^(auth_exchange|auth_queue|amq\\.default)$", read: queues }],
                    queues: [{ name: "auth_queue", vhost: "/", durable: true, auto_delete: false, arguments: { "x-queue-type": "quorum" } }],
                }),
            },
            ready: container => askBroker(container, "rabbitmq-diagnostics", "-q", "check_running"),
        });
        await start(images.mysql84, {
            user: 999, scratch: ["/var/lib/mysql", "/tmp", "/var/run/mysqld"],
            environment: {
                MYSQL_ROOT_PASSWORD: "root-only", MYSQL_ROOT_HOST: "localhost", MYSQL_USER: "auth_user", MYSQL_PASSWORD: "only-for-this-test",
                MYSQL_DATABASE: "auth_db",
            },
            ready: container => container.mustExec("mysqladmin", "-h", "127.0.0.1", "-uauth_user", "-ponly-for-this-test", "ping"),
        });
        const database = {
            DB_CONNECTION: "mysql", DB_HOST: "127.0.0.1", DB_PORT: "3306", DB_DATABASE: "auth_db", DB_USERNAME: "auth_user",
            DB_PASSWORD: "only-for-this-test",
        };
        const app = await start(shopApplication, {
            user: 10_001, scratch: ["/tmp"],
            environment: {
                ...database, APP_NAME: "auth-service", APP_PORT: "8000", CACHE_STORE: "file", SESSION_DRIVER: "file", REDIS_HOST: "127.0.0.1",
                RABBITMQ_HOST: "127.0.0.1", RABBITMQ_USER: "auth-service", RABBITMQ_PASSWORD: "only-for-this-test", RABBITMQ_QUEUE: "auth_queue",
            },
        });
        const { ok, dependencies } = JSON.parse(await app.mustExec("/usr/local/bin/contract-app", "check")) as Report;
        assert.deepEqual(dependencies.map(({ dependency, error }) => [dependency, error]), [["mysql", undefined], ["amqp", undefined]]);
        assert.ok(ok);
        assert.match(await app.mustExec("php", "artisan", "migrate", "--force"), /mysql 127\.0\.0\.1:3306: wrote a row and read it/);
    });
});
