INSERT INTO tasks (title, description, completed, priority)
SELECT
    'Task ' || n,
    'Description for task ' || n,
    random() > 0.7,
    CASE WHEN random() < 0.2 THEN 'low' WHEN random() < 0.7 THEN 'medium' ELSE 'high' END
FROM generate_series(1, {{rows}}) AS n
WHERE NOT EXISTS (SELECT FROM tasks);

