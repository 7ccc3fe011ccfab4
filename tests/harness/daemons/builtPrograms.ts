import { dirname, join } from "node:path";
import { runSync } from "./daemon";

/**
 * Folder with the programs of one of the toolchain's folders, which are built first where that has not been done.
 *
 * @param name of the folder below `toolchain/daemons/` whose `build.sh` makes them
 */
export function builtPrograms(name: string): string {
    const script = join(__dirname, "../../../toolchain/daemons", name, "build.sh");
    return runSync(script, [], { cwd: dirname(script) }).trimEnd().split("\n").at(-1) ?? "";
}
