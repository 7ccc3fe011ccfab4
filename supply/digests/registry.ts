import { execFileSync, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** What a registry says of an image, as `supply/registry/client.go` writes it. */
export interface Answer {
    /** Image or repository as it was asked for. */
    readonly name: string;
    /** Of the index, where there are several platforms. */
    readonly digest?: string;
    /** Such as `linux/arm64`. */
    readonly platforms?: readonly string[];
    readonly tags?: readonly string[];
    readonly problem?: "missing" | "denied" | "limited" | "unreachable" | "malformed";
    /** The registry's own words. */
    readonly detail?: string;
}

const remedies: Readonly<Record<NonNullable<Answer["problem"]>, string>> = {
    missing: "the registry has no such image; correct it in components/kit/images.ts",
    denied: "the registry has no such image or asks for credentials; log in with docker login, or set DOCKER_CONFIG",
    limited: "the registry has been asked too often; log in with docker login, or try again later",
    unreachable: "the registry cannot be reached; check the network, or set REGISTRY_MIRROR to one that has its images",
    malformed: "this is no image reference; correct it in components/kit/images.ts",
};

/** Why a registry gave no answer, and what to do. */
export function problemText({ problem, detail }: Answer): string {
    return problem === undefined ? "no answer came" : `${remedies[problem]} (${detail ?? problem})`;
}

/** Folder of the programs that talk to registries, which are built first where that has not been done. */
export function registryPrograms(): string {
    const output = execFileSync(join(__dirname, "../registry/build.sh"), { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
    return output.trimEnd().split("\n").at(-1) ?? "";
}

/**
 * Asks the registries of images for digests, or those of repositories for tags.
 * @param tell is told each answer as it comes
 * @throws Error when the program that asks them fails
 */
export async function ask(
    question: "digests" | "tags", names: readonly string[], tell: (answer: Answer) => void = () => undefined,
): Promise<Answer[]> {
    const program = spawn(join(registryPrograms(), "registry"), [question], { stdio: ["pipe", "pipe", "inherit"] });
    const ended = new Promise<number | null>((resolve, reject) => program.on("error", reject).on("close", resolve));
    program.stdin.end(names.map(name => `${name}\n`).join(""));
    const answers: Answer[] = [];
    for await (const line of createInterface({ input: program.stdout })) {
        const answer = JSON.parse(line) as Answer;
        answers.push(answer);
        tell(answer);
    }
    const code = await ended;
    if (code !== 0) {
        throw new Error(`the registries could not be asked: supply/registry ended with ${code}; its message is above`);
    }
    return answers;
}
