import type { Probes, ProbeTiming } from "../../kit/probes";
import { execProbe } from "../../kit/probes";
import alive from "./alive.sh";
import { startTiming } from "../startBudgets";

/** Script that says whether the server runs, also while it recovers. Reads POSTGRES_USER and POSTGRES_DB. */
export const aliveScript = alive;

/** Timing of a server with much to load at its first start. */
export const patience = {
    startup: startTiming("postgresql", { periodSeconds: 5, timeoutSeconds: 3 }),
    readiness: { periodSeconds: 5, timeoutSeconds: 3 },
    liveness: { periodSeconds: 10, failureThreshold: 6, timeoutSeconds: 3 },
};

/**
 * Probes of a server: it is ready when the database takes connections, and alive also while it recovers, which may take
 * minutes and would begin anew if it were ended.
 */
export function postgresProbes(
    { user, database }: { readonly user: string; readonly database: string }, timing: Readonly<Record<keyof Probes, ProbeTiming>>,
): Required<Probes> {
    const isAlive = ["sh", "-c", aliveScript];
    return {
        startup: execProbe(isAlive, timing.startup),
        // Over TCP and with the real database: the socket answers while the first start is still loading the schema.
        readiness: execProbe(["pg_isready", "-h", "127.0.0.1", "-U", user, "-d", database], timing.readiness),
        liveness: execProbe(isAlive, timing.liveness),
    };
}
