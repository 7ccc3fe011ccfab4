import { readFileSync } from "node:fs";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { HOST, program, runSync } from "../../harness/daemons/daemon";

/** What a stand-in answers to one request. */
export type Answer = (request: IncomingMessage, body: string) => string | undefined;

/** Options of {@link StandIn.start}. */
export interface StandInOptions {
    /** Folder for key and certificate. @default plain HTTP */
    readonly tlsFolder?: string;
    /** @default "text/plain" */
    readonly contentType?: string;
}

/** An HTTP server of the test in the place of something a cluster would run. */
export class StandIn {
    /** Host and port; kept when it stops and listens again. */
    address = `${HOST}:0`;

    private constructor(private readonly server: Server) {}

    /**
     * Starts it on a free port; undefined as an answer becomes status 404.
     * @param answer content of each response
     * @param options with a folder for key and certificate it speaks TLS, self-signed as kubelets do
     */
    static async start(answer: Answer, { tlsFolder, contentType = "text/plain" }: StandInOptions = {}): Promise<StandIn> {
        const handle = (request: IncomingMessage, response: ServerResponse): void => {
            const chunks: Buffer[] = [];
            request.on("data", (chunk: Buffer) => chunks.push(chunk)).on("end", () => {
                const text = answer(request, Buffer.concat(chunks).toString());
                response.writeHead(text === undefined ? 404 : 200, { "content-type": contentType }).end(text);
            });
        };
        const standIn = new StandIn(tlsFolder === undefined ? createServer(handle) : tlsServer(tlsFolder, handle));
        await standIn.listen();
        return standIn;
    }

    /** Listens, again where it did before. */
    async listen(): Promise<void> {
        await new Promise<void>(resolve => this.server.listen(Number(this.address.split(":")[1]), HOST, resolve));
        this.address = `${HOST}:${(this.server.address() as AddressInfo).port}`;
    }

    /** Stops listening and drops whoever is connected. */
    async stop(): Promise<void> {
        this.server.closeAllConnections();
        await new Promise(resolve => this.server.close(resolve));
    }
}

/** A new key and a certificate that it has signed itself. */
export function selfSigned(folder: string, name: string): { keyFile: string; certFile: string } {
    const [keyFile, certFile] = [join(folder, `${name}.key`), join(folder, `${name}.crt`)];
    runSync(program("openssl", "openssl"), ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
        "-days", "1", "-subj", `/CN=${name}`, "-keyout", keyFile, "-out", certFile]);
    return { keyFile, certFile };
}

function tlsServer(folder: string, handle: (request: IncomingMessage, response: ServerResponse) => void): Server {
    const { keyFile, certFile } = selfSigned(folder, "node-1");
    return createTlsServer({ key: readFileSync(keyFile), cert: readFileSync(certFile) }, handle);
}
