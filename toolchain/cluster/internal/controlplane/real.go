package controlplane

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"toolchain/kube/internal/addons"
	"toolchain/kube/internal/namespace"
	"toolchain/kube/internal/pki"
	"toolchain/kube/internal/plan"
	"toolchain/kube/internal/process"
	"toolchain/kube/internal/seed"
)

const (
	realFile       = "nodes.json"
	networkProcess = "cluster-network"
	gatewayProcess = "cluster-gateway"
	nodeProgram    = "cluster-node"
	// nodePatience is how long a node may take to stop its pods in order.
	nodePatience = 90 * time.Second
)

// Real are the real nodes of a cluster; none of them means three simulated ones.
type Real struct {
	// Count is how many there are.
	Count int `json:"count"`
	// Programs is the folder of what toolchain/real-nodes/build.sh made.
	Programs string `json:"programs"`
	// Images are the images that came with the programs.
	Images addons.Images `json:"images"`
}

// Enabled reports whether there are any.
func (r Real) Enabled() bool { return r.Count > 0 }

// Nodes are the real nodes.
func (r Real) Nodes() []plan.Node { return plan.Nodes(r.Count) }

func (c *Cluster) loadReal() error {
	content, err := os.ReadFile(c.path(realFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	if err := json.Unmarshal(content, &c.real); err != nil {
		return fmt.Errorf("%s: %w", c.path(realFile), err)
	}
	return nil
}

// Real are the real nodes that the cluster has.
func (c *Cluster) Real() Real { return c.real }

// SetReal gives a new cluster real nodes. One that exists keeps its number of them.
func (c *Cluster) SetReal(wanted Real) error {
	if wanted.Count < 1 || wanted.Count > plan.Maximum {
		return fmt.Errorf("%d real nodes: 1 to %d are possible", wanted.Count, plan.Maximum)
	}
	if c.Exists() && c.real.Count != wanted.Count {
		has := fmt.Sprintf("%d real nodes", c.real.Count)
		if !c.real.Enabled() {
			has = "simulated nodes"
		}
		return fmt.Errorf("the cluster in %s has %s, and %d real ones are asked for; remove it first (make down, cluster stop --delete)",
			c.Directory, has, wanted.Count)
	}
	if missing := requirements(); len(missing) > 0 {
		return refusal(missing)
	}
	programs, err := filepath.EvalSymlinks(wanted.Programs)
	if err != nil {
		return fmt.Errorf("the programs of real nodes: %w; toolchain/real-nodes/build.sh builds them and prints their folder", err)
	}
	if wanted.Programs, err = filepath.Abs(programs); err != nil {
		return err
	}
	if wanted.Images, err = addons.ReadImages(wanted.Programs); err != nil {
		return err
	}
	content, err := json.Marshal(wanted)
	if err != nil {
		return err
	}
	c.real = wanted
	return pki.WritePrivate(c.path(realFile), content)
}

func (c *Cluster) isNode(name string) bool {
	_, err := plan.Find(name, c.real.Count)
	return err == nil
}

// program is the binary that a component is part of.
func (c *Cluster) program(name string) string {
	if name == networkProcess || name == gatewayProcess || c.isNode(name) {
		return filepath.Join(c.real.Programs, "kube-node")
	}
	return c.binary
}

// placeReal says in which namespaces a component of a cluster with real nodes runs.
func (c *Cluster) placeReal(p *process.Process) {
	switch {
	case p.Name == networkProcess:
		p.Attributes = syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	case p.Name == gatewayProcess:
		// On the user's side.
	case c.isNode(p.Name):
		p.Program, p.Patience = nodeProgram, nodePatience
		p.Attributes = syscall.SysProcAttr{
			Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWUTS | syscall.CLONE_NEWIPC,
		}
	default:
		p.Network = namespace.Of(c.network().PID())
	}
}

// network is the process that the cluster's own namespace lives in.
func (c *Cluster) network() process.Process {
	return process.Process{Name: networkProcess, Directory: c.Directory}
}

func (c *Cluster) realArguments(name string) []string {
	switch name {
	case networkProcess:
		return []string{"--dir=" + c.Directory}
	case gatewayProcess:
		return []string{
			"--kubeconfig=" + c.path("gateway.kubeconfig"),
			fmt.Sprintf("--network=%d", c.network().PID()),
			fmt.Sprintf("--loopback=%d", c.ports.Loopback),
			"--addresses=" + c.path(plan.Addresses),
		}
	default:
		return []string{
			"--dir=" + c.Directory,
			"--name=" + name,
			fmt.Sprintf("--count=%d", c.real.Count),
			"--group=" + filepath.Join(c.group(), name),
			"--programs=" + c.real.Programs,
			"--pause=" + c.real.Images[addons.Pause],
		}
	}
}

// realAPIServer is what an API server needs to talk to kubelets and to servers inside the cluster.
func (c *Cluster) realAPIServer() []string {
	return []string{
		"--enable-admission-plugins=NodeRestriction",
		"--kubelet-preferred-address-types=InternalIP",
		"--kubelet-certificate-authority=" + c.credential("ca.crt"),
		"--kubelet-client-certificate=" + c.credential("kubelet-client.crt"),
		"--kubelet-client-key=" + c.credential("kubelet-client.key"),
		// Nothing translates Service addresses where it runs, so it calls the pods behind them.
		"--enable-aggregator-routing",
		"--requestheader-client-ca-file=" + c.credential("ca.crt"),
		"--requestheader-allowed-names=front-proxy",
		"--requestheader-username-headers=X-Remote-User",
		"--requestheader-group-headers=X-Remote-Group",
		"--requestheader-extra-headers-prefix=X-Remote-Extra-",
		"--proxy-client-cert-file=" + c.credential("front-proxy.crt"),
		"--proxy-client-key-file=" + c.credential("front-proxy.key"),
	}
}

// dial is how this program reaches the components: inside their namespace where they have one.
func (c *Cluster) dial() func(ctx context.Context, network, address string) (net.Conn, error) {
	if !c.real.Enabled() {
		return nil
	}
	return namespace.Dialer(func() string { return namespace.Of(c.network().PID()) })
}

// startNetwork makes the cluster's namespace. One that is lost takes everything in it along.
func (c *Cluster) startNetwork(ctx context.Context) (bool, error) {
	if !c.real.Enabled() {
		return false, nil
	}
	p := c.process(networkProcess)
	if p.PID() == 0 {
		for name, pid := range c.Running() {
			if pid != 0 {
				c.Report("%s runs and the cluster's network does not: restarting the cluster, its data stays", name)
				if err := c.Stop(); err != nil {
					return false, err
				}
				break
			}
		}
	}
	if err := c.linkImages(); err != nil {
		return false, err
	}
	started, err := p.Start(c.program(networkProcess), c.arguments(networkProcess))
	if err != nil {
		return false, err
	}
	registry := fmt.Sprintf("%s:%d", plan.Gateway, plan.RegistryPort)
	for ctx.Err() == nil {
		connection, err := c.dial()(ctx, "tcp4", registry)
		if err == nil {
			return started, connection.Close()
		}
		if p.PID() == 0 {
			return started, c.ended(p)
		}
		time.Sleep(pollInterval)
	}
	return started, fmt.Errorf("%s was not ready in time\n%s", p.Name, p.Tail(logLines))
}

// addReal puts what real nodes need among what the cluster is filled with, once that can be done.
func (c *Cluster) addReal(ctx context.Context, resources *seed.Resources) error {
	if !c.real.Enabled() {
		return nil
	}
	if err := c.awaitGateway(ctx); err != nil {
		return err
	}
	authority, err := pki.Open(c.path("pki"))
	if err != nil {
		return err
	}
	metrics, err := authority.Server("metrics-server", addons.MetricsHosts)
	if err != nil {
		return err
	}
	resources.Real = c.real.Count
	resources.More, err = addons.Manifests(c.real.Count, c.real.Images, authority.Certificate(), metrics)
	return err
}
