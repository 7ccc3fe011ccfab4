// Command kube-node is what real nodes of the embedded cluster run beside a container runtime, in one binary: the name it runs
// under picks the part. It is apart from kube so that clusters with simulated nodes need not have it.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	proxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"

	"toolchain/kube/internal/archive"
	"toolchain/kube/internal/gateway"
	"toolchain/kube/internal/machine"
	"toolchain/kube/internal/volumes"
)

var parts = map[string]func(){
	"kubelet":         component(func() *cobra.Command { return kubelet.NewKubeletCommand(context.Background()) }),
	"kube-proxy":      component(proxy.NewProxyCommand),
	"cluster-network": own(gateway.RunNetwork),
	"cluster-gateway": own(gateway.Run),
	"cluster-node":    own(machine.Run),
	"cluster-volumes": own(volumes.Run),
	"cluster-image":   own(archive.Run),
}

func component(build func() *cobra.Command) func() {
	return func() { os.Exit(cli.Run(build())) }
}

// own runs one of our parts with the arguments of the command line.
func own(run func(arguments []string) error) func() {
	return func() {
		if err := run(os.Args[1:]); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", filepath.Base(os.Args[0]), err)
			os.Exit(1)
		}
	}
}

func main() {
	part, ok := parts[filepath.Base(os.Args[0])]
	if !ok {
		names := make([]string, 0, len(parts))
		for name := range parts {
			names = append(names, name)
		}
		slices.Sort(names)
		fmt.Fprintf(os.Stderr, "%s: run through a link named %s\n", os.Args[0], strings.Join(names, ", "))
		os.Exit(2)
	}
	part()
}
