export * from "./database";
export * from "./loadGenerator";
export * from "./nginx";
export * from "./page";
export * from "./waitForDatabase";
