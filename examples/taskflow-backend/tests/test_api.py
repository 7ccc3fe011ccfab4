import pytest

from servers import free_port


def titles(response):
    return [task["title"] for task in response.json["tasks"]]


def test_t78_health_needs_no_dependency(client_with):
    response = client_with(database_port=free_port(), redis_port=free_port()).get("/health")
    assert response.status_code == 200
    assert response.json == {"status": "healthy", "service": "taskflow-api"}


def test_t79_ready_asks_postgresql_only(client_with):
    response = client_with(redis_port=free_port()).get("/ready")
    assert response.status_code == 200
    assert response.json == {"status": "ready", "database": "connected"}


def test_t79_not_ready_says_nothing_about_the_reason(client_with):
    response = client_with(database_port=free_port()).get("/ready")
    assert response.status_code == 503
    assert response.json == {"status": "not ready", "database": "unavailable"}


def test_t80_t43_tasks_come_newest_first_and_by_id_among_equals(client):
    answer = client.get("/tasks")
    assert answer.status_code == 200
    assert titles(answer) == ["newest", "six", "five", "twin 4", "twin 3", "twin 2", "oldest"]
    assert answer.json["stats"] == {"total": 7, "completed": 2, "pending": 5}
    assert answer.json["count"] == 7
    assert answer.json["from_cache"] is False
    assert answer.json["tasks"][-1] == {
        "id": 1, "title": "oldest", "description": "Été", "completed": False, "priority": "low",
        "created_at": "2026-01-01T00:00:00", "updated_at": None,
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("priority=high", ["newest", "twin 3", "twin 2"]),
        ("completed=true", ["twin 4", "twin 2"]),
        ("completed=false", ["newest", "five", "twin 3", "oldest"]),
        ("priority=high&completed=false&limit=1", ["newest"]),
    ],
)
def test_t80_filters_combine_and_the_numbers_stay_global(client, query, expected):
    answer = client.get(f"/tasks?{query}")
    assert titles(answer) == expected
    assert answer.json["count"] == len(expected)
    assert answer.json["stats"]["total"] == 7


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=1001", "limit=-1", "limit=ten", "limit=", "limit=1e2", "limit=²", "limit=" + "9" * 3000,
     "priority=urgent", "priority=", "completed=yes", "completed=TRUE", "priority=high'%20OR%20TRUE--"],
)
def test_t81_a_bad_value_is_refused_with_400(client, query):
    answer = client.get(f"/tasks?{query}")
    assert answer.status_code == 400
    assert query.split("=")[0] in answer.json["error"]


@pytest.mark.parametrize("limit", [1, 1000])
def test_t81_the_bounds_are_allowed(client, limit):
    assert client.get(f"/tasks?limit={limit}").json["count"] == min(limit, 7)


def test_t82_one_task(client):
    assert client.get("/tasks/2").json["title"] == "twin 2"


@pytest.mark.parametrize("task_id", [0, 8, 2**31, 2**63, 10**30])
def test_t82_an_unknown_task_is_404(client, task_id):
    answer = client.get(f"/tasks/{task_id}")
    assert answer.status_code == 404
    assert answer.json == {"error": "Task not found"}


def test_t83_stats(client):
    assert client.get("/stats").json == {
        "total_tasks": 7, "completed_tasks": 2, "pending_tasks": 5, "by_priority": {"high": 3, "medium": 3, "low": 1},
    }


def test_t84_stress_does_not_exist_unless_enabled(client):
    assert client.get("/stress?duration=1").status_code == 404


def test_t84_stress_burns_cpu_for_the_asked_time(client_with):
    answer = client_with(stress_enabled=True).get("/stress?duration=1")
    assert answer.status_code == 200
    assert answer.json["duration"] == 1
    assert answer.json["rounds"] > 0


@pytest.mark.parametrize("duration", ["0", "11", "-1", "1.5", ""])
def test_t84_stress_lasts_1_to_10_seconds(client_with, duration):
    assert client_with(stress_enabled=True).get(f"/stress?duration={duration}").status_code == 400


@pytest.mark.parametrize("path", ["/tasks", "/tasks/1", "/stats"])
def test_t79_a_failing_database_is_503_without_the_driver_text(client_with, postgres, path):
    answer = client_with(database_port=free_port()).get(path)
    assert answer.status_code == 503
    assert answer.json == {"error": "Database unavailable"}


def test_unknown_paths_and_methods_are_json_errors(client):
    assert client.get("/nothing").status_code == 404
    assert "error" in client.get("/nothing").json
    refused = client.delete("/tasks")
    assert refused.status_code == 405
    assert "GET" in refused.headers["Allow"]
    assert "error" in refused.json
