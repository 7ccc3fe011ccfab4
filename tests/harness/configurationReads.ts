import * as pulumi from "@pulumi/pulumi";

interface Reading {
    getConfig(key: string): string | undefined;
}

/** Every way to a value leads through one of these: `Config` asks the module, everybody else its re-export. */
const readings: readonly Reading[] = [require("@pulumi/pulumi/runtime/config") as Reading, pulumi.runtime];

/** Runs a piece of the program and notes which keys of the stack's configuration it asks for, whether they are set or not. */
export async function keysRead(run: () => Promise<unknown>): Promise<ReadonlySet<string>> {
    const keys = new Set<string>();
    const originals = readings.map(({ getConfig }) => getConfig);
    for (const [index, reading] of readings.entries()) {
        reading.getConfig = key => {
            keys.add(key);
            return originals[index]?.(key);
        };
    }
    try {
        await run();
    } finally {
        readings.forEach((reading, index) => Object.assign(reading, { getConfig: originals[index] }));
    }
    return keys;
}
