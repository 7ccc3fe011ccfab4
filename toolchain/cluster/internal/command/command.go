// Package command is the command line of the embedded cluster.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"toolchain/kube/internal/controlplane"
	"toolchain/kube/internal/seed"
)

// notRunning is the exit code of `cluster status` when a component is missing, the one systemctl uses.
const notRunning = 3

type exitCode int

func (e exitCode) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// Main runs the command line and exits.
func Main() {
	// The Kubernetes components registered their own flags here; none of them is ours.
	pflag.CommandLine = pflag.NewFlagSet("cluster", pflag.ExitOnError)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := root(os.Stdout).ExecuteContext(ctx)
	var code exitCode
	if errors.As(err, &code) {
		os.Exit(int(code))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "cluster:", err)
		os.Exit(1)
	}
}

type options struct {
	directory string
	resources string
	volatile  bool
	remove    bool
	real      controlplane.Real
	out       io.Writer
}

func root(out io.Writer) *cobra.Command {
	o := &options{out: out}
	command := &cobra.Command{
		Use:           "cluster",
		Short:         "Runs a local Kubernetes cluster with simulated or real nodes",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	command.CompletionOptions.DisableDefaultCmd = true
	command.PersistentFlags().StringVar(&o.directory, "dir", ".state/clusters/dev", "directory that holds the cluster's data, credentials and logs")
	start := &cobra.Command{Use: "start", Short: "Start the cluster, or what is missing of it", Args: cobra.NoArgs, RunE: o.start}
	start.Flags().StringVar(&o.resources, "resources", defaultResources(), "directory of stages and custom resource definitions")
	start.Flags().BoolVar(&o.volatile, "volatile", false, "do not wait for the disk: faster, but a power cut may cost the data")
	start.Flags().IntVar(&o.real.Count, "real-nodes", 0, "how many real nodes a new cluster gets, in three zones; without any it gets three simulated ones")
	start.Flags().StringVar(&o.real.Programs, "programs", "", "directory of what real nodes run, as toolchain/real-nodes/build.sh prints it")
	stop := &cobra.Command{Use: "stop", Short: "Stop the cluster's processes and keep its data", Args: cobra.NoArgs, RunE: o.stop}
	stop.Flags().BoolVar(&o.remove, "delete", false, "also remove everything the cluster kept")
	command.AddCommand(start, stop,
		&cobra.Command{Use: "status", Short: "Show the components; exit code 3 when one is not running", Args: cobra.NoArgs, RunE: o.status},
		&cobra.Command{Use: "env", Short: "Print what a shell needs: eval \"$(cluster env)\"", Args: cobra.NoArgs, RunE: o.env},
		&cobra.Command{Use: "load PATH...", Short: "Offer images to all real nodes: archives as docker save writes them, or folders in OCI's layout", Args: cobra.MinimumNArgs(1), RunE: o.load},
		&cobra.Command{Use: "addresses", Short: "List where Services answer on this machine", Args: cobra.NoArgs, RunE: o.addresses},
		o.nodeCommand(),
	)
	return command
}

// defaultResources is share/ beside the bin/ that the running binary was installed in.
func defaultResources() string {
	binary, err := os.Executable()
	if err == nil {
		binary, err = filepath.EvalSymlinks(binary)
	}
	if err != nil {
		return "share"
	}
	return filepath.Join(filepath.Dir(filepath.Dir(binary)), "share")
}

func (o *options) cluster() (*controlplane.Cluster, error) {
	began := time.Now()
	cluster, err := controlplane.New(o.directory, func(format string, values ...any) {
		fmt.Fprintf(o.out, "  %5.1fs  %s\n", time.Since(began).Seconds(), fmt.Sprintf(format, values...))
	})
	if cluster != nil {
		cluster.Volatile = o.volatile
	}
	return cluster, err
}

func (o *options) start(command *cobra.Command, _ []string) error {
	cluster, err := o.cluster()
	if err != nil {
		return err
	}
	unlock, err := cluster.Lock()
	if err != nil {
		return err
	}
	defer unlock()
	if o.real.Enabled() {
		if err := cluster.SetReal(o.real); err != nil {
			return err
		}
	}
	changed, err := cluster.Start(command.Context(), seed.Resources{Directory: o.resources})
	if err != nil {
		return err
	}
	if changed {
		cluster.Report("cluster ready: KUBECONFIG=%s", cluster.Kubeconfig())
	} else {
		cluster.Report("cluster is already running at %s", cluster.Address())
	}
	return nil
}

func (o *options) stop(*cobra.Command, []string) error {
	cluster, err := o.cluster()
	if err != nil {
		return err
	}
	if !cluster.Exists() {
		cluster.Report("no cluster in %s", cluster.Directory)
		return nil
	}
	unlock, err := cluster.Lock()
	if err != nil {
		return err
	}
	defer unlock()
	cluster.Discard = o.remove
	if err := cluster.Stop(); err != nil || !o.remove {
		return err
	}
	if err := cluster.Delete(); err != nil {
		return err
	}
	cluster.Report("data removed from %s", cluster.Directory)
	return nil
}

func (o *options) status(*cobra.Command, []string) error {
	cluster, err := o.cluster()
	if err != nil {
		return err
	}
	running := cluster.Running()
	complete := true
	for _, name := range cluster.Components() {
		if running[name] == 0 {
			complete = false
			fmt.Fprintf(o.out, "%-24s stopped\n", name)
		} else {
			fmt.Fprintf(o.out, "%-24s running  process %d\n", name, running[name])
		}
	}
	if !complete {
		return exitCode(notRunning)
	}
	return nil
}

func (o *options) env(*cobra.Command, []string) error {
	cluster, err := o.cluster()
	if err != nil {
		return err
	}
	if !cluster.Exists() {
		return fmt.Errorf("no cluster in %s; run cluster start first", cluster.Directory)
	}
	fmt.Fprintf(o.out, "export KUBECONFIG=%s\n", quote(cluster.Kubeconfig()))
	return nil
}
