import { parseQuantity } from "../../kit/quantity";
import type { ShellScript } from "../../kit/textFile";
import streamsScript from "./streams.sh";

/** A stream to create. */
export interface NatsStream {
    /** Capital letters, digits, hyphens and underscores, such as `MESSAGES`. */
    readonly name: string;
    /** Subjects whose messages it keeps. */
    readonly subjects: readonly string[];
    /** Largest size on disk, such as `512Mi`; the oldest messages go first. */
    readonly maximumSize: string;
    /** Days after which messages go. @default 7 */
    readonly maximumAgeDays?: number;
}

/** Folder where the Job sees {@link streamFiles}. */
export const streamFolder = "/etc/nats-streams";

/**
 * The streams as files in the form of JetStream's API, by file name.
 * @param replicas copies of each message, on as many nodes
 * @throws Error when a name is not allowed
 * @see https://docs.nats.io/nats-concepts/jetstream/streams
 */
export function streamFiles(streams: readonly NatsStream[], replicas: number): Record<string, string> {
    return Object.fromEntries(streams.map(stream => {
        if (!/^[A-Za-z0-9_-]{1,64}$/.test(stream.name)) {
            throw new Error(`stream "${stream.name}" is not allowed; a stream has up to 64 letters, digits, hyphens and underscores, such as MESSAGES`);
        }
        return [`${stream.name}.json`, `${JSON.stringify(streamConfiguration(stream, replicas), null, 2)}\n`];
    }));
}

function streamConfiguration({ name, subjects, maximumSize, maximumAgeDays = 7 }: NatsStream, replicas: number): object {
    const nanosecondsPerDay = 86_400e9;
    return {
        name,
        subjects,
        retention: "limits",
        discard: "old",
        storage: "file",
        num_replicas: replicas,
        max_bytes: parseQuantity(maximumSize),
        max_age: maximumAgeDays * nanosecondsPerDay,
        max_msgs: -1,
        max_msg_size: -1,
        max_msgs_per_subject: -1,
        max_consumers: -1,
    };
}

/** Script for the `nats` client that creates the streams, and changes those that exist; it deletes none. Safe to repeat. */
export function streamScript(folder = streamFolder): ShellScript {
    return { text: streamsScript, environment: { STREAM_FOLDER: folder } };
}
