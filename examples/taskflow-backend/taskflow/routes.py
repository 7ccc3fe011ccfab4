"""The API's resources."""

import time
from typing import Any

from flask import Blueprint, Response, current_app
from werkzeug.exceptions import NotFound

from taskflow import query, tasks
from taskflow.cache import Cache
from taskflow.database import Database, DatabaseError
from taskflow.metrics import exposition
from taskflow.settings import Settings

STATS_TTL_SECONDS = 60
STRESS_MAXIMUM_SECONDS = 10


def task_routes(settings: Settings, database: Database, cache: Cache) -> Blueprint:
    """Tasks and their numbers, cached."""
    routes = Blueprint("tasks", __name__)

    @routes.get("/tasks")
    def list_tasks() -> dict[str, Any]:
        wanted = query.task_filter()

        def load() -> dict[str, Any]:
            with database.session() as session:
                found = tasks.find_tasks(session, wanted)
                return {"tasks": found, "stats": tasks.count_tasks(session), "count": len(found)}

        answer, from_cache = cache.get_or_load(wanted.cache_key, settings.cache_ttl, load)
        return {**answer, "from_cache": from_cache}

    @routes.get("/tasks/<int:task_id>")
    def one_task(task_id: int) -> dict[str, Any]:
        def load() -> dict[str, Any] | None:
            with database.session() as session:
                return tasks.find_task(session, task_id)

        task, _ = cache.get_or_load(f"task:{task_id}", settings.cache_ttl, load)
        if task is None:
            raise NotFound("Task not found")
        return task

    @routes.get("/stats")
    def stats() -> dict[str, Any]:
        def load() -> dict[str, Any]:
            with database.session() as session:
                totals = {f"{name}_tasks": number for name, number in tasks.count_tasks(session).items()}
                return {**totals, "by_priority": tasks.count_priorities(session)}

        return cache.get_or_load("stats:global", STATS_TTL_SECONDS, load)[0]

    return routes


def operation_routes(database: Database) -> Blueprint:
    """What Kubernetes and Prometheus ask."""
    routes = Blueprint("operation", __name__)

    @routes.get("/health")
    def health() -> dict[str, str]:
        return {"status": "healthy", "service": "taskflow-api"}

    @routes.get("/ready")
    def ready() -> tuple[dict[str, str], int]:
        try:
            with database.session() as session:
                session.rows("SELECT 1")
        except DatabaseError as error:
            current_app.logger.warning("not ready: %s", error)
            return {"status": "not ready", "database": "unavailable"}, 503
        return {"status": "ready", "database": "connected"}, 200

    @routes.get("/metrics")
    def metrics() -> Response:
        return Response(exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")

    return routes


def stress_routes() -> Blueprint:
    """A CPU burner for load tests."""
    routes = Blueprint("stress", __name__)

    @routes.get("/stress")
    def stress() -> dict[str, Any]:
        duration = query.whole_number("duration", 1, 1, STRESS_MAXIMUM_SECONDS)
        rounds, end = 0, time.monotonic() + duration
        while time.monotonic() < end:
            sum(number * number for number in range(1000))
            rounds += 1
        return {"message": "Stress test completed", "duration": duration, "rounds": rounds}

    return routes
