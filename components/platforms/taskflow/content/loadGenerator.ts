import { requireSeconds } from "../../../kit/seconds";
import type { ShellScript } from "../../../kit/textFile";
import loadGenerator from "./loadGenerator.sh";

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
export function loadGeneratorScript({ baseUrl, durationSeconds, stress }: LoadGeneratorOptions): ShellScript {
    requireSeconds("durationSeconds", durationSeconds);
    if (!/^http:\/\/[a-z0-9.-]+(:\d+)?$/.test(baseUrl)) {
        throw new Error(`baseUrl is "${baseUrl}"; allowed is http://<host>[:<port>] without a path.`);
    }
    const paths = ["/tasks", "/tasks?priority=high", "/tasks?completed=false", "/stats", ...(stress ? ["/stress?duration=1"] : [])];
    return {
        text: loadGenerator,
        environment: { BASE_URL: baseUrl, DURATION_SECONDS: String(durationSeconds), PATHS: paths.join(" ") },
    };
}
