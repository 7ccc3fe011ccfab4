import { connect } from "node:net";
import { HOST } from "../../harness/daemons/daemon";

/** Resolves once something listens on a port. */
export async function fetchTcp(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
        const socket = connect(port, HOST, () => {
            socket.destroy();
            resolve();
        });
        socket.once("error", reject);
    });
}
