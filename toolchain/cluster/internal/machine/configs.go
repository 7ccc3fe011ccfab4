package machine

import (
	"encoding/json"
	"fmt"

	"toolchain/kube/internal/plan"
)

// Settings are what the configurations of a node's programs depend on.
type Settings struct {
	Node plan.Node
	// Count is how many real nodes the cluster has.
	Count int
	// Group is the node's control group, below which its pods get theirs.
	Group string
	// Pause is the name of the image that holds a pod's namespaces.
	Pause string
}

// files are the configuration files of the node by their names.
func (s Settings) files() (map[string]string, error) {
	kubelet, err := json.MarshalIndent(s.kubelet(), "", "  ")
	if err != nil {
		return nil, err
	}
	network, err := json.MarshalIndent(s.network(), "", "  ")
	if err != nil {
		return nil, err
	}
	return map[string]string{
		"kubelet.json":              string(kubelet),
		"cni/10-pods.conflist":      string(network),
		"containerd.toml":           s.containerd(),
		"hosts/_default/hosts.toml": hosts(),
	}, nil
}

func (s Settings) kubelet() map[string]any {
	return map[string]any{
		"apiVersion": "kubelet.config.k8s.io/v1beta1",
		"kind":       "KubeletConfiguration",
		"address":    s.Node.Address(),
		// Version 1 of control groups still works; a kubelet only refuses it unless it is told so.
		"failCgroupV1": false,
		"cgroupDriver": "cgroupfs",
		"cgroupRoot":   s.Group,
		"failSwapOn":   false,
		// A volume that grows and a changed ConfigMap are looked at once in this time, instead of once a minute.
		"syncFrequency": "10s",
		// Lowering it takes a capability that containers often lack.
		"oomScoreAdj":              0,
		"containerRuntimeEndpoint": "unix://" + runtimeSocket,
		"authentication": map[string]any{
			"anonymous": map[string]any{"enabled": false},
			"webhook":   map[string]any{"enabled": true},
			"x509":      map[string]any{"clientCAFile": credential("ca.crt")},
		},
		"authorization":          map[string]any{"mode": "Webhook"},
		"tlsCertFile":            credential("kubelet-server.crt"),
		"tlsPrivateKeyFile":      credential("kubelet-server.key"),
		"clusterDNS":             []string{plan.DNSService},
		"clusterDomain":          plan.ClusterDomain,
		"resolvConf":             "",
		"maxPods":                200,
		"serializeImagePulls":    false,
		"makeIPTablesUtilChains": false,
		// The disk is the whole machine's: how full it is says little about the node, and loaded images come from nowhere else.
		"evictionHard": map[string]string{
			"memory.available": "100Mi", "nodefs.available": "1%", "imagefs.available": "1%", "nodefs.inodesFree": "1%", "imagefs.inodesFree": "1%",
		},
		"imageGCHighThresholdPercent": 100,
		"imageGCLowThresholdPercent":  99,
	}
}

// network gives each pod a link of its own into the node, which routes all of its packets, so that policies see every one.
func (s Settings) network() map[string]any {
	return map[string]any{
		"cniVersion": "1.0.0",
		"name":       "pods",
		"plugins": []map[string]any{
			{
				"type": "ptp", "ipMasq": false, "mtu": 1500,
				"ipam": map[string]any{
					"type":    "host-local",
					"ranges":  [][]map[string]string{{{"subnet": s.Node.PodRange()}}},
					"routes":  []map[string]string{{"dst": "0.0.0.0/0"}},
					"dataDir": "/run/cni",
				},
			},
			{"type": "portmap", "capabilities": map[string]bool{"portMappings": true}},
		},
	}
}

