import { Cluster, Redis } from "ioredis";

// Whoever asks decides when to try again.
const once = { maxRetriesPerRequest: 0, retryStrategy: () => null, enableOfflineQueue: true };

/** Redis, alone or as a cluster: one key a write, spread over a cluster's slots. */
export async function open({ host, port, password, cluster, patience }) {
    const options = { ...once, password, connectTimeout: patience };
    const client = cluster
        ? new Cluster([{ host, port }], { redisOptions: options, clusterRetryStrategy: () => null, lazyConnect: true, slotsRefreshTimeout: patience })
        : new Redis({ host, port, ...options, lazyConnect: true });
    client.on("error", () => undefined);
    await client.connect();
    const key = n => `proof:${n}`;
    const among = async (highest, ask) => {
        const found = [];
        for (let n = 1; n <= highest; n += 1) {
            found.push(ask(n));
        }
        return Promise.all(found);
    };
    return {
        write: n => client.set(key(n), n),
        read: async highest => (await among(highest, n => client.get(key(n)))).filter(n => n !== null).map(Number),
        clear: highest => among(highest, n => client.del(key(n))),
        close: () => client.disconnect(),
    };
}
