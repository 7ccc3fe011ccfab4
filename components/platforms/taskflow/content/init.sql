\set ON_ERROR_STOP on
SET client_min_messages = warning;

BEGIN;
SELECT pg_advisory_xact_lock(hashtext('taskflow init.sql')) \g /dev/null

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

{{seed}}{{passwords}}
COMMIT;

SELECT
    count(*) AS total_tasks,
    count(*) FILTER (WHERE completed) AS completed_tasks,
    count(*) FILTER (WHERE completed IS NOT TRUE) AS pending_tasks
FROM tasks;
