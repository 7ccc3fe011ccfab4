import type { Socket } from "node:dgram";
import { createSocket } from "node:dgram";
import { HOST } from "../../harness/daemons/daemon";

const typeA = 1;

/** A name server on the loopback interface that answers every name with one address, which can change. */
export class NameServer {
    private constructor(private readonly socket: Socket, public address: string) {
        socket.on("message", (query, client) => socket.send(this.answer(query), client.port, client.address));
    }

    static start(address: string): Promise<NameServer> {
        return new Promise((resolve, reject) => {
            const socket = createSocket("udp4");
            socket.once("error", reject);
            socket.bind(0, HOST, () => resolve(new NameServer(socket, address)));
        });
    }

    /** Address and port, as HAProxy wants them. */
    get endpoint(): string {
        return `${HOST}:${this.socket.address().port}`;
    }

    stop(): Promise<void> {
        return new Promise(resolve => this.socket.close(resolve));
    }

    /** One A record for a question of that type, none for others: RFC 1035, section 4. */
    private answer(query: Buffer): Buffer {
        const endOfName = query.indexOf(0, 12);
        const question = query.subarray(12, endOfName + 5);
        const records = query.readUInt16BE(endOfName + 1) === typeA ? 1 : 0;
        const header = Buffer.from([query[0] ?? 0, query[1] ?? 0, 0x85, 0x80, 0, 1, 0, records, 0, 0, 0, 0]);
        const record = Buffer.from([0xc0, 12, 0, typeA, 0, 1, 0, 0, 0, 1, 0, 4, ...this.address.split(".").map(Number)]);
        return Buffer.concat(records ? [header, question, record] : [header, question]);
    }
}
