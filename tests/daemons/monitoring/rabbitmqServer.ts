import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Daemon, freePort, HOST, program } from "../../harness/daemons/daemon";

/** A broker with one queue, and the daemon by which nodes of Erlang find each other: nothing of it outlives the test. */
export interface RabbitmqServer {
    readonly daemons: readonly Daemon[];
    /** Address of its metrics, one series for each queue. */
    readonly metricsUrl: string;
}

const definitions = {
    vhosts: [{ name: "/" }],
    queues: [{ name: "orders", vhost: "/", durable: true, auto_delete: false, arguments: {} }],
};

/** Starts RabbitMQ as Debian packs it, on free ports of the loopback address, with all of its files in a folder of the test. */
export async function startRabbitmq(folder: string): Promise<RabbitmqServer> {
    const [epmd, amqp, metrics, distribution] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
    const file = (name: string, content: string): string => {
        writeFileSync(join(folder, name), content);
        return join(folder, name);
    };
    const metricsUrl = `http://${HOST}:${metrics}/metrics`;
    const environment = {
        HOME: folder, ERL_EPMD_PORT: String(epmd), ERL_EPMD_ADDRESS: HOST,
        RABBITMQ_NODENAME: "rabbit@localhost", RABBITMQ_DIST_PORT: String(distribution),
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: "-kernel inet_dist_use_interface {127,0,0,1}",
        RABBITMQ_CONF_ENV_FILE: file("environment", ""), RABBITMQ_MNESIA_BASE: join(folder, "data"), RABBITMQ_LOG_BASE: folder, RABBITMQ_LOGS: "-",
        RABBITMQ_ENABLED_PLUGINS_FILE: file("plugins", "[rabbitmq_prometheus].\n"),
        RABBITMQ_CONFIG_FILE: file("rabbitmq.conf", [
            `listeners.tcp.1 = ${HOST}:${amqp}`, `prometheus.tcp.ip = ${HOST}`, `prometheus.tcp.port = ${metrics}`,
            "prometheus.return_per_object_metrics = true", `load_definitions = ${file("definitions.json", JSON.stringify(definitions))}`, "",
        ].join("\n")),
    };
    const names = await Daemon.start({
        name: "epmd", command: program("epmd", "rabbitmq-server"), args: ["-port", String(epmd), "-address", HOST], ready: () => undefined,
    });
    try {
        const server = await Daemon.start({
            name: "rabbitmq", command: "/usr/lib/rabbitmq/bin/rabbitmq-server", args: [], env: environment,
            ready: async () => fetch(metricsUrl),
        });
        return { daemons: [names, server], metricsUrl };
    } catch (error) {
        await names.stop();
        throw error;
    }
}
