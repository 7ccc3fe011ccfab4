import socket

from prometheus_client import REGISTRY

from servers import HOST, RedisServer


def cache_count(result):
    return REGISTRY.get_sample_value("taskflow_cache_requests_total", {"result": result}) or 0


def test_t85_answers_are_kept_under_a_key_for_each_filter(client, redis_server):
    for path in ["/tasks", "/tasks?priority=high&completed=false&limit=5", "/tasks/1", "/stats"]:
        assert client.get(path).status_code == 200
    store = redis_server.client
    keys = {
        "tasks:priority=all:completed=all:limit=100": 300,
        "tasks:priority=high:completed=false:limit=5": 300,
        "task:1": 300,
        "stats:global": 60,
    }
    assert set(store.keys()) == set(keys)
    for key, ttl in keys.items():
        # Redis may have counted down a little since the answer.
        assert ttl - 30 < store.ttl(key) <= ttl


def test_t85_a_second_answer_comes_from_the_cache(client):
    misses, hits = cache_count("miss"), cache_count("hit")
    first, second = client.get("/tasks").json, client.get("/tasks").json
    assert (first["from_cache"], second["from_cache"]) == (False, True)
    assert first["tasks"] == second["tasks"]
    assert (cache_count("miss") - misses, cache_count("hit") - hits) == (1, 1)


def test_t85_an_unknown_task_is_not_remembered(client, redis_server):
    assert client.get("/tasks/999").status_code == 404
    assert redis_server.client.keys() == []


def test_t85_a_redis_outage_fails_no_request_and_ends_by_itself(client, redis_server):
    assert client.get("/tasks").json["from_cache"] is False
    redis_server.halt()
    errors = cache_count("error")
    assert client.get("/tasks").status_code == 200
    assert client.get("/stats").status_code == 200
    assert cache_count("error") - errors == 2
    redis_server.start()
    assert client.get("/tasks").json["from_cache"] is False
    assert client.get("/tasks").json["from_cache"] is True


def test_t85_redis_may_be_down_when_the_api_starts(client_with, redis_server):
    redis_server.halt()
    client = client_with()
    assert client.get("/tasks").status_code == 200
    redis_server.start()
    client.get("/tasks")
    assert client.get("/tasks").json["from_cache"] is True


def test_t85_a_redis_that_never_answers_fails_no_request(client_with):
    with socket.socket() as silent:
        silent.bind((HOST, 0))
        silent.listen()
        assert client_with(redis_port=silent.getsockname()[1]).get("/tasks").status_code == 200


def test_t51_the_password_is_used_when_given(client_with):
    server = RedisServer(password="only-for-this-test")
    try:
        authenticated = client_with(redis_port=server.port, redis_password=server.password)
        authenticated.get("/stats")
        assert server.client.exists("stats:global")
        anonymous = client_with(redis_port=server.port)
        assert anonymous.get("/tasks").status_code == 200
        assert server.client.keys("tasks:*") == []
    finally:
        server.stop()
