package controlplane

import (
	"strings"
	"testing"
)

func TestEveryMissingCapabilityIsNamed(t *testing.T) {
	if missing := missingCapabilities("Name:\tx\nCapEff:\t000001ffffffffff\nSeccomp:\t0\n"); len(missing) != 0 {
		t.Errorf("an administrator lacks %v", missing)
	}
	if missing := missingCapabilities("CapEff:\t0000000000000000\n"); len(missing) != len(capabilities) {
		t.Errorf("a user lacks only %v", missing)
	}
	// Everything but CAP_NET_ADMIN, which is bit 12.
	if missing := strings.Join(missingCapabilities("CapEff:\t000001ffffffefff\n"), " "); missing != "CAP_NET_ADMIN" {
		t.Errorf("missing: %s", missing)
	}
}

func TestRefusalNamesWhatIsMissingAndTheWayAround(t *testing.T) {
	message := refusal([]string{"CAP_SYS_ADMIN", "the program nft (Debian package nftables)"}).Error()
	for _, want := range []string{"- CAP_SYS_ADMIN", "- the program nft (Debian package nftables)", "leave NODES=real away"} {
		if !strings.Contains(message, want) {
			t.Errorf("%q is missing in %s", want, message)
		}
	}
}

func TestRealAPIServerIsReachedInsideItsNamespaceAlone(t *testing.T) {
	cluster := newCluster(t)
	cluster.real = Real{Count: 1}
	cluster.ports.APIServer = 6443
	arguments := strings.Join(cluster.apiServer(), "\n")
	for _, want := range []string{"--bind-address=10.88.0.1", "--secure-port=6443", "--anonymous-auth=false", "NodeRestriction"} {
		if !strings.Contains(arguments, want) {
			t.Errorf("%s is missing", want)
		}
	}
	for _, unwanted := range []string{"127.0.0.1:", "--endpoint-reconciler-type=none", "--permit-port-sharing"} {
		if strings.Contains(strings.ReplaceAll(arguments, "--etcd-servers=https://127.0.0.1:", ""), unwanted) {
			t.Errorf("%s is given", unwanted)
		}
	}
}

func TestClusterWithSimulatedNodesIsNotGivenRealOnes(t *testing.T) {
	cluster := newCluster(t)
	cluster.ports = Ports{Etcd: 1, EtcdPeer: 2, APIServer: 3}
	unlock, err := cluster.Lock()
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	if err := cluster.ports.save(cluster.path(portsFile)); err != nil {
		t.Fatal(err)
	}
	if err := cluster.SetReal(Real{Count: 3}); err == nil || !strings.Contains(err.Error(), "has simulated nodes, and 3 real ones are asked for") {
		t.Errorf("%v", err)
	}
}
