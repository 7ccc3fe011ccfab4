export * from "./database";
export * from "./loadGenerator";
export * from "./nginx";
export * from "./waitForDatabase";
/** The front end's only page: French, self-contained, UTF-8. */
export { default as indexHtml } from "./index.html";
