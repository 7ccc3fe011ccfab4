// Package controlplane runs the processes of one embedded cluster: etcd, the API server, the controller manager, the
// scheduler and kwok, all on loopback, with everything they keep in one directory.
package controlplane

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"toolchain/kube/internal/addons"
	"toolchain/kube/internal/pki"
	"toolchain/kube/internal/plan"
)

// controlPlane are the components of every cluster in the order they start.
var controlPlane = []string{"etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"}

// portsFile also marks a directory as one of ours.
const portsFile = "ports.json"

// Cluster is an embedded cluster that lives in a directory.
type Cluster struct {
	// Directory holds data, credentials, logs and pid files. It is absolute and free of links.
	Directory string
	// Volatile trades the safety of data at a power cut for speed.
	Volatile bool
	// Discard says that nothing the cluster holds is needed any more, so that its nodes need not stop in order.
	Discard bool
	// Report receives one line per step that is done.
	Report func(format string, values ...any)

	binary string
	ports  Ports
	real   Real
}

// New describes the cluster in directory, run by the binary that is running now.
func New(directory string, report func(format string, values ...any)) (*Cluster, error) {
	absolute, err := filepath.Abs(directory)
	if err != nil {
		return nil, err
	}
	if resolved, err := filepath.EvalSymlinks(absolute); err == nil {
		absolute = resolved
	}
	binary, err := os.Executable()
	if err == nil {
		binary, err = filepath.EvalSymlinks(binary)
	}
	cluster := &Cluster{Directory: absolute, Report: report, binary: binary}
	return cluster, errors.Join(err, cluster.loadReal())
}

// Components are the parts of the cluster in the order they start; they stop in the opposite one.
func (c *Cluster) Components() []string {
	if !c.real.Enabled() {
		return append(slices.Clone(controlPlane), "kwok")
	}
	components := append([]string{networkProcess}, controlPlane...)
	components = append(components, gatewayProcess)
	for _, node := range c.real.Nodes() {
		components = append(components, node.Name)
	}
	return components
}

// Name is the name of the kubeconfig's context.
func (c *Cluster) Name() string { return "embedded-" + filepath.Base(c.Directory) }

// Kubeconfig is the path of the administrator's kubeconfig.
func (c *Cluster) Kubeconfig() string { return c.path("kubeconfig") }

// Address is the URL of the API server on the user's side.
func (c *Cluster) Address() string {
	if c.real.Enabled() {
		return fmt.Sprintf("https://%s:%d", c.ports.Loopback.API(), plan.OutsidePort)
	}
	return c.address()
}

func (c *Cluster) path(name string) string { return filepath.Join(c.Directory, name) }

func (c *Cluster) credential(name string) string { return filepath.Join(c.Directory, "pki", name) }

// Exists reports whether the directory holds a cluster.
func (c *Cluster) Exists() bool {
	_, err := os.Stat(c.path(portsFile))
	return err == nil
}

// Lock keeps other commands from changing the cluster until the returned function is called.
func (c *Cluster) Lock() (func(), error) {
	if err := os.MkdirAll(filepath.Dir(c.Directory), 0o700); err != nil {
		return nil, err
	}
	for {
		// Beside the directory, which may be removed under the lock.
		file, err := os.OpenFile(c.lockPath(), os.O_CREATE|os.O_RDWR, 0o600)
		if err != nil {
			return nil, err
		}
		err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if errors.Is(err, syscall.EWOULDBLOCK) {
			c.Report("another command is working on %s, waiting for it", c.Directory)
			err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX)
		}
		if err != nil {
			return nil, errors.Join(err, file.Close())
		}
		// The holder before may have removed the file together with the cluster; then the lock is on nothing.
		held, heldErr := file.Stat()
		found, foundErr := os.Stat(c.lockPath())
		if heldErr == nil && foundErr == nil && os.SameFile(held, found) {
			return func() { _ = file.Close() }, os.MkdirAll(c.Directory, 0o700)
		}
		_ = file.Close()
	}
}

func (c *Cluster) lockPath() string { return c.Directory + ".lock" }

// Running returns the process number of each component, 0 for one that is not running.
func (c *Cluster) Running() map[string]int {
	running := make(map[string]int)
	for _, name := range c.Components() {
		running[name] = c.process(name).PID()
	}
	return running
}

// Stop ends the processes of this cluster and no others.
func (c *Cluster) Stop() error {
	if err := c.stopNodes(); err != nil {
		return err
	}
	components := c.Components()
	for index := len(components) - 1; index >= 0; index-- {
		p := c.process(components[index])
		pid := p.PID()
		if err := p.Stop(); err != nil {
			return err
		}
		if pid != 0 {
			c.Report("%s stopped", p.Name)
		}
	}
	return c.cleanNodes()
}

// Delete removes everything the stopped cluster kept.
func (c *Cluster) Delete() error {
	if !c.Exists() {
		return fmt.Errorf("%s holds no embedded cluster: %s is missing; remove the directory by hand if it is not needed", c.Directory, portsFile)
	}
	return errors.Join(os.RemoveAll(c.Directory), os.Remove(c.lockPath()))
}

func (c *Cluster) writeCredentials() error {
	authority, err := pki.Open(c.path("pki"))
	if err != nil {
		return err
	}
	hosts := []string{loopback, "localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc",
		"kubernetes.default.svc.cluster.local", plan.APIService, plan.Gateway}
	for loopback := plan.FirstLoopback; loopback <= plan.LastLoopback; loopback++ {
		hosts = append(hosts, loopback.API())
	}
	if _, err := authority.Server("server", hosts); err != nil {
		return err
	}
	if _, err := authority.Client("etcd-client", "kube-apiserver"); err != nil {
		return err
	}
	// Only the key is used: it signs the tokens of service accounts.
	if _, err := authority.Client("service-account", "service-account"); err != nil {
		return err
	}
	for _, user := range []struct{ file, name, group string }{
		{"kubeconfig", "admin", "system:masters"},
		{"controller-manager.kubeconfig", "system:kube-controller-manager", ""},
		{"scheduler.kubeconfig", "system:kube-scheduler", ""},
		{"kwok.kubeconfig", "kwok", "system:masters"},
		{"gateway.kubeconfig", addons.Gateway, ""},
	} {
		var groups []string
		if user.group != "" {
			groups = []string{user.group}
		}
		client, err := authority.Client(strings.TrimSuffix(user.file, ".kubeconfig"), user.name, groups...)
		if err != nil {
			return err
		}
		address := c.address()
		if user.file == "kubeconfig" {
			address = c.Address()
		}
		if err := authority.Kubeconfig(c.path(user.file), c.Name(), address, client); err != nil {
			return err
		}
	}
	return c.writeRealCredentials(authority)
}
