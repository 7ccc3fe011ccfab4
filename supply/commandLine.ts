import type { ParseArgsConfig } from "node:util";
import { parseArgs } from "node:util";

type Options = NonNullable<ParseArgsConfig["options"]>;

/** Values of the options, by name; undefined for those that are not given. */
type Values<Given extends Options> = { readonly [Name in keyof Given]?: Given[Name]["type"] extends "boolean" ? boolean : string };

/** Reads the options of a command; `--help` and a wrong one end it with its usage. */
export function commandLine<const Given extends Options>(usage: string, args: readonly string[], options: Given): Values<Given> {
    try {
        const { values } = parseArgs({ args: [...args], options: { ...options, help: { type: "boolean", short: "h" } } as Options });
        if (values["help"]) {
            process.stdout.write(usage);
            process.exit(0);
        }
        return values as Values<Given>;
    } catch (error) {
        process.stderr.write(`error: ${(error as Error).message}\n\n${usage}`);
        process.exit(2);
    }
}
