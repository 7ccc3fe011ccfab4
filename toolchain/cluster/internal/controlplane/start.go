package controlplane

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"toolchain/kube/internal/process"
	"toolchain/kube/internal/seed"
)

const (
	readyTimeout = 2 * time.Minute
	// realTimeout is longer: a busy machine starts several kubelets and their first pods.
	realTimeout  = 5 * time.Minute
	pollInterval = 50 * time.Millisecond
	logLines     = 15
)

// Start brings the cluster up, or back up, and returns when it accepts workloads. It reports whether it had to start anything.
func (c *Cluster) Start(ctx context.Context, resources seed.Resources) (bool, error) {
	limit := readyTimeout
	if c.real.Enabled() {
		limit = realTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	release, err := c.prepare(resources)
	if err != nil {
		return false, err
	}
	defer release()
	client, err := c.client()
	if err != nil {
		return false, err
	}
	if err := c.stopOutdated(); err != nil {
		return false, err
	}
	changed, err := c.startNetwork(ctx)
	if err != nil {
		return changed, err
	}
	started, err := c.launch(ctx, client, "etcd", c.etcdAddress()+"/health")
	changed = changed || started
	if err != nil {
		return changed, err
	}
	started, err = c.launch(ctx, client, "kube-apiserver", c.address()+"/readyz")
	changed = changed || started
	if err != nil {
		return changed, err
	}
	for _, name := range c.Components() {
		if slices.Contains([]string{networkProcess, "etcd", "kube-apiserver"}, name) || c.isNode(name) {
			continue
		}
		started, err := c.process(name).Start(c.program(name), c.arguments(name))
		if err != nil {
			return changed, err
		}
		if started {
			c.Report("%s started", name)
		}
		changed = changed || started
	}
	started, err = c.startNodes()
	changed = changed || started
	if err != nil {
		return changed, err
	}
	return changed, c.seed(ctx, resources, changed)
}

// stopOutdated stops everything when a component has to be replaced: the API server ends quickly only while etcd answers.
func (c *Cluster) stopOutdated() error {
	for _, name := range c.Components() {
		if c.process(name).Outdated(c.program(name), c.arguments(name)) {
			c.Report("%s belongs to another build or configuration: restarting the cluster, its data stays", name)
			return c.Stop()
		}
	}
	return nil
}

// prepare writes what the components read when they start. Their ports are theirs alone until release is called.
func (c *Cluster) prepare(resources seed.Resources) (release func(), err error) {
	if c.real.Enabled() {
		release, err = c.prepareLoopback()
	} else {
		release, err = c.preparePorts()
	}
	if err != nil {
		return nil, err
	}
	if err = c.writeCredentials(); err == nil {
		err = c.writeStages(resources)
	}
	if err != nil {
		release()
	}
	return release, err
}

func (c *Cluster) preparePorts() (release func(), err error) {
	if c.ports, err = loadPorts(c.path(portsFile)); err != nil {
		return nil, err
	}
	before := c.ports
	var wanted []*int
	if c.process("etcd").PID() == 0 || c.ports.Etcd == 0 || c.ports.EtcdPeer == 0 {
		wanted = append(wanted, &c.ports.Etcd, &c.ports.EtcdPeer)
	}
	if c.process("kube-apiserver").PID() == 0 || c.ports.APIServer == 0 {
		wanted = append(wanted, &c.ports.APIServer)
	}
	if release, err = choose(wanted...); err != nil {
		return nil, err
	}
	if c.ports != before {
		if err = c.ports.save(c.path(portsFile)); err != nil {
			release()
		}
	}
	return release, err
}

func (c *Cluster) writeStages(resources seed.Resources) error {
	stages, err := resources.Stages()
	if err != nil {
		return err
	}
	return os.WriteFile(c.path("stages.yaml"), stages, 0o600)
}

// client trusts this cluster's authority alone.
func (c *Cluster) client() (*http.Client, error) {
	authority, err := os.ReadFile(c.credential("ca.crt"))
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authority)
	// The administrator's certificate is kept under the name of its kubeconfig.
	certificate, err := tls.LoadX509KeyPair(c.credential("kubeconfig.crt"), c.credential("kubeconfig.key"))
	if err != nil {
		return nil, err
	}
	return &http.Client{
		Timeout: 2 * time.Second,
		Transport: &http.Transport{
			TLSClientConfig: &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{certificate}},
			DialContext:     c.dial(),
		},
	}, nil
}

// launch starts a component and waits until it answers at url.
func (c *Cluster) launch(ctx context.Context, client *http.Client, name, url string) (bool, error) {
	p := c.process(name)
	started, err := p.Start(c.program(name), c.arguments(name))
	if err != nil {
		return false, err
	}
	answer := "no answer yet"
	for ctx.Err() == nil {
		if response, err := client.Get(url); err != nil {
			answer = err.Error()
		} else {
			_ = response.Body.Close()
			if answer = response.Status; response.StatusCode == http.StatusOK {
				if started {
					c.Report("%s ready at %s", name, strings.TrimSuffix(strings.TrimSuffix(url, "/health"), "/readyz"))
				}
				return started, nil
			}
		}
		if p.PID() == 0 {
			return started, c.ended(p)
		}
		time.Sleep(pollInterval)
	}
	return started, fmt.Errorf("%s was not ready within %s (%s)\n%s\nthe whole log is %s", name, readyTimeout, answer, p.Tail(logLines), p.LogPath())
}

func (c *Cluster) seed(ctx context.Context, resources seed.Resources, changed bool) error {
	if err := c.addReal(ctx, &resources); err != nil {
		return err
	}
	seeder, err := seed.New(c.Kubeconfig(), resources, c.path("applied"), c.Report)
	if err != nil {
		return err
	}
	if err := seeder.Apply(ctx); err != nil {
		return err
	}
	if !changed {
		return nil
	}
	return seeder.Wait(ctx, c.healthy)
}

func (c *Cluster) ended(p process.Process) error {
	return fmt.Errorf("%s ended before the cluster was ready\n%s\nthe whole log is %s", p.Name, p.Tail(logLines), p.LogPath())
}

// healthy reports the first component that has ended.
func (c *Cluster) healthy() error {
	for _, name := range c.Components() {
		if p := c.process(name); p.PID() == 0 {
			return c.ended(p)
		}
	}
	return nil
}
