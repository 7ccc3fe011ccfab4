package machine

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"toolchain/kube/internal/gateway"
	"toolchain/kube/internal/plan"
)

const (
	// plugged is how long the node waits for its link to the others.
	plugged = 30 * time.Second
	poll    = 20 * time.Millisecond
)

// Run is the first process of a node. It ends when it is told to, after it has stopped the node's pods in order.
func Run(arguments []string) error {
	flags := flag.NewFlagSet("cluster-node", flag.ContinueOnError)
	directory := flags.String("dir", "", "the cluster's directory")
	name := flags.String("name", "", "the node's name")
	count := flags.Int("count", 1, "how many real nodes the cluster has")
	group := flags.String("group", "", "the node's control group")
	programs := flags.String("programs", "", "folder of the programs that real nodes need")
	pause := flags.String("pause", "", "image that holds a pod's namespaces")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	if os.Getpid() != 1 {
		return errors.New("cluster start runs this, in namespaces of the node's own")
	}
	node, err := plan.Find(*name, *count)
	if err != nil {
		return err
	}
	stop, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	settings := Settings{Node: node, Count: *count, Group: *group, Pause: *pause}
	files, err := settings.files()
	if err != nil {
		return err
	}
	folder := node.Folder(*directory)
	if err := errors.Join(prepare(folder), write(folder, files)); err != nil {
		return err
	}
	if err := unix.Sethostname([]byte(node.Name)); err != nil {
		return err
	}
	if err := enter(*programs, folder); err != nil {
		return err
	}
	if err := awaitLink(stop); err != nil {
		return err
	}
	if err := gateway.Configure(node, *count); err != nil {
		return fmt.Errorf("the node's network: %w", err)
	}
	keeper := newKeeper()
	if err := keeper.start(stop, settings.services()); err != nil {
		return err
	}
	<-stop.Done()
	log.Print("stopping")
	keeper.stop("kubelet")
	if err := stopPods(); err != nil {
		log.Print(err)
	}
	keeper.stopAll()
	unix.Sync()
	return nil
}

// awaitLink waits until the cluster has plugged the node in, after it has put it into its control group.
func awaitLink(ctx context.Context) error {
	for deadline := time.Now().Add(plugged); ; time.Sleep(poll) {
		_, err := netlink.LinkByName(gateway.NodeLink)
		if err == nil || ctx.Err() != nil {
			return ctx.Err()
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("the node was not joined to the others: %w", err)
		}
	}
}
