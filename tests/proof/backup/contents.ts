import { mustRun } from "../../harness/command";
import type { Live, LivePod } from "../../harness/live/live";
import type { Dumped } from "./dumps";

/** Rows and a checksum of their content, by table; the value of each sequence. */
export type Contents = Readonly<Record<string, string>>;

/** Table that a proof adds, of a size that a cut-off dump would show. */
const ledger = "proof_ledger";

// One statement a table, as psql's \gexec runs them.
const question = `
SELECT format('SELECT %L, count(*) || '' rows '' || coalesce(md5(string_agg(md5(t::text), '''' ORDER BY md5(t::text))), ''-'') FROM %I.%I t',
    n.nspname || '.' || c.relname, n.nspname, c.relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 1 \\gexec
SELECT schemaname || '.' || sequencename, 'at ' || coalesce(last_value::text, 'its start') FROM pg_sequences ORDER BY 1;
SELECT schemaname || '.' || indexname, 'index' FROM pg_indexes WHERE schemaname !~ '^pg_' ORDER BY 1;
`;

/** Has the server's own client run SQL as the owner of the database. @returns what it prints */
async function sql(live: Live, { container }: Dumped, { namespace, name }: LivePod, text: string): Promise<string> {
    const client = "psql --no-psqlrc --quiet --tuples-only --no-align --field-separator='\t' --set=ON_ERROR_STOP=1"
        + " --username=\"$POSTGRES_USER\" --dbname=\"$POSTGRES_DB\"";
    const args = ["exec", "--stdin", "--namespace", namespace, name, "--container", container, "--", "sh", "-c", client];
    return (await mustRun("kubectl", args, { environment: live.cluster.environment, input: text })).stdout;
}

/** Adds a table whose loss would be seen. */
export async function fill(live: Live, dumped: Dumped, server: LivePod): Promise<void> {
    await sql(live, dumped, server, `DROP TABLE IF EXISTS ${ledger};
        CREATE TABLE ${ledger} (id bigserial PRIMARY KEY, content text NOT NULL);
        INSERT INTO ${ledger} (content) SELECT md5(n::text) FROM generate_series(1, 20000) n;`);
}

/** Removes it. */
export async function clear(live: Live, dumped: Dumped, server: LivePod): Promise<void> {
    await sql(live, dumped, server, `DROP TABLE IF EXISTS ${ledger};`);
}

/** Everything that the database holds. */
export async function contentsOf(live: Live, dumped: Dumped, server: LivePod): Promise<Contents> {
    const lines = (await sql(live, dumped, server, question)).split("\n").filter(line => line !== "");
    return Object.fromEntries(lines.map(line => line.split("\t") as [string, string]));
}

/** Rows of all tables. */
export function rowsIn(contents: Contents): number {
    return Object.values(contents).map(text => Number(/^(\d+) rows/.exec(text)?.[1] ?? 0)).reduce((sum, count) => sum + count, 0);
}

/** What is not the same any more, in words. */
export function differences(before: Contents, after: Contents): string[] {
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(name => before[name] !== after[name])
        .map(name => `${name}: ${before[name] ?? "was not there"}, after the restore ${after[name] ?? "it is missing"}`);
}
