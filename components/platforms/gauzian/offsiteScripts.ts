import type { ShellScript } from "../../kit/textFile";
import checksum from "./checksum.sh";
import upload from "./upload.sh";

/** Name of the server outside the cluster for `mc`. */
export const offsiteAlias = "offsite";

/** Name of the platform's own MinIO for `mc`. */
export const sourceAlias = "minio";

/** Dumps that are looked at in a night, so that one whose copy failed is copied the night after. */
const newestDumps = 3;

/** Folders of the dumps and of their checksums. */
export interface OffsiteFolders {
    readonly dumps: string;
    readonly sums: string;
}

const variables = ({ dumps, sums }: OffsiteFolders): Record<string, string> => ({ DUMP_FOLDER: dumps, SUM_FOLDER: sums });

/**
 * Script that writes a checksum for each of the newest dumps; the client's image has no program for that.
 * @param prefix what the dumps' names begin with
 */
export function checksumScript(folders: OffsiteFolders, prefix: string): ShellScript {
    return { text: checksum, environment: { ...variables(folders), DUMP_PREFIX: prefix, NEWEST_DUMPS: String(newestDumps) } };
}

/**
 * Script that copies the dumps that have a checksum, unless they are there already. Reads TARGET, the folder with its alias
 * and bucket, and MC_ENC_S3, what the server must encrypt. The server compares each upload with the checksum sent along.
 */
export function uploadScript(folders: OffsiteFolders): ShellScript {
    return { text: upload, environment: variables(folders) };
}

/**
 * Command that copies the chunks that are not there yet. It removes none: an older dump names chunks that are deleted by now.
 * @param bucket the chunks' own
 * @param target folder with its alias and bucket
 */
export function mirrorCommand(bucket: string, target: string): string[] {
    return ["mc", "mirror", "--quiet", "--overwrite", "--checksum", "SHA256", `${sourceAlias}/${bucket}`, target];
}
