/** Columns, defaults and indexes of table `tasks`; changes nothing where they exist. */
export const schemaSql = `\
CREATE TABLE IF NOT EXISTS tasks (
    id SERIAL PRIMARY KEY,
    title VARCHAR(255) NOT NULL,
    description TEXT,
    completed BOOLEAN DEFAULT FALSE,
    priority VARCHAR(20) DEFAULT 'medium',
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX IF NOT EXISTS idx_tasks_completed ON tasks (completed);
CREATE INDEX IF NOT EXISTS idx_tasks_priority ON tasks (priority);
`;

/**
 * Statement that fills an empty table `tasks` with numbered test tasks: about 30 % completed; about 20 % low,
 * 56 % medium and 24 % high priority. A table with rows is left alone.
 *
 * @param rows number of tasks, 0 for none
 * @throws when `rows` is not a whole number from 0 to 1000000.
 */
export function seedSql(rows: number): string {
    if (!Number.isInteger(rows) || rows < 0 || rows > 1_000_000) {
        throw new Error(`seedRows is ${rows}; allowed are whole numbers from 0 to 1000000. Correct taskflow.seedRows in the stack config.`);
    }
    if (rows === 0) {
        return "";
    }
    // Each CASE branch draws again: P(medium) = 0.8 × 0.7, P(high) = 0.8 × 0.3.
    return `\
INSERT INTO tasks (title, description, completed, priority)
SELECT
    'Task ' || n,
    'Description for task ' || n,
    random() > 0.7,
    CASE WHEN random() < 0.2 THEN 'low' WHEN random() < 0.7 THEN 'medium' ELSE 'high' END
FROM generate_series(1, ${rows}) AS n
WHERE NOT EXISTS (SELECT FROM tasks);
`;
}

/** Query whose three numbers close the log of each run. */
export const summarySql = `\
SELECT
    count(*) AS total_tasks,
    count(*) FILTER (WHERE completed) AS completed_tasks,
    count(*) FILTER (WHERE completed IS NOT TRUE) AS pending_tasks
FROM tasks;
`;
