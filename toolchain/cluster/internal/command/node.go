package command

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"toolchain/kube/internal/controlplane"
	"toolchain/kube/internal/plan"
)

// nodeCommand acts on single real nodes.
func (o *options) nodeCommand() *cobra.Command {
	node := &cobra.Command{Use: "node", Short: "Stop, kill and start single real nodes"}
	node.AddCommand(
		&cobra.Command{
			Use: "stop NAME", Short: "Shut a node down: its pods end by their own signals", Args: cobra.ExactArgs(1),
			RunE: o.locked(func(cluster *controlplane.Cluster, name string) error { return cluster.StopNode(name, false) }),
		},
		&cobra.Command{
			Use: "kill NAME", Short: "Take a node's power away: all of it ends at once", Args: cobra.ExactArgs(1),
			RunE: o.locked(func(cluster *controlplane.Cluster, name string) error { return cluster.StopNode(name, true) }),
		},
		&cobra.Command{
			Use: "start NAME", Short: "Bring a node back with its images and volumes", Args: cobra.ExactArgs(1),
			RunE: o.locked(func(cluster *controlplane.Cluster, name string) error { return cluster.StartNode(name) }),
		},
	)
	return node
}

// locked runs work on a node while no other command changes the cluster.
func (o *options) locked(work func(cluster *controlplane.Cluster, name string) error) func(*cobra.Command, []string) error {
	return func(_ *cobra.Command, arguments []string) error {
		cluster, err := o.realCluster()
		if err != nil {
			return err
		}
		unlock, err := cluster.Lock()
		if err != nil {
			return err
		}
		defer unlock()
		return work(cluster, arguments[0])
	}
}

func (o *options) realCluster() (*controlplane.Cluster, error) {
	cluster, err := o.cluster()
	if err != nil {
		return nil, err
	}
	if !cluster.Exists() {
		return nil, fmt.Errorf("no cluster in %s; run cluster start first", cluster.Directory)
	}
	if !cluster.Real().Enabled() {
		return nil, fmt.Errorf("the cluster in %s has simulated nodes, which nothing runs on; make up NODES=real starts one with real ones", cluster.Directory)
	}
	return cluster, nil
}

func (o *options) load(_ *cobra.Command, arguments []string) error {
	cluster, err := o.realCluster()
	if err != nil {
		return err
	}
	for _, path := range arguments {
		names, err := cluster.Load(path)
		if err != nil {
			return err
		}
		for _, name := range names {
			fmt.Fprintln(o.out, name)
		}
	}
	return nil
}

func (o *options) addresses(*cobra.Command, []string) error {
	cluster, err := o.realCluster()
	if err != nil {
		return err
	}
	content, err := os.ReadFile(filepath.Join(cluster.Directory, plan.Addresses))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	_, err = o.out.Write(content)
	return err
}
