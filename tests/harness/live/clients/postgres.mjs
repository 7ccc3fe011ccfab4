import pg from "pg";

/** PostgreSQL: one row a write. */
export async function open({ host, port, user, password, database, patience }) {
    const client = new pg.Client({ host, port, user, password, database, connectionTimeoutMillis: patience });
    client.on("error", () => undefined);
    await client.connect();
    await client.query("CREATE TABLE IF NOT EXISTS proof_writes (n int PRIMARY KEY)");
    return {
        write: n => client.query("INSERT INTO proof_writes VALUES ($1)", [n]),
        read: async () => (await client.query("SELECT n FROM proof_writes")).rows.map(({ n }) => n),
        clear: () => client.query("DROP TABLE proof_writes"),
        close: () => client.connection.stream.destroy(),
    };
}
