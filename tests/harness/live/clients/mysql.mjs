import mysql from "mysql2/promise";

/** MySQL: one row a write. */
export async function open({ host, port, user, password, database, patience }) {
    const connection = await mysql.createConnection({ host, port, user, password, database, connectTimeout: patience });
    connection.on("error", () => undefined);
    await connection.query("CREATE TABLE IF NOT EXISTS proof_writes (n int PRIMARY KEY)");
    return {
        write: n => connection.query("INSERT INTO proof_writes VALUES (?)", [n]),
        read: async () => (await connection.query("SELECT n FROM proof_writes"))[0].map(({ n }) => n),
        clear: () => connection.query("DROP TABLE proof_writes"),
        close: () => connection.destroy(),
    };
}
