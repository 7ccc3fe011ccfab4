import { mysqlDataMount } from "../../data/mysql/mysql";
import type { ShellScript } from "../../kit/textFile";
import binaryLog from "./binaryLog.sh";
import dump from "./dump.bash";
import fetchDumps from "./fetchDumps.sh";
import restoreTest from "./restoreTest.bash";

/** Folder of dumps in the pods. */
export const dumpFolder = "/dump";

/** Where a pod sees the data of a MySQL server. */
export const dataFolder = mysqlDataMount.path;

/** Options of a consistent dump; of a server with a binary log it says in a comment where that log goes on. */
export function dumpOptions(binaryLog: boolean): string {
    return ["--single-transaction", "--quick", "--no-tablespaces", "--triggers", "--events", ...(binaryLog ? ["--source-data=2"] : [])].join(" ");
}

/**
 * Writes a compressed dump, whose name is its time, to an empty folder. The password comes to the client in a file:
 * every process of the node could read it from a command line.
 */
export const dumpScript: ShellScript = { text: dump, environment: { DUMP_FOLDER: dumpFolder } };

/**
 * Copies binary logs that the bucket has not, or has with another size: the last one still grows. The folder bears the
 * server's own id, because a new server counts its logs from the beginning. Reads TARGET, a folder of the bucket.
 */
export const binaryLogScript: ShellScript = { text: binaryLog, environment: { DATA_FOLDER: dataFolder } };

/** Fetches the newest dump of every service that SERVICES names from TARGET; a service without one fails the test. */
export const fetchScript: ShellScript = { text: fetchDumps, environment: { DUMP_FOLDER: dumpFolder } };

/**
 * Restores each dump into a server that nobody else can reach and that ends with the pod, and compares the number of
 * tables with that of the dump.
 */
export const restoreTestScript: ShellScript = { text: restoreTest, environment: { DUMP_FOLDER: dumpFolder, DATA_FOLDER: dataFolder } };
