import type { Http2Server, ServerHttp2Stream } from "node:http2";
import { createServer } from "node:http2";

/** Answers one request; what it throws becomes the error that the caller sees. */
export type Method = (request: Buffer) => Uint8Array;

/** What may be under way before the receiver has to confirm it: a program's resources in one piece. */
const windowBytes = 16 * 1024 * 1024;
/** One byte that says whether the message is compressed, four with its length. */
const prefixBytes = 5;
const [unknown, unimplemented] = ["2", "12"];

/** It is shown in place of an answer. What nobody foresaw needs the place where it happened. */
function describeError({ message, cause }: Error): string {
    return cause instanceof Error ? `${message}: ${cause.stack}` : message;
}

/** Headers hold printable ASCII; of anything else each byte of its UTF-8 form is written in hexadecimal. */
function percentEncoded(text: string): string {
    return Buffer.from(text).toString("latin1").replaceAll(/[^ -$&-~]/g, byte => `%${byte.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

function refuse(stream: ServerHttp2Stream, status: string, message: string): void {
    const headers = { ":status": 200, "content-type": "application/grpc", "grpc-status": status, "grpc-message": percentEncoded(message) };
    stream.respond(headers, { endStream: true });
}

function reply(stream: ServerHttp2Stream, message: Uint8Array): void {
    const framed = Buffer.alloc(prefixBytes + message.length);
    framed.writeUInt32BE(message.length, 1);
    framed.set(message, prefixBytes);
    stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    stream.end(framed);
}

function answer(stream: ServerHttp2Stream, method: Method | undefined, received: Buffer): void {
    if (!method) {
        return refuse(stream, unimplemented, "this policy pack has no such method");
    }
    try {
        reply(stream, method(received.subarray(prefixBytes)));
    } catch (error) {
        refuse(stream, unknown, describeError(error as Error));
    }
}

/**
 * A server for the one kind of call that the engine makes of a policy pack: a message, uncompressed, for a message. The
 * general server of grpc-js takes twice the processor time for each, and a pack is asked about each resource.
 * {@link https://github.com/grpc/grpc/blob/v1.74.0/doc/PROTOCOL-HTTP2.md} describes the form.
 * @param methods by their path, such as `/pulumirpc.Analyzer/Analyze`
 */
export function grpcServer(methods: Readonly<Record<string, Method>>): Http2Server {
    const server = createServer({ settings: { initialWindowSize: windowBytes } });
    server.on("session", session => session.setLocalWindowSize(windowBytes));
    server.on("stream", (stream, headers) => {
        const parts: Buffer[] = [];
        stream.on("data", (part: Buffer) => parts.push(part));
        stream.on("end", () => {
            if (!stream.destroyed) {
                answer(stream, methods[headers[":path"]!], Buffer.concat(parts));
            }
        });
        // A caller that went away wants no answer.
        stream.on("error", () => undefined);
    });
    return server;
}

/** Opens a free port of loopback. */
export function listen(server: Http2Server): Promise<number> {
    return new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
    });
}
