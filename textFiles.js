// Files of other languages that the program imports as text: `import script from "./backup.sh"`.
"use strict";
/* global module */

/** Kinds of files that are imported as text, as components/kit/textFiles.d.ts declares them. */
const textExtensions = [".bash", ".cfg", ".conf", ".html", ".lua", ".sh", ".sql"];

module.exports = { textExtensions };
