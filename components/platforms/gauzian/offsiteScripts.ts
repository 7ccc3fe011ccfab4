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

/**
 * Script that writes a checksum for each of the newest dumps; the client's image has no program for that.
 * @param prefix what the dumps' names begin with
 */
export function checksumScript({ dumps, sums }: OffsiteFolders, prefix: string): string {
    return `\
set -eu
cd ${dumps}
newest=$(ls | grep "^${prefix}.*\\.sql\\.gz$" | sort | tail -n ${newestDumps})
[ -n "$newest" ] || { echo "there is no dump in ${dumps}" >&2; exit 1; }
for dump in $newest; do
    gzip -t "$dump"
    sha256sum "$dump" > "${sums}/$dump.sha256"
done
`;
}

/**
 * Script that copies the dumps that have a checksum, unless they are there already. Reads TARGET, the folder with its alias
 * and bucket, and MC_ENC_S3, what the server must encrypt. The server compares each upload with the checksum sent along.
 */
export function uploadScript({ dumps, sums }: OffsiteFolders): string {
    return `\
set -eu
for sum in ${sums}/*.sha256; do
    name=\${sum##*/}
    dump=\${name%.sha256}
    # The checksum goes last: where it is, the dump is whole.
    mc stat "$TARGET/$name" > /dev/null 2>&1 && continue
    mc cp --quiet --checksum SHA256 "${dumps}/$dump" "$TARGET/$dump"
    mc cp --quiet --checksum SHA256 "$sum" "$TARGET/$name"
done
`;
}

/**
 * Command that copies the chunks that are not there yet. It removes none: an older dump names chunks that are deleted by now.
 * @param bucket the chunks' own
 * @param target folder with its alias and bucket
 */
export function mirrorCommand(bucket: string, target: string): string[] {
    return ["mc", "mirror", "--quiet", "--overwrite", "--checksum", "SHA256", `${sourceAlias}/${bucket}`, target];
}
