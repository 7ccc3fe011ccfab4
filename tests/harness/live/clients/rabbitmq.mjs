import { Buffer } from "node:buffer";
import amqp from "amqplib";

const queue = "proof-writes";

/** RabbitMQ: one persistent message a write, confirmed; of several nodes, in a quorum queue. */
export async function open({ host, port, user, password, vhost, replicas, patience }) {
    const connection = await amqp.connect({ protocol: "amqp", hostname: host, port, username: user, password, vhost }, { timeout: patience });
    connection.on("error", () => undefined);
    const channel = await connection.createConfirmChannel();
    channel.on("error", () => undefined);
    await channel.assertQueue(queue, { durable: true, arguments: { "x-queue-type": replicas > 1 ? "quorum" : "classic" } });
    return {
        write: async n => {
            channel.sendToQueue(queue, Buffer.from(String(n)), { persistent: true });
            await channel.waitForConfirms();
        },
        read: async () => {
            const found = [];
            for (let message = await channel.get(queue); message; message = await channel.get(queue)) {
                found.push(Number(message.content));
            }
            return found;
        },
        clear: () => channel.deleteQueue(queue),
        close: () => connection.connection.stream.destroy(),
    };
}
