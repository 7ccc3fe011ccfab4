"""Queries on table tasks."""

from dataclasses import dataclass
from typing import Any

from taskflow.database import Session

COLUMNS = "id, title, description, completed, priority, created_at, updated_at"
PRIORITIES = ("high", "medium", "low")


@dataclass(frozen=True)
class TaskFilter:
    """Which tasks a list contains; None leaves a column out of the condition."""

    priority: str | None
    completed: bool | None
    limit: int

    @property
    def cache_key(self) -> str:
        completed = "all" if self.completed is None else str(self.completed).lower()
        return f"tasks:priority={self.priority or 'all'}:completed={completed}:limit={self.limit}"


def find_tasks(session: Session, wanted: TaskFilter) -> list[dict[str, Any]]:
    """Newest first; the seeded rows share one created_at, so the id decides among them."""
    conditions, parameters = ["TRUE"], []
    if wanted.priority is not None:
        conditions.append("priority = %s")
        parameters.append(wanted.priority)
    if wanted.completed is not None:
        conditions.append("completed = %s")
        parameters.append(wanted.completed)
    sql = f"SELECT {COLUMNS} FROM tasks WHERE {' AND '.join(conditions)} ORDER BY created_at DESC, id DESC LIMIT %s"
    return [_as_json(row) for row in session.rows(sql, [*parameters, wanted.limit])]


def find_task(session: Session, task_id: int) -> dict[str, Any] | None:
    rows = session.rows(f"SELECT {COLUMNS} FROM tasks WHERE id = %s", [task_id])
    return _as_json(rows[0]) if rows else None


def count_tasks(session: Session) -> dict[str, int]:
    """Numbers over the whole table, whatever the filter."""
    return session.rows(
        "SELECT count(*) AS total, count(*) FILTER (WHERE completed) AS completed,"
        " count(*) FILTER (WHERE completed IS NOT TRUE) AS pending FROM tasks"
    )[0]


def count_priorities(session: Session) -> dict[str, int]:
    rows = session.rows("SELECT priority, count(*) AS tasks FROM tasks GROUP BY priority")
    counts = {row["priority"]: row["tasks"] for row in rows}
    return {priority: counts.get(priority, 0) for priority in PRIORITIES}


def _as_json(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if name.endswith("_at") and value is not None else value for name, value in row.items()}
