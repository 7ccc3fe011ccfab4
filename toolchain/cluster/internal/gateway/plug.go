package gateway

import (
	"errors"
	"fmt"
	"net"
	"os"
	"runtime"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"

	"toolchain/kube/internal/namespace"
	"toolchain/kube/internal/plan"
)

// NodeLink is the name of a node's own end of its link.
const NodeLink = "eth0"

// Plug joins the namespace of the node's first process to the bridge in the namespace of the network process.
func Plug(network, first int, node plan.Node) error {
	hub, err := netns.GetFromPath(namespace.Of(network))
	if err != nil {
		return err
	}
	defer hub.Close()
	handle, err := netlink.NewHandleAt(hub)
	if err != nil {
		return err
	}
	defer handle.Close()
	bridge, err := handle.LinkByName(plan.Bridge)
	if err != nil {
		return fmt.Errorf("the bridge of the nodes: %w", err)
	}
	if err := unplug(handle, node); err != nil {
		return err
	}
	hardware, err := net.ParseMAC(node.Hardware())
	if err != nil {
		return err
	}
	link := &netlink.Veth{
		LinkAttrs:        netlink.LinkAttrs{Name: node.Link(), MasterIndex: bridge.Attrs().Index},
		PeerName:         NodeLink,
		PeerHardwareAddr: hardware,
		PeerNamespace:    netlink.NsPid(first),
	}
	if err := handle.LinkAdd(link); err != nil {
		return fmt.Errorf("cannot join %s to the bridge: %w", node.Name, err)
	}
	if err := handle.LinkSetUp(link); err != nil {
		return err
	}
	pods, err := netlink.ParseIPNet(node.PodRange())
	if err != nil {
		return err
	}
	return handle.RouteReplace(&netlink.Route{Dst: pods, Gw: net.ParseIP(node.Address())})
}

// Plugged reports whether the node is joined to the bridge.
func Plugged(network int, node plan.Node) (bool, error) {
	hub, err := netns.GetFromPath(namespace.Of(network))
	if err != nil {
		return false, err
	}
	defer hub.Close()
	handle, err := netlink.NewHandleAt(hub)
	if err != nil {
		return false, err
	}
	defer handle.Close()
	_, err = handle.LinkByName(node.Link())
	var absent netlink.LinkNotFoundError
	if errors.As(err, &absent) {
		return false, nil
	}
	return err == nil, err
}

// unplug removes what an earlier life of the node left while its namespace is not gone yet.
func unplug(handle *netlink.Handle, node plan.Node) error {
	link, err := handle.LinkByName(node.Link())
	var absent netlink.LinkNotFoundError
	if errors.As(err, &absent) {
		return nil
	} else if err != nil {
		return err
	}
	return handle.LinkDel(link)
}

// Configure gives the node, in whose namespace this runs, its address and the ways to everything else. The way to anywhere is the
// cluster's own namespace, which knows no further one and says so at once.
func Configure(node plan.Node, count int) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := UpLoopback(); err != nil {
		return err
	}
	link, err := netlink.LinkByName(NodeLink)
	if err != nil {
		return err
	}
	address := &netlink.Addr{IPNet: &net.IPNet{IP: net.ParseIP(node.Address()), Mask: net.CIDRMask(24, 32)}}
	if err := netlink.AddrReplace(link, address); err != nil {
		return err
	}
	if err := netlink.LinkSetUp(link); err != nil {
		return err
	}
	if err := netlink.RouteReplace(&netlink.Route{Gw: net.ParseIP(plan.Gateway)}); err != nil {
		return err
	}
	for _, other := range plan.Nodes(count) {
		if other == node {
			continue
		}
		pods, err := netlink.ParseIPNet(other.PodRange())
		if err != nil {
			return err
		}
		if err := netlink.RouteReplace(&netlink.Route{Dst: pods, Gw: net.ParseIP(other.Address())}); err != nil {
			return err
		}
	}
	return os.WriteFile("/proc/sys/net/ipv4/ip_forward", []byte("1"), 0o644)
}
