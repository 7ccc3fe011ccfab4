package controlplane

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"toolchain/kube/internal/addons"
	"toolchain/kube/internal/archive"
	"toolchain/kube/internal/cgroups"
	"toolchain/kube/internal/gateway"
	"toolchain/kube/internal/pki"
	"toolchain/kube/internal/plan"
)

// group is the control group of all nodes of this cluster. It names the cluster's directory, so that no two clusters share one.
func (c *Cluster) group() string {
	digest := sha256.Sum256([]byte(c.Directory))
	return "/embedded-cluster-" + hex.EncodeToString(digest[:4])
}

// writeRealCredentials issues what the programs of real nodes sign in with.
func (c *Cluster) writeRealCredentials(authority *pki.Authority) error {
	if !c.real.Enabled() {
		return nil
	}
	if _, err := authority.Client("kubelet-client", "kube-apiserver-kubelet-client", "system:masters"); err != nil {
		return err
	}
	if _, err := authority.Client("front-proxy", "front-proxy"); err != nil {
		return err
	}
	for _, node := range c.real.Nodes() {
		if err := c.writeNodeCredentials(authority, node); err != nil {
			return err
		}
	}
	return nil
}

func (c *Cluster) writeNodeCredentials(authority *pki.Authority, node plan.Node) error {
	folder := filepath.Join(node.Folder(c.Directory), plan.Credentials)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	for _, user := range []struct {
		certificate, file, name string
		groups                  []string
	}{
		{"kubelet-" + node.Name, "kubelet", "system:node:" + node.Name, []string{"system:nodes"}},
		{"kube-proxy", "kube-proxy", "system:kube-proxy", nil},
		{"kube-router", "kube-router", addons.NetworkPolicies, nil},
		{"volumes", "volumes", addons.Volumes, nil},
	} {
		client, err := authority.Client(user.certificate, user.name, user.groups...)
		if err != nil {
			return err
		}
		if err := authority.Kubeconfig(filepath.Join(folder, user.file+".kubeconfig"), c.Name(), c.address(), client); err != nil {
			return err
		}
	}
	server, err := authority.Server("kubelet-server-"+node.Name, []string{node.Name, node.Address()})
	if err != nil {
		return err
	}
	for name, content := range map[string][]byte{
		"ca.crt": authority.Certificate(), "kubelet-server.crt": server.Certificate, "kubelet-server.key": server.Key,
	} {
		if err := pki.WritePrivate(filepath.Join(folder, name), content); err != nil {
			return err
		}
	}
	return nil
}

// startNodes starts the real nodes that do not run.
func (c *Cluster) startNodes() (bool, error) {
	changed := false
	for _, node := range c.real.Nodes() {
		started, err := c.startNode(node)
		changed = changed || started
		if err != nil {
			return changed, fmt.Errorf("node %s: %w", node.Name, err)
		}
	}
	return changed, nil
}

func (c *Cluster) startNode(node plan.Node) (bool, error) {
	p := c.process(node.Name)
	group := filepath.Join(c.group(), node.Name)
	hierarchy := cgroups.Open(cgroups.Root)
	network := c.network().PID()
	if pid := p.PID(); pid != 0 {
		// An earlier start may have been killed before it had joined the node to the others.
		joined, err := gateway.Plugged(network, node)
		if err != nil || joined {
			return false, err
		}
		return true, errors.Join(hierarchy.Enter(group, pid), gateway.Plug(network, pid, node))
	}
	if err := c.cleanNode(node); err != nil {
		return false, err
	}
	if err := hierarchy.Make(group); err != nil {
		return false, fmt.Errorf("its control group: %w", err)
	}
	started, err := p.Start(c.program(node.Name), c.arguments(node.Name))
	if err != nil {
		return started, err
	}
	pid := p.PID()
	if pid == 0 {
		return started, c.ended(p)
	}
	if err := hierarchy.Enter(group, pid); err != nil {
		return started, err
	}
	if err := gateway.Plug(network, pid, node); err != nil {
		return started, err
	}
	c.Report("node %s started in zone %s", node.Name, node.Zone())
	return started, nil
}

// StartNode brings one node back.
func (c *Cluster) StartNode(name string) error {
	node, err := plan.Find(name, c.real.Count)
	if err != nil {
		return err
	}
	if c.network().PID() == 0 {
		return errors.New("the cluster is not running; start it first")
	}
	if c.ports, err = loadPorts(c.path(portsFile)); err != nil {
		return err
	}
	started, err := c.startNode(node)
	if err == nil && !started {
		c.Report("node %s is running already", name)
	}
	return err
}

// StopNode ends one node: its pods by their own signals, as a machine that shuts down does, or all at once when it is killed, as
// one that loses its power does.
func (c *Cluster) StopNode(name string, kill bool) error {
	node, err := plan.Find(name, c.real.Count)
	if err != nil {
		return err
	}
	p := c.process(name)
	end, what := p.Stop, "stopped"
	if kill {
		end, what = p.Kill, "killed"
	}
	if err := end(); err != nil {
		return err
	}
	if err := c.cleanNode(node); err != nil {
		return err
	}
	c.Report("node %s %s", name, what)
	return nil
}

// stopNodes ends all real nodes side by side.
func (c *Cluster) stopNodes() error {
	nodes := c.real.Nodes()
	failures := make([]error, len(nodes))
	var group sync.WaitGroup
	for index, node := range nodes {
		if c.process(node.Name).PID() != 0 {
			group.Go(func() { failures[index] = c.StopNode(node.Name, c.Discard) })
		}
	}
	group.Wait()
	return errors.Join(failures...)
}

// cleanNode removes what the kernel keeps of a node that has ended, and waits until it has let go of its volumes.
func (c *Cluster) cleanNode(node plan.Node) error {
	if err := cgroups.Open(cgroups.Root).Remove(filepath.Join(c.group(), node.Name)); err != nil {
		return err
	}
	return awaitDevices(filepath.Join(node.Folder(c.Directory), plan.VolumeFolder))
}

// cleanNodes removes what the kernel keeps of all nodes, those of a start that was killed included.
func (c *Cluster) cleanNodes() error {
	if !c.real.Enabled() {
		return nil
	}
	for _, node := range c.real.Nodes() {
		if err := c.cleanNode(node); err != nil {
			return err
		}
	}
	return cgroups.Open(cgroups.Root).Remove(c.group())
}

// linkImages shows the images that the build made to the registry.
func (c *Cluster) linkImages() error {
	bundled, err := filepath.Glob(filepath.Join(c.real.Programs, plan.Images, "*.tar"))
	if err != nil {
		return err
	}
	for _, path := range bundled {
		if err := c.link(path, "bundled-"+filepath.Base(path)); err != nil {
			return err
		}
	}
	return nil
}

func (c *Cluster) link(path, name string) error {
	folder := c.path(plan.Images)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	target := filepath.Join(folder, name)
	if err := os.Remove(target); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.Symlink(path, target)
}

// Load offers the images at path, an archive or a folder in OCI's layout, to all real nodes and returns their names. Nothing is
// copied: path has to stay.
func (c *Cluster) Load(path string) ([]string, error) {
	if !c.real.Enabled() {
		return nil, errors.New("simulated nodes run no images; start a cluster with --real-nodes")
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	names, err := archive.NewIndex().Add(absolute)
	if err != nil {
		return nil, err
	}
	digest := sha256.Sum256([]byte(absolute))
	return names, c.link(absolute, hex.EncodeToString(digest[:4])+"-"+filepath.Base(absolute))
}
