import type { ShellScript } from "../../kit/textFile";
import { withSourced } from "../../kit/textFile";
import backup from "./backup.sh";
import chooseDump from "./chooseDump.sh";
import restore from "./restore.sh";
import restoreTest from "./restoreTest.sh";
import waitForServer from "./waitForServer.sh";

/** How dumps are called; sorted by name they must be in the order of time. */
export interface DumpNames {
    /** What stands before the time, such as `backup-`. */
    readonly prefix: string;
    /** Format of the time for `date`, such as `%Y%m%d-%H%M`. */
    readonly time: string;
}

/** Where dumps lie, and how they are called. */
export interface Dumps {
    /** Folder that holds nothing but dumps. */
    readonly folder: string;
    /** @default the database's name and the time to the second */
    readonly names?: DumpNames;
}

/** Folder, names and age of the dumps. */
export interface BackupOptions extends Dumps {
    /** Days after which a dump is removed, once a newer one exists. */
    readonly retentionDays: number;
    /** Dumps that are kept however old they are. @default 1 */
    readonly keepNewest?: number;
}

const variables = ({ folder, names }: Dumps): Record<string, string> =>
    ({ DUMP_FOLDER: folder, ...(names && { DUMP_PREFIX: names.prefix }) });

/**
 * Script that writes one dump, as SQL in gzip, and removes the old ones. Reads libpq's variables (PGHOST, PGPORT,
 * PGDATABASE, PGUSER, PGPASSWORD). A dump gets its name when it is complete; after a failure all older dumps are kept.
 *
 * @throws RangeError when the retention is not a whole number from 1 to 3650
 */
export function backupScript({ retentionDays, keepNewest, ...dumps }: BackupOptions): ShellScript {
    if (!Number.isInteger(retentionDays) || retentionDays < 1 || retentionDays > 3650) {
        throw new RangeError(`retentionDays is ${retentionDays}; allowed are whole days from 1 to 3650`);
    }
    return {
        text: withSourced(backup, { "./waitForServer.sh": waitForServer }),
        environment: {
            ...variables(dumps),
            ...(dumps.names && { DUMP_TIME: dumps.names.time }),
            ...(keepNewest !== undefined && { KEEP_NEWEST: String(keepNewest) }),
            RETENTION_DAYS: String(retentionDays),
        },
    };
}

/**
 * Script that puts the database back to a dump, in one transaction: it succeeds as a whole or changes nothing.
 * Reads libpq's variables and RESTORE_FILE, the dump's name. @default the newest dump
 */
export function restoreScript(dumps: Dumps): ShellScript {
    return { text: withSourced(restore, { "./chooseDump.sh": chooseDump, "./waitForServer.sh": waitForServer }), environment: variables(dumps) };
}

/**
 * Script that restores a dump into a server of its own, which nobody else can reach and which ends with the script, and
 * compares the number of tables and rows with what the dump says. A dump without a table fails.
 * Reads PGUSER, the owner of all that is in the dump, PGDATABASE and RESTORE_FILE.
 * @param scratchFolder empty folder for the server's data and its socket
 */
export function restoreTestScript(dumps: Dumps, scratchFolder: string): ShellScript {
    return {
        text: withSourced(restoreTest, { "./chooseDump.sh": chooseDump }),
        environment: { ...variables(dumps), SCRATCH_FOLDER: scratchFolder },
    };
}
