import { readdirSync, readFileSync } from "node:fs";
import { basename, resolve } from "node:path";

const runbooks = resolve(__dirname, "../../docs/runbooks");

/** One command of kubectl that a page gives, in its parts; what stands in pointed brackets is a label of the alert. */
export interface RunbookCommand {
    readonly page: string;
    readonly text: string;
    /** What kubectl is called with; what reads its output is left out. */
    readonly args: readonly string[];
    /** Such as `get`. */
    readonly verb: string;
    /** Words without an option before them, after the verb and before what runs in a container. */
    readonly words: readonly string[];
    readonly namespace: string | undefined;
    readonly selector: string | undefined;
    readonly container: string | undefined;
    /** Value of --from. */
    readonly from: string | undefined;
    /** Variables that what runs in a container reads. */
    readonly variables: readonly string[];
}

const valued = new Set(["-n", "--namespace", "-l", "--selector", "-c", "-o", "-p", "-L", "--tail", "--field-selector", "--raw"]);

/** Words of a shell's line up to the first pipe, quotes taken off. */
function wordsOf(line: string): string[] {
    const words = [...line.matchAll(/'([^']*)'|"([^"]*)"|<[^>]+>\S*|[^\s'"|<]+(?:<[^>]+>[^\s'"|]*|'[^']*'|"[^"]*")*|\|/g)]
        .map(([whole, single, double]) => single ?? double ?? whole.replace(/['"]/g, ""));
    const end = words.findIndex(word => word === "|" || word.startsWith("#"));
    return end < 0 ? words : words.slice(0, end);
}

function parse(page: string, text: string): RunbookCommand {
    const all = wordsOf(text).slice(1);
    const inside = all.indexOf("--");
    const own = inside < 0 ? all : all.slice(0, inside);
    const options = new Map<string, string>();
    const words: string[] = [];
    for (let index = 0; index < own.length; index++) {
        const word = own[index] as string;
        const [name = "", value] = word.split(/=(.*)/s);
        if (!word.startsWith("-")) {
            words.push(word);
        } else if (value !== undefined) {
            options.set(name, value);
        } else {
            options.set(word, valued.has(word) ? own[++index] ?? "" : "");
        }
    }
    const [verb = ""] = words;
    return {
        // What a roll-out is to do stands between the two.
        page, text, args: all, verb, words: words.slice(verb === "rollout" ? 2 : 1),
        namespace: options.get("-n") ?? options.get("--namespace"), selector: options.get("-l"), container: options.get("-c"),
        from: options.get("--from"),
        variables: inside < 0 ? [] : [...text.slice(text.indexOf(" -- ")).matchAll(/\$\{?([A-Z][A-Z_]+)\b/g)].map(([, name = ""]) => name),
    };
}

/** Every command of kubectl in the runbooks: lines of blocks, continued ones joined, and those within sentences. */
export function runbookCommands(): readonly RunbookCommand[] {
    return readdirSync(runbooks).sort().flatMap(file => {
        const content = readFileSync(resolve(runbooks, file), "utf8").replaceAll("\\\n", " ");
        const blocks = [...content.matchAll(/^[ \t]*```\w*\n([^]*?)^[ \t]*```/gm)].map(([, block = ""]) => block);
        const prose = content.replaceAll(/^[ \t]*```\w*\n[^]*?^[ \t]*```/gm, "");
        const texts = [
            ...blocks.flatMap(block => block.split("\n").map(line => line.trim().replace(/^\$ /, ""))),
            ...[...prose.matchAll(/`([^`]+)`/g)].map(([, text = ""]) => text.replaceAll(/\s+/g, " ")),
        ];
        // A verb alone, as in "kubectl top" or "kubectl rollout undo", names the command and is none.
        return texts.filter(text => text.startsWith("kubectl ")).map(text => parse(basename(file, ".md"), text))
            .filter(({ verb, words, args }) => words.length > (verb === "delete" ? 1 : 0) || args.some(word => word.startsWith("-")));
    });
}
