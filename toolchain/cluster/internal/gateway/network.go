// Package gateway joins real nodes with each other and with the user: the bridge in the cluster's own network namespace, the
// registry of loaded images on it, and the loopback addresses at which the API server and the Services answer outside of it.
package gateway

import (
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/vishvananda/netlink"

	"toolchain/kube/internal/archive"
	"toolchain/kube/internal/plan"
)

// RunNetwork is the process that the cluster's network namespace lives in, which is new and empty when it starts. Nothing in it
// leads out: it has no link but the bridge of the nodes, and no default route.
func RunNetwork(arguments []string) error {
	flags := flag.NewFlagSet("cluster-network", flag.ContinueOnError)
	directory := flags.String("dir", "", "the cluster's directory")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	if err := makeBridge(); err != nil {
		return err
	}
	images := filepath.Join(*directory, plan.Images)
	if err := os.MkdirAll(images, 0o700); err != nil {
		return err
	}
	server := &http.Server{
		Addr:              fmt.Sprintf("%s:%d", plan.Gateway, plan.RegistryPort),
		Handler:           &archive.Registry{Directory: images, Report: log.Printf},
		ReadHeaderTimeout: 10 * time.Second,
	}
	return server.ListenAndServe()
}

func makeBridge() error {
	if err := UpLoopback(); err != nil {
		return err
	}
	bridge := &netlink.Bridge{LinkAttrs: netlink.LinkAttrs{Name: plan.Bridge}}
	if err := netlink.LinkAdd(bridge); err != nil && !errors.Is(err, syscall.EEXIST) {
		return fmt.Errorf("cannot make a bridge: %w", err)
	}
	link, err := netlink.LinkByName(plan.Bridge)
	if err != nil {
		return err
	}
	address := &netlink.Addr{IPNet: &net.IPNet{IP: net.ParseIP(plan.Gateway), Mask: net.CIDRMask(24, 32)}}
	if err := netlink.AddrReplace(link, address); err != nil {
		return err
	}
	if err := netlink.LinkSetUp(link); err != nil {
		return err
	}
	return os.WriteFile("/proc/sys/net/ipv4/ip_forward", []byte("1"), 0o644)
}

// UpLoopback turns on the loopback link of a new namespace.
func UpLoopback() error {
	link, err := netlink.LinkByName("lo")
	if err != nil {
		return err
	}
	return netlink.LinkSetUp(link)
}