func (s Settings) containerd() string {
	return fmt.Sprintf(`version = 3
root = "/var/lib/containerd"
state = "/run/containerd"
[grpc]
  address = %q
[plugins.'io.containerd.cri.v1.images']
  snapshotter = "overlayfs"
  [plugins.'io.containerd.cri.v1.images'.pinned_images]
    sandbox = %q
  [plugins.'io.containerd.cri.v1.images'.registry]
    config_path = %q
[plugins.'io.containerd.cri.v1.runtime']
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  tolerate_missing_hugetlb_controller = true
  disable_apparmor = true
  [plugins.'io.containerd.cri.v1.runtime'.cni]
    bin_dirs = [%q]
    conf_dir = %q
  [plugins.'io.containerd.cri.v1.runtime'.containerd]
    default_runtime_name = "runc"
    [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
        BinaryName = %q
        SystemdCgroup = false
`, runtimeSocket, s.Pause, config("hosts"), programFolder+"/cni", config("cni"), programFolder+"/runc")
}

// hosts sends every pull to the images that were loaded, and nowhere else: one of a missing image fails at once.
func hosts() string {
	registry := fmt.Sprintf("http://%s:%d", plan.Gateway, plan.RegistryPort)
	return fmt.Sprintf("server = %q\n[host.%q]\n  capabilities = [\"pull\", \"resolve\"]\n", registry, registry)
}

// services are the programs of the node in the order they start.
func (s Settings) services() []service {
	kubeconfig := func(name string) string { return credential(name + ".kubeconfig") }
	return []service{
		{name: "containerd", arguments: []string{"--config", config("containerd.toml")}, ready: runtimeSocket},
		{name: "cluster-volumes", arguments: []string{
			"--node=" + s.Node.Name, "--dir=" + plan.VolumeFolder, "--socket=" + volumeSocket, "--register=" + registerSocket,
		}},
		{name: "kubelet", arguments: []string{
			"--kubeconfig=" + kubeconfig("kubelet"),
			"--config=" + config("kubelet.json"),
			"--root-dir=" + kubeletFolder,
			"--node-ip=" + s.Node.Address(),
			"--hostname-override=" + s.Node.Name,
			"--node-labels=topology.kubernetes.io/zone=" + s.Node.Zone() + ",topology.kubernetes.io/region=local,node.kubernetes.io/instance-type=real",
		}},
		{name: "kube-proxy", arguments: []string{
			"--kubeconfig=" + kubeconfig("kube-proxy"),
			"--proxy-mode=nftables",
			"--cluster-cidr=" + plan.PodRange,
			"--hostname-override=" + s.Node.Name,
			"--healthz-bind-address=127.0.0.1:10256",
			"--metrics-bind-address=127.0.0.1:10249",
			"--oom-score-adj=0",
			// These limits belong to the machine.
			"--conntrack-max-per-core=0", "--conntrack-min=0",
			"--conntrack-tcp-timeout-established=0s", "--conntrack-tcp-timeout-close-wait=0s",
		}},
		{name: "kube-router", environment: []string{"NODE_NAME=" + s.Node.Name}, arguments: []string{
			"--kubeconfig=" + kubeconfig("kube-router"),
			"--run-firewall=true", "--run-router=false", "--run-service-proxy=false", "--enable-cni=false",
			"--hostname-override=" + s.Node.Name,
			"--service-cluster-ip-range=" + plan.ServiceRange,
			"--health-port=20244",
		}},
		{name: "csi-provisioner", environment: []string{"NODE_NAME=" + s.Node.Name}, after: volumeSocket, arguments: []string{
			"--kubeconfig=" + kubeconfig("volumes"),
			"--csi-address=" + volumeSocket,
			"--node-deployment",
			"--strict-topology", "--immediate-topology=false",
			"--default-fstype=xfs",
		}},
		{name: "csi-resizer", after: volumeSocket, arguments: []string{
			"--kubeconfig=" + kubeconfig("volumes"),
			"--csi-address=" + volumeSocket,
			"--leader-election", "--leader-election-namespace=kube-system",
			"--handle-volume-inuse-error=false",
		}},
	}
}
