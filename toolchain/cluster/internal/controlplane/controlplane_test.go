package controlplane

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func newCluster(t *testing.T) *Cluster {
	t.Helper()
	cluster, err := New(filepath.Join(t.TempDir(), "dev"), t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	return cluster
}

func TestChosenPortsAreDistinctAndKeptWhileFree(t *testing.T) {
	var first Ports
	if err := choose(&first.Etcd, &first.EtcdPeer, &first.APIServer); err != nil {
		t.Fatal(err)
	}
	if first.Etcd == first.EtcdPeer || first.Etcd == first.APIServer || first.EtcdPeer == first.APIServer {
		t.Errorf("%+v", first)
	}
	second := first
	if err := choose(&second.Etcd, &second.EtcdPeer, &second.APIServer); err != nil {
		t.Fatal(err)
	}
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
	if err := choose(&port); err != nil || port == taken || port == 0 {
		t.Errorf("port %d: %v", port, err)
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
