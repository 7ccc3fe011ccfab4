package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// freeAddress gives a port of loopback that nobody listens on.
func freeAddress(t *testing.T) (address, port string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, port, err = net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return listener.Addr().String(), port
}

// daemon starts a program and ends it with the test.
func daemon(t *testing.T, command *exec.Cmd) {
	t.Helper()
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := command.Process.Signal(syscall.SIGINT); err != nil {
			t.Error(err)
		}
		// It was told to end; how it says so is not the test's matter.
		_ = command.Wait()
	})
}

// answers waits until a dependency can be used, and fails when that takes longer than any start does.
func answers(t *testing.T, dependency dependency) {
	t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		result := try(context.Background(), dependency)
		if result.OK {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%s: %s", dependency.kind, result.Error)
		}
	}
}

func only(t *testing.T, variables variables) dependency {
	t.Helper()
	found := variables.dependencies()
	if len(found) != 1 {
		t.Fatalf("%d dependencies", len(found))
	}
	return found[0]
}

func TestRedisIsWrittenAndRead(t *testing.T) {
	program, err := exec.LookPath("redis-server")
	if err != nil {
		t.Skip("redis-server is not installed")
	}
	address, port := freeAddress(t)
	daemon(t, exec.Command(program, "--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", t.TempDir(), "--requirepass", "right"))
	answers(t, only(t, variables{"REDIS_URL": "redis://:right@" + address}))
	wrong := try(context.Background(), only(t, variables{"REDIS_URL": "redis://:wrong@" + address}))
	if wrong.OK || strings.Contains(wrong.Error, "wrong@") {
		t.Errorf("a wrong password gave %+v", wrong)
	}
}

func TestPostgresqlIsWrittenAndReadAndMigrated(t *testing.T) {
	programs, err := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if err != nil || len(programs) == 0 {
		t.Skip("postgresql is not installed")
	}
	folder := filepath.Dir(programs[0])
	data, err := os.MkdirTemp("", "contract-postgresql-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(data) })
	// The server refuses to run as root.
	as := &syscall.SysProcAttr{}
	if os.Geteuid() == 0 {
		as.Credential = &syscall.Credential{Uid: 65534, Gid: 65534}
		if err := os.Chown(data, 65534, 65534); err != nil {
			t.Fatal(err)
		}
	}
	initialise := exec.Command(filepath.Join(folder, "initdb"), "--pgdata", data, "--username", "app", "--auth", "trust", "--no-sync")
	initialise.SysProcAttr, initialise.Dir = as, data
	if output, err := initialise.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	address, port := freeAddress(t)
	server := exec.Command(programs[0], "-D", data, "-p", port, "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="+data)
	server.SysProcAttr, server.Dir = as, data
	daemon(t, server)
	environment := variables{
		"DB_HOST": "127.0.0.1", "DB_PORT": port, "DB_NAME": "postgres", "DB_USER": "app", "DB_PASSWORD": "any", "CONTRACT_NAME": "test",
	}
	answers(t, only(t, environment))
	if err := migrate(context.Background(), environment, []string{"sqlx", "migrate", "run"}); err != nil {
		t.Error(err)
	}
	missing := try(context.Background(), only(t, variables{"DATABASE_URL": "postgres://app:secret@" + address + "/missing"}))
	if missing.OK || strings.Contains(missing.Error, "secret") {
		t.Errorf("a database that is not there gave %+v", missing)
	}
}

func TestAJobThatMigratesNothingFails(t *testing.T) {
	if err := migrate(context.Background(), variables{}, []string{"php", "artisan", "migrate"}); err == nil {
		t.Error("a migration without a database ended well")
	}
	if err := migrate(context.Background(), variables{}, []string{"php", "-a"}); err == nil {
		t.Error("an unknown command ended well")
	}
}

func TestTheReportSaysWhatIsOpenAndWhatShouldNotBe(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		if request.URL.Path == "/broken" {
			response.WriteHeader(http.StatusBadGateway)
		}
	}))
	defer other.Close()
	closed, _ := freeAddress(t)
	open := strings.TrimPrefix(other.URL, "http://")
	for name, test := range map[string]struct {
		variables variables
		status    int
	}{
		"all is well":             {variables{"USER_SERVICE_URL": other.URL, "CONTRACT_FORBIDDEN": closed}, http.StatusOK},
		"a dependency is closed":  {variables{"USER_SERVICE_URL": "http://" + closed}, http.StatusServiceUnavailable},
		"a dependency is broken":  {variables{"USER_SERVICE_URL": other.URL + "/broken"}, http.StatusServiceUnavailable},
		"a forbidden one is open": {variables{"USER_SERVICE_URL": other.URL, "CONTRACT_FORBIDDEN": closed + "," + open}, http.StatusServiceUnavailable},
	} {
		response := get(newApplication(test.variables).handler(), "/contract")
		var report report
		if err := json.Unmarshal(response.Body.Bytes(), &report); err != nil {
			t.Fatal(err)
		}
		if response.Code != test.status || report.OK != (test.status == http.StatusOK) || len(report.Dependencies) != 1 {
			t.Errorf("%s: %d %s", name, response.Code, response.Body)
		}
	}
}

func get(handler http.Handler, path string) *httptest.ResponseRecorder {
	response := httptest.NewRecorder()
	handler.ServeHTTP(response, httptest.NewRequest(http.MethodGet, path, nil))
	return response
}

func TestEveryPathIsAnsweredAndCounted(t *testing.T) {
	handler := newApplication(variables{"CONTRACT_NAME": "test"}).handler()
	for _, path := range []string{"/", "/health", "/simple-health", "/health/ready", "/v1/orders?page=2"} {
		if response := get(handler, path); response.Code != http.StatusOK {
			t.Errorf("%s is %d", path, response.Code)
		}
	}
	if response := get(handler, "/v1/orders?page=2"); !strings.Contains(response.Body.String(), `"path":"/v1/orders?page=2"`) {
		t.Errorf("the answer is %s", response.Body)
	}
	expected := `http_requests_total{method="GET",status="200"} 6`
	if lines := strings.Split(get(handler, "/metrics").Body.String(), "\n"); !slices.Contains(lines, expected) {
		t.Errorf("no %s in %s", expected, lines)
	}
}

func TestReadinessFollowsTheDatabase(t *testing.T) {
	closed, _ := freeAddress(t)
	handler := newApplication(variables{"DATABASE_URL": fmt.Sprintf("postgres://u:p@%s/db", closed)}).handler()
	if response := get(handler, "/health/ready"); response.Code != http.StatusServiceUnavailable {
		t.Errorf("without its database it is %d", response.Code)
	}
	if response := get(handler, "/health"); response.Code != http.StatusOK {
		t.Errorf("health without a database is %d", response.Code)
	}
}
