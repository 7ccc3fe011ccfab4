import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import type { Interface } from "node:readline";
import { createInterface } from "node:readline";
import { registryPrograms } from "../../../supply/digests/registry";

/** What the registry asks for, if anything. */
export interface RegistryAccess {
    readonly user: string;
    readonly password: string;
    /** Gives out a token for them, as Docker Hub does. */
    readonly bearer: boolean;
}

/** A container registry on a free port of loopback, as `supply/registry/loopback` runs it. */
export class LoopbackRegistry {
    /** Host and port. */
    address = "";
    private readonly lines: AsyncIterator<string>;

    private constructor(private readonly program: ChildProcess, reader: Interface) {
        this.lines = reader[Symbol.asyncIterator]();
    }

    /** Starts one that is empty. */
    static async start(access: Partial<RegistryAccess> = {}): Promise<LoopbackRegistry> {
        const program = spawn(join(registryPrograms(), "loopback"), { stdio: ["pipe", "pipe", "inherit"] });
        const registry = new LoopbackRegistry(program, createInterface({ input: program.stdout }));
        registry.address = (await registry.request(access))["address"] ?? "";
        return registry;
    }

    /**
     * Makes a tag name a new image.
     * @param name path and tag, such as `docker.io/library/redis:7.4`
     * @param platforms those of an index; without any it is a single manifest
     * @returns its digest
     */
    async put(name: string, platforms: readonly string[] = ["linux/amd64", "linux/arm64"]): Promise<string> {
        return (await this.request({ name, platforms }))["digest"] ?? "";
    }

    /** Ends it, with all it holds. */
    async stop(): Promise<void> {
        const ended = new Promise(resolve => this.program.once("exit", resolve));
        this.program.stdin?.end();
        await ended;
    }

    private async request(value: object): Promise<Record<string, string>> {
        this.program.stdin?.write(`${JSON.stringify(value)}\n`);
        const { value: line, done } = await this.lines.next();
        if (done) {
            throw new Error("the registry on loopback has ended; its message is above");
        }
        return JSON.parse(line);
    }
}
