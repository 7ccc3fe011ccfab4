from prometheus_client.parser import text_string_to_metric_families


def samples(client):
    text = client.get("/metrics").get_data(as_text=True)
    return {(sample.name, *sorted(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(text) for sample in family.samples}


def requests_of(all_samples, endpoint, status, method="GET"):
    labels = sorted({"method": method, "endpoint": endpoint, "status": status}.items())
    return all_samples.get(("taskflow_http_requests_total", *labels), 0)


def test_t86_requests_are_counted_by_method_endpoint_and_status(client):
    before = samples(client)
    for path in ["/tasks/1", "/tasks/2", "/tasks/999", "/tasks?limit=x"]:
        client.get(path)
    after = samples(client)
    for endpoint, status, expected in [("/tasks/<int:task_id>", "200", 2), ("/tasks/<int:task_id>", "404", 1), ("/tasks", "400", 1)]:
        assert requests_of(after, endpoint, status) - requests_of(before, endpoint, status) == expected


def test_t86_invented_paths_and_methods_add_no_series(client):
    client.get("/one")
    known = set(samples(client))
    client.get("/two")
    client.open("/tasks", method="BREW")
    client.open("/tasks", method="STEAM")
    assert len([series for series in set(samples(client)) - known if series[0] == "taskflow_http_requests_total"]) == 1


def test_t86_durations_have_buckets_from_5_ms_to_10_s(client):
    client.get("/stats")
    text = client.get("/metrics").get_data(as_text=True)
    for name in ["taskflow_http_request_duration_seconds", "taskflow_db_query_duration_seconds"]:
        bounds = {line.split('le="')[1].split('"')[0] for line in text.splitlines() if line.startswith(f"{name}_bucket")}
        assert {"0.005", "10.0", "+Inf"} <= bounds
