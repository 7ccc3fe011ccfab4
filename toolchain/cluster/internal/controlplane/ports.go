package controlplane

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"

	"golang.org/x/sys/unix"

	"toolchain/kube/internal/pki"
	"toolchain/kube/internal/plan"
)

const loopback = "127.0.0.1"

// Ports are the loopback ports of one cluster. They are remembered so that a kubeconfig stays valid between runs.
type Ports struct {
	Etcd      int `json:"etcd"`
	EtcdPeer  int `json:"etcdPeer"`
	APIServer int `json:"apiServer"`
	// Loopback is the network of a cluster with real nodes; its other ports are fixed ones of its own namespace.
	Loopback plan.Loopback `json:"loopback,omitempty"`
}

// loadPorts reads the remembered ports; those of a first run are zero.
func loadPorts(path string) (Ports, error) {
	var ports Ports
	content, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return ports, nil
	} else if err != nil {
		return ports, err
	}
	// A damaged file is replaced by newly chosen ports.
	if json.Unmarshal(content, &ports) != nil {
		return Ports{}, nil
	}
	return ports, nil
}

func (p Ports) save(path string) error {
	content, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return pki.WritePrivate(path, content)
}

// choose keeps each wanted port that is free and replaces the others. Nobody else is given these ports until release is
// called: components take them over with SO_REUSEPORT, which every other program on the machine would need as well.
func choose(wanted ...*int) (release func(), err error) {
	var held []int
	release = func() {
		for _, socket := range held {
			_ = unix.Close(socket)
		}
		held = nil
	}
	for _, port := range wanted {
		if !free(loopback, *port) {
			*port = 0
		}
		socket, chosen, err := hold(loopback, *port)
		if err != nil {
			release()
			return nil, fmt.Errorf("no free port on %s: %w", loopback, err)
		}
		held = append(held, socket)
		*port = chosen
	}
	return release, nil
}

// free reports whether nobody has the port, not even a program that would share it.
func free(host string, port int) bool {
	listener, err := net.Listen("tcp", fmt.Sprintf("%s:%d", host, port))
	return err == nil && listener.Close() == nil
}

// hold binds a socket that never listens to the port, or to one that the system chooses for 0.
func hold(host string, port int) (socket, chosen int, err error) {
	socket, err = unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, 0, err
	}
	address := &unix.SockaddrInet4{Port: port, Addr: netip.MustParseAddr(host).As4()}
	if err = unix.SetsockoptInt(socket, unix.SOL_SOCKET, unix.SO_REUSEPORT, 1); err == nil {
		err = unix.Bind(socket, address)
	}
	var bound unix.Sockaddr
	if err == nil {
		bound, err = unix.Getsockname(socket)
	}
	if err != nil {
		return 0, 0, errors.Join(err, unix.Close(socket))
	}
	return socket, bound.(*unix.SockaddrInet4).Port, nil
}
