import type { Point } from "./outcome";
import { absent } from "./outcome";
import { reachability } from "./reachability";
import { readyFor } from "./ready";

const notBuilt = "not built yet";

/** Points that change nothing of what runs, and are shown at the same time. */
export const harmless: readonly Point[] = [readyFor(300), reachability];

/** Points that end processes or change the platform, one after another. */
export const disruptive: readonly Point[] = [
    absent(3, "confinement", "users, capabilities and writable folders of each container are as declared", notBuilt),
    absent(4, "life", "probes do their work, and a change rolls its consumers without a failed request", notBuilt),
    absent(5, "data", "nothing acknowledged is lost when a process, pod or node ends", notBuilt),
    absent(6, "backup", "a dump restores an empty volume", notBuilt),
    absent(7, "edge", "routes answer over HTTPS as documented", notBuilt),
    absent(8, "monitoring", "every target is up, and no alert fires on a healthy platform", notBuilt),
    absent(9, "exercises", "TaskFlow scales under load and back", notBuilt),
    absent(10, "operators", "the options that use operators run", notBuilt),
];
