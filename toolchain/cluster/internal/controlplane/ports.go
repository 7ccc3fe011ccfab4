package controlplane

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"

	"toolchain/kube/internal/pki"
)

const loopback = "127.0.0.1"

// Ports are the loopback ports of one cluster. They are remembered so that a kubeconfig stays valid between runs.
type Ports struct {
	Etcd      int `json:"etcd"`
	EtcdPeer  int `json:"etcdPeer"`
	APIServer int `json:"apiServer"`
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

// choose keeps each wanted port that is free and replaces the others; the ports it returns are distinct.
func choose(wanted ...*int) error {
	for _, port := range wanted {
		// Held until all are chosen: the system would otherwise give the same port twice.
		listener, err := net.Listen("tcp", fmt.Sprintf("%s:%d", loopback, *port))
		if err != nil {
			if listener, err = net.Listen("tcp", loopback+":0"); err != nil {
				return fmt.Errorf("no free port on %s: %w", loopback, err)
			}
		}
		defer listener.Close()
		*port = listener.Addr().(*net.TCPAddr).Port
	}
	return nil
}
