package machine

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"toolchain/kube/internal/plan"
)

func settings() Settings {
	return Settings{Node: plan.Nodes(3)[1], Count: 3, Group: "/cluster/real-b", Pause: "example.test/pause:1"}
}

func rendered(t *testing.T) map[string]string {
	t.Helper()
	files, err := settings().files()
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestKubeletTakesNobodyUnknownAndHasItsOwnControlGroup(t *testing.T) {
	var kubelet struct {
		Address, CgroupRoot string
		Authentication      struct {
			Anonymous, Webhook struct{ Enabled bool }
		}
		Authorization struct{ Mode string }
	}
	if err := json.Unmarshal([]byte(rendered(t)["kubelet.json"]), &kubelet); err != nil {
		t.Fatal(err)
	}
	if kubelet.Authentication.Anonymous.Enabled || !kubelet.Authentication.Webhook.Enabled || kubelet.Authorization.Mode != "Webhook" {
		t.Errorf("%+v", kubelet)
	}
	if kubelet.CgroupRoot != "/cluster/real-b" || kubelet.Address != "10.88.0.12" {
		t.Errorf("%+v", kubelet)
	}
}

func TestPodsGetAddressesOfTheirNodeAndAreNotHidden(t *testing.T) {
	network := rendered(t)["cni/10-pods.conflist"]
	for _, want := range []string{`"subnet": "10.244.1.0/24"`, `"ipMasq": false`} {
		if !strings.Contains(network, want) {
			t.Errorf("%s is missing in %s", want, network)
		}
	}
}

func TestEveryPullGoesToTheLoadedImages(t *testing.T) {
	files := rendered(t)
	if hosts := files["hosts/_default/hosts.toml"]; strings.Count(hosts, "http://10.88.0.1:5000") != 2 || strings.Count(hosts, "://") != 2 {
		t.Errorf("%s", hosts)
	}
	if !strings.Contains(files["containerd.toml"], `sandbox = "example.test/pause:1"`) {
		t.Error("the image of the pods' namespaces is not the one that was brought")
	}
}

func TestZoneOfTheNodeIsALabel(t *testing.T) {
	for _, service := range settings().services() {
		if service.name == "kubelet" && strings.Contains(strings.Join(service.arguments, " "), "topology.kubernetes.io/zone=local-b,") {
			return
		}
	}
	t.Error("the kubelet gets no zone")
}

func TestContainersGetTheTimeThatTheirPodDeclares(t *testing.T) {
	for declared, want := range map[string]time.Duration{"5": 5 * time.Second, "600": longest, "": longest / 2} {
		if got := grace(map[string]string{graceAnnotation: declared}); got != want {
			t.Errorf("%q is %s, want %s", declared, got, want)
		}
	}
}
