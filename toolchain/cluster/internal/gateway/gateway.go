package gateway

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"toolchain/kube/internal/namespace"
	"toolchain/kube/internal/plan"
)

// Run is the process on the user's side: it listens on loopback addresses and connects inside the cluster's namespace.
func Run(arguments []string) error {
	flags := flag.NewFlagSet("cluster-gateway", flag.ContinueOnError)
	kubeconfig := flags.String("kubeconfig", "", "credentials of the gateway, with the API server's address inside the cluster")
	network := flags.Int("network", 0, "the process that the cluster's namespace lives in")
	loopback := flags.Int("loopback", 0, "second number of the loopback addresses")
	output := flags.String("addresses", "", "file that receives the list of addresses")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	dial := namespace.Dialer(func() string { return namespace.Of(*network) })
	g := &gateway{dial: dial, loopback: plan.Loopback(*loopback), open: map[string]*listener{}, output: *output}
	api := fmt.Sprintf("%s:%d", plan.Gateway, plan.APIServerPort)
	outside := fmt.Sprintf("%s:%d", g.loopback.API(), plan.OutsidePort)
	if actual, err := g.listen(outside, func() []string { return []string{api} }); err != nil {
		return err
	} else if actual != outside {
		return fmt.Errorf("%s is taken", outside)
	}
	config, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	if err != nil {
		return err
	}
	config.Dial = dial
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	return g.follow(ctx, client)
}

type gateway struct {
	dial     func(ctx context.Context, network, address string) (net.Conn, error)
	loopback plan.Loopback
	output   string

	lock sync.Mutex
	open map[string]*listener
}

// listener accepts connections at one address for whatever answers at the time.
type listener struct {
	socket net.Listener
	lock   sync.Mutex
	// targets returns who may answer, the preferred one first.
	targets func() []string
}

func (l *listener) current() []string {
	l.lock.Lock()
	defer l.lock.Unlock()
	return l.targets()
}

// listen forwards address to targets, or gives an address that is listened at already its new targets. It returns the address.
func (g *gateway) listen(address string, targets func() []string) (string, error) {
	g.lock.Lock()
	defer g.lock.Unlock()
	if known, ok := g.open[address]; ok {
		known.lock.Lock()
		known.targets = targets
		known.lock.Unlock()
		return known.socket.Addr().String(), nil
	}
	// The port of the API server is held for this process until it takes over.
	config := net.ListenConfig{Control: func(_, _ string, connection syscall.RawConn) error {
		var refused error
		err := connection.Control(func(socket uintptr) {
			refused = unix.SetsockoptInt(int(socket), unix.SOL_SOCKET, unix.SO_REUSEPORT, 1)
		})
		return errors.Join(err, refused)
	}}
	socket, err := config.Listen(context.Background(), "tcp4", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		// A server of the machine has the port at all addresses: any other port will do, and the list says which.
		host, _, _ := net.SplitHostPort(address)
		socket, err = config.Listen(context.Background(), "tcp4", net.JoinHostPort(host, "0"))
	}
	if err != nil {
		return "", err
	}
	opened := &listener{socket: socket, targets: targets}
	g.open[address] = opened
	go g.accept(opened)
	return socket.Addr().String(), nil
}

func (g *gateway) close(address string) {
	g.lock.Lock()
	defer g.lock.Unlock()
	if known, ok := g.open[address]; ok {
		_ = known.socket.Close()
		delete(g.open, address)
	}
}

func (g *gateway) accept(l *listener) {
	for {
		connection, err := l.socket.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		} else if err != nil {
			log.Printf("%s: %v", l.socket.Addr(), err)
			continue
		}
		go g.forward(connection.(*net.TCPConn), l)
	}
}

// forward passes bytes in both directions, each until its own end, as protocols with half-closed connections need.
func (g *gateway) forward(outside *net.TCPConn, l *listener) {
	defer outside.Close()
	var inside net.Conn
	for _, target := range l.current() {
		var err error
		if inside, err = g.dial(context.Background(), "tcp4", target); err == nil {
			break
		}
		log.Printf("%s: %v", l.socket.Addr(), err)
	}
	if inside == nil {
		// Nobody answers: a reset says so, where a plain end would look like an empty answer.
		_ = outside.SetLinger(0)
		return
	}
	defer inside.Close()
	var both sync.WaitGroup
	pass := func(to, from *net.TCPConn) {
		_, _ = io.Copy(to, from)
		_ = to.CloseWrite()
	}
	both.Go(func() { pass(inside.(*net.TCPConn), outside) })
	both.Go(func() { pass(outside, inside.(*net.TCPConn)) })
	both.Wait()
}
