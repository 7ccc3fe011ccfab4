package controlplane

import (
	"fmt"

	"toolchain/kube/internal/plan"
	"toolchain/kube/internal/process"
)

const (
	// podRange holds the addresses that kwok gives to simulated pods. Nothing listens on them.
	podRange     = "10.244.0.1/16"
	leaseSeconds = 40
)

func (c *Cluster) process(name string) process.Process {
	p := process.Process{Name: name, Directory: c.Directory}
	if c.real.Enabled() {
		c.placeReal(&p)
	}
	return p
}

// address is the URL of the API server for the components.
func (c *Cluster) address() string { return fmt.Sprintf("https://%s:%d", c.host(), c.ports.APIServer) }

// host is where the API server listens.
func (c *Cluster) host() string {
	if c.real.Enabled() {
		return plan.Gateway
	}
	return loopback
}

func (c *Cluster) etcdAddress() string {
	return fmt.Sprintf("https://%s:%d", loopback, c.ports.Etcd)
}

func (c *Cluster) arguments(name string) []string {
	switch name {
	case "etcd":
		return c.etcd()
	case "kube-apiserver":
		return c.apiServer()
	case "kube-controller-manager":
		return c.controllerManager()
	case "kube-scheduler":
		return c.scheduler()
	case "kwok":
		return c.kwok()
	default:
		return c.realArguments(name)
	}
}

func (c *Cluster) etcd() []string {
	peer := fmt.Sprintf("https://%s:%d", loopback, c.ports.EtcdPeer)
	arguments := []string{
		"--name=embedded",
		"--data-dir=" + c.path("etcd"),
		"--listen-client-urls=" + c.etcdAddress(),
		"--advertise-client-urls=" + c.etcdAddress(),
		"--listen-peer-urls=" + peer,
		"--initial-advertise-peer-urls=" + peer,
		"--initial-cluster=embedded=" + peer,
		"--cert-file=" + c.credential("server.crt"),
		"--key-file=" + c.credential("server.key"),
		"--trusted-ca-file=" + c.credential("ca.crt"),
		"--client-cert-auth",
		"--peer-cert-file=" + c.credential("server.crt"),
		"--peer-key-file=" + c.credential("server.key"),
		"--peer-trusted-ca-file=" + c.credential("ca.crt"),
		"--peer-client-cert-auth",
		// Takes over the ports that are held for it, see choose.
		"--socket-reuse-port",
		"--auto-compaction-retention=1h",
		"--log-level=warn",
	}
	if c.Volatile {
		arguments = append(arguments, "--unsafe-no-fsync")
	}
	return arguments
}

func (c *Cluster) apiServer() []string {
	arguments := []string{
		"--etcd-servers=" + c.etcdAddress(),
		"--etcd-cafile=" + c.credential("ca.crt"),
		"--etcd-certfile=" + c.credential("etcd-client.crt"),
		"--etcd-keyfile=" + c.credential("etcd-client.key"),
		"--bind-address=" + c.host(),
		"--advertise-address=" + c.host(),
		fmt.Sprintf("--secure-port=%d", c.ports.APIServer),
		"--service-cluster-ip-range=" + plan.ServiceRange,
		"--tls-cert-file=" + c.credential("server.crt"),
		"--tls-private-key-file=" + c.credential("server.key"),
		"--client-ca-file=" + c.credential("ca.crt"),
		"--anonymous-auth=false",
		"--authorization-mode=Node,RBAC",
		"--allow-privileged=true",
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file=" + c.credential("service-account.crt"),
		"--service-account-signing-key-file=" + c.credential("service-account.key"),
		"--profiling=false",
	}
	if c.real.Enabled() {
		return append(arguments, c.realAPIServer()...)
	}
	return append(arguments,
		"--permit-port-sharing",
		// Endpoints may not be loopback addresses, and nothing inside a simulated pod could dial this one.
		"--endpoint-reconciler-type=none",
	)
}

func (c *Cluster) controllerManager() []string {
	return []string{
		"--kubeconfig=" + c.path("controller-manager.kubeconfig"),
		"--master=" + c.address(),
		// One process per cluster: nobody to elect against, and no lease to wait for after a crash.
		"--leader-elect=false",
		// Serves nothing: its health is that of its process.
		"--secure-port=0",
		"--use-service-account-credentials",
		"--service-account-private-key-file=" + c.credential("service-account.key"),
		"--root-ca-file=" + c.credential("ca.crt"),
		"--cluster-signing-cert-file=" + c.credential("ca.crt"),
		"--cluster-signing-key-file=" + c.credential("ca.key"),
		"--profiling=false",
	}
}

func (c *Cluster) scheduler() []string {
	return []string{
		"--kubeconfig=" + c.path("scheduler.kubeconfig"),
		"--master=" + c.address(),
		"--leader-elect=false",
		"--secure-port=0",
		"--profiling=false",
	}
}

func (c *Cluster) kwok() []string {
	return []string{
		"--kubeconfig=" + c.path("kwok.kubeconfig"),
		"--master=" + c.address(),
		"--config=" + c.path("stages.yaml"),
		"--manage-all-nodes",
		// INFO is a line per node and ten seconds.
		"--v=WARN",
		"--cidr=" + podRange,
		fmt.Sprintf("--node-lease-duration-seconds=%d", leaseSeconds),
	}
}
