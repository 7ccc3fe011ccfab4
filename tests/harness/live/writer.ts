import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Seat } from "./seat";

/** Where a store is, and what its client needs. */
export interface Target {
    /** File of tests/harness/live/clients. */
    readonly client: "postgres" | "mysql" | "redis" | "nats" | "rabbitmq" | "s3";
    readonly host: string;
    readonly port: number;
    readonly user?: string;
    readonly password?: string;
    readonly database?: string;
    readonly vhost?: string;
    /** Redis as a cluster. @default false */
    readonly cluster?: boolean;
    /** Copies that the store is asked to keep, where the client decides. */
    readonly replicas?: number;
}

/** Milliseconds that one write waits for its answer, and between two writes. */
const timing = { patience: 2000, pause: 20 };

/** What a store acknowledged, when, and what it has of it. */
export interface Written {
    readonly acknowledged: ReadonlyMap<number, number>;
    readonly held: ReadonlySet<number>;
}

/** Numbers that are written into a store all the time, from a seat in the cluster. */
export class Writer {
    private readonly acknowledged = new Map<number, number>();
    private held: ReadonlySet<number> | undefined;
    private leader_: string | undefined;
    private lastRefusal = "";
    private errors = "";

    private constructor(private readonly child: ChildProcess) {
        child.stderr?.setEncoding("utf8").on("data", (text: string) => { this.errors = `${this.errors}${text}`.slice(-2000); });
        createInterface({ input: child.stdout as NodeJS.ReadableStream }).on("line", line => this.hear(JSON.parse(line)));
    }

    /** Begins to write. */
    static async start(seat: Seat, target: Target): Promise<Writer> {
        const [command, args] = await seat.commandOf(process.execPath, join(__dirname, "writer.mjs"));
        const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"] });
        child.stdin.write(`${JSON.stringify({ ...timing, ...target })}\n`);
        return new Writer(child);
    }

    private hear(line: { acknowledged?: number; at?: number; refused?: number; because?: string; held?: number[]; leader?: string }): void {
        if (line.leader !== undefined) {
            this.leader_ = line.leader;
        } else if (line.acknowledged !== undefined) {
            this.acknowledged.set(line.acknowledged, line.at ?? 0);
        } else if (line.held) {
            this.held = new Set(line.held);
        } else {
            this.lastRefusal = line.because ?? "";
        }
    }

    /** How much was acknowledged since a time, in milliseconds since 1970. */
    acknowledgedSince(time: number): number {
        return [...this.acknowledged.values()].filter(at => at > time).length;
    }

    /** Longest time between two writes that were acknowledged after one another, since a time, in seconds. */
    longestGapSince(time: number): number {
        const times = [...this.acknowledged.values()];
        const gaps = times.map((at, index) => (index > 0 && at > time ? at - (times[index - 1] as number) : 0));
        return Math.max(0, ...gaps) / 1000;
    }

    /** Server that leads the others, where the client can tell. */
    get leader(): string | undefined {
        return this.leader_;
    }

    /** Why the last write that failed did so. */
    get refusal(): string {
        return this.lastRefusal || this.errors;
    }

    /** Ends writing, reads everything back and removes it. @throws Error when the store does not answer */
    async finish(): Promise<Written> {
        this.child.stdin?.write("end\n");
        if (this.child.exitCode === null) {
            await once(this.child, "exit");
        }
        if (!this.held) {
            throw new Error(`what was written cannot be read: ${this.refusal} ${this.errors}`);
        }
        return { acknowledged: this.acknowledged, held: this.held };
    }

    /** Ends at once. */
    kill(): void {
        this.child.kill("SIGKILL");
    }
}
