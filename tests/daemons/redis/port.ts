import { createServer } from "node:net";
import { HOST } from "../daemon";

const [lowest, ephemeral] = [20_000, 32_768] as const;
const taken = new Set<number>();

function isFree(port: number): Promise<boolean> {
    return new Promise(resolve => {
        const server = createServer();
        server.once("error", () => resolve(false));
        server.listen(port, HOST, () => server.close(() => resolve(true)));
    });
}

/**
 * A TCP port nobody listens on, for a server that goes away and comes back: from below the range that outgoing connections
 * are given theirs from, or one of them may hold the port in the meantime.
 */
export async function stablePort(): Promise<number> {
    for (;;) {
        const port = lowest + Math.floor(Math.random() * (ephemeral - lowest));
        if (!taken.has(port) && await isFree(port)) {
            taken.add(port);
            return port;
        }
    }
}
