/** Shell lines that hand the DATABASE_ variables of `backend-config` and of the Secret to libpq's own names. */
export const connectionDefaults = `\
export PGHOST="$DATABASE_HOST" PGPORT="$DATABASE_PORT" PGUSER="$DATABASE_USER" PGDATABASE="$DATABASE_NAME" PGCONNECT_TIMEOUT=3`;

/**
 * Refuses a duration that a shell cannot count down.
 *
 * @throws when `seconds` is not a whole number from 1 to 86400.
 */
export function requireSeconds(name: string, seconds: number): void {
    if (!Number.isInteger(seconds) || seconds < 1 || seconds > 86_400) {
        throw new Error(`${name} is ${seconds}; allowed are whole seconds from 1 to 86400.`);
    }
}
