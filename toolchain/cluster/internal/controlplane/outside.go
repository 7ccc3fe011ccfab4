package controlplane

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"toolchain/kube/internal/plan"
)

// prepareLoopback chooses the network of loopback addresses: the remembered one while it is free or in use by this cluster.
func (c *Cluster) prepareLoopback() (release func(), err error) {
	if c.ports, err = loadPorts(c.path(portsFile)); err != nil {
		return nil, err
	}
	before := c.ports
	release = func() {}
	c.ports.Etcd, c.ports.EtcdPeer, c.ports.APIServer = plan.EtcdPort, plan.EtcdPeerPort, plan.APIServerPort
	if c.ports.Loopback == 0 || c.process(gatewayProcess).PID() == 0 {
		if c.ports.Loopback, release, err = chooseLoopback(c.ports.Loopback); err != nil {
			return nil, err
		}
	}
	if c.ports != before {
		if err = c.ports.save(c.path(portsFile)); err != nil {
			release()
		}
	}
	return release, err
}

// chooseLoopback keeps the remembered network where its port of the API server is free, and takes the next free one otherwise. As
// with choose, nobody else is given the port until release is called.
func chooseLoopback(remembered plan.Loopback) (chosen plan.Loopback, release func(), err error) {
	candidates := []plan.Loopback{remembered}
	for loopback := plan.FirstLoopback; loopback <= plan.LastLoopback; loopback++ {
		candidates = append(candidates, loopback)
	}
	for _, loopback := range candidates {
		if loopback == 0 || !free(loopback.API(), plan.OutsidePort) {
			continue
		}
		if socket, _, err := hold(loopback.API(), plan.OutsidePort); err == nil {
			return loopback, func() { _ = unix.Close(socket) }, nil
		}
	}
	return 0, nil, fmt.Errorf("port %d is taken at all of %s to %s; end what listens there, or remove another cluster with make down",
		plan.OutsidePort, plan.FirstLoopback.API(), plan.LastLoopback.API())
}

// awaitGateway returns when the API server answers on the user's side.
func (c *Cluster) awaitGateway(ctx context.Context) error {
	p := c.process(gatewayProcess)
	address := net.JoinHostPort(c.ports.Loopback.API(), strconv.Itoa(plan.OutsidePort))
	for ctx.Err() == nil {
		if connection, err := net.Dial("tcp4", address); err == nil {
			return connection.Close()
		}
		if p.PID() == 0 {
			return c.ended(p)
		}
		time.Sleep(pollInterval)
	}
	return fmt.Errorf("nothing answers at %s\n%s", address, p.Tail(logLines))
}
