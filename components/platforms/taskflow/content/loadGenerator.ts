import { requireSeconds } from "../../../kit/seconds";

/** Target and length of one load test. */
export interface LoadGeneratorOptions {
    /** Address of the API without a trailing slash, such as `http://backend-api.taskflow.svc.cluster.local:5000`. */
    baseUrl: string;
    /** Seconds until each pod ends with success. */
    durationSeconds: number;
    /** Also burn CPU by `/stress?duration=1`, which the API must have enabled. */
    stress: boolean;
}

/**
 * busybox script of Job `load-generator`: calls the API in a loop, quietly and ignoring errors, and ends 0.
 *
 * @throws when the address or the duration is not allowed.
 */
export function loadGeneratorScript({ baseUrl, durationSeconds, stress }: LoadGeneratorOptions): string {
    requireSeconds("durationSeconds", durationSeconds);
    if (!/^http:\/\/[a-z0-9.-]+(:\d+)?$/.test(baseUrl)) {
        throw new Error(`baseUrl is "${baseUrl}"; allowed is http://<host>[:<port>] without a path.`);
    }
    const paths = ["/tasks", "/tasks?priority=high", "/tasks?completed=false", "/stats", ...(stress ? ["/stress?duration=1"] : [])];
    return `\
while :; do
${paths.map(path => `    wget -q -O /dev/null "${baseUrl}${path}"`).join("\n")}
    sleep 0.1
done 2>/dev/null &
loop=$!
# The time limit holds even while a request hangs, and SIGTERM, which process 1 ignores by default, ends both.
trap 'kill "$loop" "$clock" 2>/dev/null' EXIT
trap 'exit 0' TERM INT
sleep ${durationSeconds} &
clock=$!
wait "$clock"
exit 0
`;
}
