// Package machine is one real node: the first process of its namespaces, which sets them up, starts a container runtime and a
// kubelet in them and keeps both running. When it ends, the kernel ends all that runs in the node, and no mount and no link is left.
package machine

import (
	"path/filepath"

	"toolchain/kube/internal/plan"
)

// Inside the node the usual paths lead to the node's own files, which keeps sockets short and hostPath volumes apart.
const (
	runtimeSocket  = "/run/containerd/containerd.sock"
	kubeletFolder  = "/var/lib/kubelet"
	volumeSocket   = kubeletFolder + "/plugins/volumes/csi.sock"
	registerSocket = kubeletFolder + "/plugins_registry/volumes-reg.sock"
	// programFolder and nodeFolder are where the programs and the node's folder are seen inside.
	programFolder = "/run/platforms/programs"
	nodeFolder    = "/run/platforms/node"
)

// Folders below a node's own folder.
const (
	configs  = "config"
	logs     = "log"
	variable = "var"
)

func config(name string) string { return filepath.Join(nodeFolder, configs, name) }

func credential(name string) string { return filepath.Join(nodeFolder, plan.Credentials, name) }
