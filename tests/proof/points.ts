import type { Point } from "./outcome";
import { absent } from "./outcome";
import { backup } from "./backup/backup";
import { confinement } from "./confinement";
import { data } from "./data/data";
import { edge } from "./edge/edge";
import { monitoring } from "./monitoring";
import { reachability } from "./reachability";
import { readyFor } from "./ready";

const notBuilt = "not built yet";

/** How long a platform is watched for restarts, in seconds. */
const observation = Number(process.env["OBSERVE"] || 300);

/** A point that only watches, while those that change nothing are shown. */
export const watching: Point = readyFor(observation);

/** Points that change nothing of what runs. */
export const harmless: readonly Point[] = [reachability, confinement, monitoring];

/** Points that end processes or change the platform, one after another. */
export const disruptive: readonly Point[] = [
    absent(4, "life", "probes do their work, and a change rolls its consumers without a failed request", notBuilt),
    data,
    backup,
    edge,
    absent(9, "exercises", "TaskFlow scales under load and back", notBuilt),
];
