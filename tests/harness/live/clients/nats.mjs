import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";

const stream = "PROOF";
const subject = "proof.writes";

/** NATS: one message of a stream a write, with as many copies as there are servers. */
export async function open({ host, port, user, password, replicas, patience }) {
    const connection = await connect({ servers: `${host}:${port}`, ...(user && { user, pass: password }), timeout: patience, reconnect: false });
    const manager = await jetstreamManager(connection, { timeout: patience });
    const { cluster } = await manager.streams.info(stream).catch(error => {
        if (!/not found/.test(error.message)) {
            throw error;
        }
        return manager.streams.add({ name: stream, subjects: [subject], storage: "file", num_replicas: replicas });
    });
    const publisher = jetstream(connection, { timeout: patience });
    return {
        leader: cluster?.leader,
        write: n => publisher.publish(subject, String(n)),
        read: async () => {
            const { state } = await manager.streams.info(stream);
            const found = [];
            for (let seq = state.first_seq; seq <= state.last_seq && state.messages > 0; seq += 1) {
                const message = await manager.streams.getMessage(stream, { seq });
                found.push(Number(message.string()));
            }
            return found;
        },
        clear: () => manager.streams.delete(stream),
        close: () => void connection.close().catch(() => undefined),
    };
}
