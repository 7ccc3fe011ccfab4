package controlplane

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

func newCluster(t *testing.T) *Cluster {
	t.Helper()
	cluster, err := New(filepath.Join(t.TempDir(), "dev"), t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	return cluster
}

// chosen chooses ports and holds them until the test ends.
func chosen(t *testing.T, ports ...*int) (release func()) {
	t.Helper()
	release, err := choose(ports...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(release)
	return release
}

func TestChosenPortsAreDistinctAndKeptWhileFree(t *testing.T) {
	var first Ports
	release := chosen(t, &first.Etcd, &first.EtcdPeer, &first.APIServer)
	if first.Etcd == first.EtcdPeer || first.Etcd == first.APIServer || first.EtcdPeer == first.APIServer {
		t.Errorf("%+v", first)
	}
	release()
	second := first
	chosen(t, &second.Etcd, &second.EtcdPeer, &second.APIServer)
	if second != first {
		t.Errorf("%+v became %+v", first, second)
	}
}

func TestTakenPortIsReplaced(t *testing.T) {
	listener, err := net.Listen("tcp", loopback+":0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	taken := listener.Addr().(*net.TCPAddr).Port
	port := taken
	chosen(t, &port)
	if port == taken || port == 0 {
		t.Errorf("port %d", port)
	}
}

func TestChosenPortIsForTheComponentsAlone(t *testing.T) {
	var port int
	chosen(t, &port)
	if listener, err := net.Listen("tcp", fmt.Sprintf("%s:%d", loopback, port)); err == nil {
		listener.Close()
		t.Errorf("another program was given port %d", port)
	}
	other := port
	chosen(t, &other)
	if other == port {
		t.Errorf("another cluster was given port %d", port)
	}
	component := net.ListenConfig{Control: func(_, _ string, connection syscall.RawConn) error {
		var refused error
		return errors.Join(connection.Control(func(socket uintptr) {
			refused = unix.SetsockoptInt(int(socket), unix.SOL_SOCKET, unix.SO_REUSEPORT, 1)
		}), refused)
	}}
	listener, err := component.Listen(t.Context(), "tcp", fmt.Sprintf("%s:%d", loopback, port))
	if err != nil {
		t.Fatalf("the component was not given its port: %v", err)
	}
	defer listener.Close()
	// The socket that holds the port takes no connection away.
	for range 20 {
		connection, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		connection.Close()
	}
}

func TestTwoClustersAreNeverGivenOnePort(t *testing.T) {
	seen := map[int]bool{}
	for range 500 {
		var port int
		chosen(t, &port)
		if seen[port] {
			t.Fatalf("port %d was given twice", port)
		}
		seen[port] = true
	}
}

func TestDamagedPortsFileIsReplaced(t *testing.T) {
	path := filepath.Join(t.TempDir(), portsFile)
	if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if ports, err := loadPorts(path); err != nil || ports != (Ports{}) {
		t.Errorf("%+v: %v", ports, err)
	}
}

func TestEveryListenerIsOnLoopback(t *testing.T) {
	cluster := newCluster(t)
	cluster.ports = Ports{Etcd: 1, EtcdPeer: 2, APIServer: 3}
	arguments := strings.Join(append(cluster.etcd(), cluster.apiServer()...), "\n")
	for _, want := range []string{
		"--listen-client-urls=https://127.0.0.1:1", "--listen-peer-urls=https://127.0.0.1:2", "--bind-address=127.0.0.1",
	} {
		if !strings.Contains(arguments, want) {
			t.Errorf("%s is missing", want)
		}
	}
	for name, worker := range map[string][]string{"controller manager": cluster.controllerManager(), "scheduler": cluster.scheduler()} {
		if !strings.Contains(strings.Join(worker, "\n"), "--secure-port=0") {
			t.Errorf("the %s listens", name)
		}
	}
}

func TestDataIsSyncedUnlessVolatile(t *testing.T) {
	cluster := newCluster(t)
	if strings.Contains(fmt.Sprint(cluster.etcd()), "unsafe") {
		t.Error("data of a kept cluster is not synced")
	}
	cluster.Volatile = true
	if !strings.Contains(fmt.Sprint(cluster.etcd()), "--unsafe-no-fsync") {
		t.Error("data of a volatile cluster is synced")
	}
}

func TestDeleteRefusesADirectoryThatIsNoCluster(t *testing.T) {
	cluster := newCluster(t)
	if err := os.MkdirAll(filepath.Join(cluster.Directory, "precious"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := cluster.Delete(); err == nil || !strings.Contains(err.Error(), "holds no embedded cluster") {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat(filepath.Join(cluster.Directory, "precious")); err != nil {
		t.Error(err)
	}
}

func TestKubeconfigFollowsThePort(t *testing.T) {
	cluster := newCluster(t)
	cluster.ports.APIServer = 4711
	if err := cluster.writeCredentials(); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(cluster.Kubeconfig())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"server: https://127.0.0.1:4711", "current-context: embedded-dev"} {
		if !strings.Contains(string(content), want) {
			t.Errorf("%s is missing", want)
		}
	}
}
