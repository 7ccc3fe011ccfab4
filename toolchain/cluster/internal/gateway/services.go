package gateway

import (
	"context"
	"fmt"
	"log"
	"maps"
	"math/rand/v2"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	corelisters "k8s.io/client-go/listers/core/v1"
	discoverylisters "k8s.io/client-go/listers/discovery/v1"
	"k8s.io/client-go/tools/cache"

	"toolchain/kube/internal/pki"
	"toolchain/kube/internal/plan"
)

// settle is how long changes gather before they are acted on.
const settle = 100 * time.Millisecond

type listers struct {
	services corelisters.ServiceLister
	nodes    corelisters.NodeLister
	slices   discoverylisters.EndpointSliceLister
}

// Entry is one address on the user's side.
type Entry struct {
	// Service is the namespace and name of a Service, Port the name or number of its port, Kind the Service's type.
	Service, Port, Kind string
	// Address is host and port on loopback.
	Address string
	targets func() []string
}

// follow opens and closes addresses as Services come and go, until ctx ends.
func (g *gateway) follow(ctx context.Context, client kubernetes.Interface) error {
	factory := informers.NewSharedInformerFactory(client, 0)
	known := listers{
		services: factory.Core().V1().Services().Lister(),
		nodes:    factory.Core().V1().Nodes().Lister(),
		slices:   factory.Discovery().V1().EndpointSlices().Lister(),
	}
	changed := make(chan struct{}, 1)
	notify := func(any) {
		select {
		case changed <- struct{}{}:
		default:
		}
	}
	// Targets are looked up at each connection; only Services change what is listened at.
	_, err := factory.Core().V1().Services().Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc: notify, DeleteFunc: notify, UpdateFunc: func(_, updated any) { notify(updated) },
	})
	if err != nil {
		return err
	}
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	opened := map[string]bool{}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
		}
		time.Sleep(settle)
		services, err := known.services.List(labels.Everything())
		if err != nil {
			return err
		}
		entries := entriesOf(g.loopback, services, known)
		if err := pki.WritePrivate(g.output, []byte(list(g.apply(entries, opened)))); err != nil {
			return err
		}
		for _, service := range services {
			g.announce(ctx, client, service)
		}
	}
}

// entriesOf lists where the ports of services answer.
func entriesOf(loopback plan.Loopback, services []*corev1.Service, known listers) []Entry {
	var entries []Entry
	for _, service := range services {
		if service.Spec.Type != corev1.ServiceTypeLoadBalancer && service.Spec.Type != corev1.ServiceTypeNodePort {
			continue
		}
		host, err := loopback.Service(service.Spec.ClusterIP)
		if err != nil {
			continue
		}
		for _, port := range service.Spec.Ports {
			if port.Protocol != corev1.ProtocolTCP && port.Protocol != "" {
				continue
			}
			name := port.Name
			if name == "" {
				name = strconv.Itoa(int(port.Port))
			}
			entry := Entry{Service: service.Namespace + "/" + service.Name, Port: name, Kind: string(service.Spec.Type)}
			if service.Spec.Type == corev1.ServiceTypeLoadBalancer {
				entry.Address = net.JoinHostPort(host, strconv.Itoa(int(port.Port)))
				entry.targets = func() []string { return known.endpoints(service, port.Name) }
			} else {
				entry.Address = net.JoinHostPort(loopback.API(), strconv.Itoa(int(port.NodePort)))
				entry.targets = func() []string { return known.nodePorts(port.NodePort) }
			}
			entries = append(entries, entry)
		}
	}
	slices.SortFunc(entries, func(one, other Entry) int {
		return strings.Compare(one.Service+one.Address, other.Service+other.Address)
	})
	return entries
}

func list(entries []Entry) string {
	var text strings.Builder
	for _, entry := range entries {
		fmt.Fprintf(&text, "%-44s %-12s %-14s %s\n", entry.Service, entry.Port, entry.Kind, entry.Address)
	}
	return text.String()
}

// endpoints are the ready pods behind a Service's port in a random order, as a load balancer spreads over pods.
func (l listers) endpoints(service *corev1.Service, port string) []string {
	found, err := l.slices.EndpointSlices(service.Namespace).List(labels.SelectorFromSet(labels.Set{discoveryv1.LabelServiceName: service.Name}))
	if err != nil {
		return nil
	}
	targets := map[string]bool{}
	for _, slice := range found {
		for _, offered := range slice.Ports {
			if offered.Name == nil || *offered.Name != port || offered.Port == nil {
				continue
			}
			for _, endpoint := range slice.Endpoints {
				if endpoint.Conditions.Ready == nil || *endpoint.Conditions.Ready {
					targets[net.JoinHostPort(endpoint.Addresses[0], strconv.Itoa(int(*offered.Port)))] = true
				}
			}
		}
	}
	return shuffled(slices.Collect(maps.Keys(targets)))
}

// nodePorts is the port on every node that is ready.
func (l listers) nodePorts(port int32) []string {
	nodes, err := l.nodes.List(labels.Everything())
	if err != nil {
		return nil
	}
	var targets []string
	for _, node := range nodes {
		if address, ok := readyAddress(node); ok {
			targets = append(targets, net.JoinHostPort(address, strconv.Itoa(int(port))))
		}
	}
	return shuffled(targets)
}

func readyAddress(node *corev1.Node) (string, bool) {
	ready := slices.ContainsFunc(node.Status.Conditions, func(condition corev1.NodeCondition) bool {
		return condition.Type == corev1.NodeReady && condition.Status == corev1.ConditionTrue
	})
	for _, address := range node.Status.Addresses {
		if ready && address.Type == corev1.NodeInternalIP {
			return address.Address, true
		}
	}
	return "", false
}

func shuffled(targets []string) []string {
	rand.Shuffle(len(targets), func(one, other int) { targets[one], targets[other] = targets[other], targets[one] })
	return targets
}

// apply makes what is listened at agree with entries, and returns them with the addresses that were to be had. One that was not is
// left out and tried again at the next change.
func (g *gateway) apply(entries []Entry, opened map[string]bool) []Entry {
	wanted := map[string]bool{}
	var listed []Entry
	for _, entry := range entries {
		wanted[entry.Address] = true
		actual, err := g.listen(entry.Address, entry.targets)
		if err != nil {
			log.Printf("%s %s: %v", entry.Service, entry.Port, err)
			continue
		}
		opened[entry.Address] = true
		entry.Address = actual
		listed = append(listed, entry)
	}
	for address := range opened {
		if !wanted[address] {
			g.close(address)
			delete(opened, address)
		}
	}
	return listed
}

// announce writes into a Service of type LoadBalancer where it answers, as a cloud does.
func (g *gateway) announce(ctx context.Context, client kubernetes.Interface, service *corev1.Service) {
	if service.Spec.Type != corev1.ServiceTypeLoadBalancer {
		return
	}
	host, err := g.loopback.Service(service.Spec.ClusterIP)
	current := service.Status.LoadBalancer.Ingress
	if err != nil || (len(current) == 1 && current[0].IP == host) {
		return
	}
	updated := service.DeepCopy()
	updated.Status.LoadBalancer.Ingress = []corev1.LoadBalancerIngress{{IP: host}}
	if _, err := client.CoreV1().Services(service.Namespace).UpdateStatus(ctx, updated, metav1.UpdateOptions{}); err != nil {
		log.Printf("%s/%s: %v", service.Namespace, service.Name, err)
	}
}
