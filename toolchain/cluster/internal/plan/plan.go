// Package plan is the layout of a cluster with real nodes: names, zones, addresses and ports. Everything in it follows from the
// number of a node, so that no part has to ask another one.
package plan

import (
	"fmt"
	"net/netip"
	"path/filepath"
	"strings"
)

const (
	// Maximum is the largest number of real nodes, one letter each.
	Maximum = 9
	// Gateway is the address of the cluster's own namespace on the bridge: API server, image registry, way to all nodes.
	Gateway = "10.88.0.1"
	// APIServerPort is one of the three that clusters commonly use, and that network policies therefore name.
	APIServerPort = 6443
	// OutsidePort is the API server's port on the user's side, where another cluster may well have the usual one.
	OutsidePort = 16443
	// EtcdPort and EtcdPeerPort are free in the cluster's own namespace.
	EtcdPort, EtcdPeerPort = 2379, 2380
	// RegistryPort serves the loaded images to the nodes.
	RegistryPort = 5000
	// ServiceRange holds the addresses of Services.
	ServiceRange = "10.96.0.0/16"
	// APIService is the address of the Service kubernetes, the first of ServiceRange.
	APIService = "10.96.0.1"
	// DNSService is the address of the Service of the cluster's DNS server.
	DNSService = "10.96.0.10"
	// PodRange holds the addresses of all pods on real nodes.
	PodRange = "10.244.0.0/16"
	// Bridge is the network link that joins the nodes.
	Bridge = "nodes"
	// ClusterDomain ends the names of Services.
	ClusterDomain = "cluster.local"

	prefix = "real-"
)

// Node is one real node.
type Node struct {
	// Index counts from 0.
	Index int
	// Name is the node's name in the cluster.
	Name string
}

// Nodes are the first count real nodes.
func Nodes(count int) []Node {
	nodes := make([]Node, 0, count)
	for index := range count {
		nodes = append(nodes, Node{Index: index, Name: fmt.Sprintf("%s%c", prefix, 'a'+index)})
	}
	return nodes
}

// Find returns the node called name among the first count.
func Find(name string, count int) (Node, error) {
	names := make([]string, 0, count)
	for _, node := range Nodes(count) {
		if node.Name == name {
			return node, nil
		}
		names = append(names, node.Name)
	}
	return Node{}, fmt.Errorf("node %q is unknown; this cluster's real nodes are %s", name, strings.Join(names, ", "))
}

// Zone is the node's failure zone; three zones take turns.
func (n Node) Zone() string { return fmt.Sprintf("local-%c", 'a'+n.Index%3) }

// Address is the node's address on the bridge.
func (n Node) Address() string { return fmt.Sprintf("10.88.0.%d", 11+n.Index) }

// Hardware is the hardware address of the node's end of its link. A fixed one spares the others a stale neighbour entry when a
// node comes back.
func (n Node) Hardware() string { return fmt.Sprintf("02:00:0a:58:00:%02x", 11+n.Index) }

// PodRange holds the addresses of the node's pods.
func (n Node) PodRange() string { return fmt.Sprintf("10.244.%d.0/24", n.Index) }

// Link is the bridge's end of the node's link.
func (n Node) Link() string { return n.Name }

// Loopback is the network of loopback addresses at which one cluster's Services answer on the user's side.
type Loopback int

const (
	// FirstLoopback and LastLoopback bound the second number of such addresses: 127.96.x.y to 127.127.x.y.
	FirstLoopback, LastLoopback Loopback = 96, 127
)

// API is where the API server and all node ports answer.
func (l Loopback) API() string { return fmt.Sprintf("127.%d.0.1", int(l)) }

// Service is where the load balancer of the Service with this cluster address answers.
func (l Loopback) Service(clusterIP string) (string, error) {
	address, err := netip.ParseAddr(clusterIP)
	if err != nil || !netip.MustParsePrefix(ServiceRange).Contains(address) {
		return "", fmt.Errorf("%q is no address of %s", clusterIP, ServiceRange)
	}
	bytes := address.As4()
	return fmt.Sprintf("127.%d.%d.%d", int(l), bytes[2], bytes[3]), nil
}

const (
	// Images is the folder of loaded archives below a cluster's directory.
	Images = "images"
	// Addresses is the file, below a cluster's directory, that lists where Services answer on the user's side.
	Addresses = "addresses"
	// Credentials is the folder, below a node's own, of what the cluster's authority issued for the node.
	Credentials = "credentials"
	// VolumeFolder is where a node keeps its volumes, below its own folder when it is seen from outside.
	VolumeFolder = "/var/lib/volumes"
)

// Folder is a node's own folder below a cluster's directory.
func (n Node) Folder(directory string) string { return filepath.Join(directory, "nodes", n.Name) }
