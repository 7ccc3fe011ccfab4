package plan

import (
	"net/netip"
	"testing"
)

func TestNoTwoNodesShareAnything(t *testing.T) {
	seen := map[string]string{}
	for _, node := range Nodes(Maximum) {
		for _, value := range []string{node.Name, node.Address(), node.Hardware(), node.PodRange(), node.Folder("/d")} {
			if other, taken := seen[value]; taken {
				t.Errorf("%s and %s share %s", other, node.Name, value)
			}
			seen[value] = node.Name
		}
	}
}

func TestNodesLieInThreeZones(t *testing.T) {
	zones := map[string]int{}
	for _, node := range Nodes(6) {
		zones[node.Zone()]++
	}
	if len(zones) != 3 || zones["local-a"] != 2 {
		t.Errorf("%v", zones)
	}
}

func TestPodRangesLieInTheRangeOfAllPodsAndOutsideTheOthers(t *testing.T) {
	all, services := netip.MustParsePrefix(PodRange), netip.MustParsePrefix(ServiceRange)
	for _, node := range Nodes(Maximum) {
		pods := netip.MustParsePrefix(node.PodRange())
		if !all.Contains(pods.Addr()) || pods.Overlaps(services) || pods.Contains(netip.MustParseAddr(node.Address())) {
			t.Errorf("%s has the range %s", node.Name, pods)
		}
	}
	if !services.Contains(netip.MustParseAddr(DNSService)) || !services.Contains(netip.MustParseAddr(APIService)) {
		t.Error("the cluster's own Services have no address of the range")
	}
}

func TestUnknownNodeIsRefusedWithTheNamesOfTheOthers(t *testing.T) {
	if _, err := Find("real-d", 3); err == nil || err.Error() != `node "real-d" is unknown; this cluster's real nodes are real-a, real-b, real-c` {
		t.Errorf("%v", err)
	}
	if node, err := Find("real-c", 3); err != nil || node.Index != 2 {
		t.Errorf("%+v: %v", node, err)
	}
}

func TestServicesAnswerOnLoopbackAddressesOfTheirOwn(t *testing.T) {
	address, err := FirstLoopback.Service("10.96.7.9")
	if err != nil || address != "127.96.7.9" || !netip.MustParseAddr(address).IsLoopback() {
		t.Errorf("%s: %v", address, err)
	}
	for _, none := range []string{"None", "", "10.97.0.1", "fd00::1"} {
		if address, err := FirstLoopback.Service(none); err == nil {
			t.Errorf("%q answers at %s", none, address)
		}
	}
}
