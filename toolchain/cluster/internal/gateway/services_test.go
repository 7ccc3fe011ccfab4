package gateway

import (
	"net"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	corelisters "k8s.io/client-go/listers/core/v1"
	discoverylisters "k8s.io/client-go/listers/discovery/v1"
	"k8s.io/client-go/tools/cache"

	"toolchain/kube/internal/plan"
)

func service(name string, kind corev1.ServiceType, ports ...corev1.ServicePort) *corev1.Service {
	return &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Namespace: "n", Name: name},
		Spec:       corev1.ServiceSpec{Type: kind, ClusterIP: "10.96.1.2", Ports: ports},
	}
}

func TestOnlyServicesForTheOutsideAnswerThere(t *testing.T) {
	entries := entriesOf(plan.FirstLoopback, []*corev1.Service{
		service("inside", corev1.ServiceTypeClusterIP, corev1.ServicePort{Port: 1}),
		service("balanced", corev1.ServiceTypeLoadBalancer, corev1.ServicePort{Name: "http", Port: 80}, corev1.ServicePort{Port: 53, Protocol: corev1.ProtocolUDP}),
		service("port", corev1.ServiceTypeNodePort, corev1.ServicePort{Port: 80, NodePort: 30080}),
	}, listers{})
	want := "n/balanced                                   http         LoadBalancer   127.96.1.2:80\n" +
		"n/port                                       80           NodePort       127.96.0.1:30080\n"
	if got := list(entries); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestLoadBalancerLeadsToReadyPodsAlone(t *testing.T) {
	yes, no, port, name := true, false, int32(8080), "http"
	indexer := cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc})
	_ = indexer.Add(&discoveryv1.EndpointSlice{
		ObjectMeta: metav1.ObjectMeta{Namespace: "n", Name: "s-1", Labels: map[string]string{discoveryv1.LabelServiceName: "s"}},
		Ports:      []discoveryv1.EndpointPort{{Name: &name, Port: &port}},
		Endpoints: []discoveryv1.Endpoint{
			{Addresses: []string{"10.244.0.5"}, Conditions: discoveryv1.EndpointConditions{Ready: &yes}},
			{Addresses: []string{"10.244.0.6"}, Conditions: discoveryv1.EndpointConditions{Ready: &no}},
		},
	})
	known := listers{slices: discoverylisters.NewEndpointSliceLister(indexer)}
	targets := known.endpoints(service("s", corev1.ServiceTypeLoadBalancer), "http")
	if len(targets) != 1 || targets[0] != "10.244.0.5:8080" {
		t.Errorf("%v", targets)
	}
}

func TestNodePortLeadsToReadyNodesAlone(t *testing.T) {
	node := func(name, address string, ready corev1.ConditionStatus) *corev1.Node {
		return &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name}, Status: corev1.NodeStatus{
			Conditions: []corev1.NodeCondition{{Type: corev1.NodeReady, Status: ready}},
			Addresses:  []corev1.NodeAddress{{Type: corev1.NodeInternalIP, Address: address}},
		}}
	}
	indexer := cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{})
	_ = indexer.Add(node("real-a", "10.88.0.11", corev1.ConditionUnknown))
	_ = indexer.Add(node("real-b", "10.88.0.12", corev1.ConditionTrue))
	known := listers{nodes: corelisters.NewNodeLister(indexer)}
	if targets := known.nodePorts(30080); len(targets) != 1 || targets[0] != "10.88.0.12:30080" {
		t.Errorf("%v", targets)
	}
}

func TestTakenPortIsReplacedAndListedSo(t *testing.T) {
	taken, err := net.Listen("tcp4", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	_, port, _ := net.SplitHostPort(taken.Addr().String())
	g := &gateway{open: map[string]*listener{}}
	wanted := net.JoinHostPort("127.96.1.2", port)
	opened := map[string]bool{}
	entries := []Entry{{Service: "n/s", Port: "http", Address: wanted, targets: func() []string { return nil }}}
	for range 2 {
		listed := g.apply(entries, opened)
		if len(listed) != 1 || listed[0].Address == wanted || !strings.HasPrefix(listed[0].Address, "127.96.1.2:") {
			t.Errorf("%+v", listed)
		}
	}
	if g.apply(nil, opened); len(g.open) != 0 || len(opened) != 0 {
		t.Errorf("%v is still listened at", opened)
	}
}
