import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The front end's only page, `index.html`: French, self-contained, UTF-8.
 *
 * @throws when the file is missing beside this module.
 */
export function indexHtml(): string {
    return readFileSync(join(__dirname, "index.html"), "utf8");
}
