package seed

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/component-base/version"
)

const (
	region       = "local"
	architecture = "amd64"
)

var zones = []string{"local-a", "local-b", "local-c"}

// capacity is that of a common cloud machine, so that the scheduler refuses what would not fit on one.
var capacity = corev1.ResourceList{
	corev1.ResourceCPU:              resource.MustParse("8"),
	corev1.ResourceMemory:           resource.MustParse("32Gi"),
	corev1.ResourcePods:             resource.MustParse("110"),
	corev1.ResourceEphemeralStorage: resource.MustParse("100Gi"),
}

// nodes are three simulated machines, one in each zone. kwok plays their kubelets.
func nodes() []*corev1.Node {
	list := make([]*corev1.Node, 0, len(zones))
	for index, zone := range zones {
		name := fmt.Sprintf("node-%c", 'a'+index)
		list = append(list, &corev1.Node{
			ObjectMeta: metav1.ObjectMeta{
				Name: name,
				Labels: map[string]string{
					corev1.LabelHostname:           name,
					corev1.LabelTopologyZone:       zone,
					corev1.LabelTopologyRegion:     region,
					corev1.LabelArchStable:         architecture,
					corev1.LabelOSStable:           "linux",
					corev1.LabelInstanceTypeStable: "simulated",
				},
			},
			Status: corev1.NodeStatus{
				Capacity:    capacity,
				Allocatable: capacity,
				NodeInfo:    corev1.NodeSystemInfo{KubeletVersion: version.Get().GitVersion},
				Addresses: []corev1.NodeAddress{
					{Type: corev1.NodeInternalIP, Address: fmt.Sprintf("198.19.1.%d", index+1)},
					{Type: corev1.NodeHostName, Address: name},
				},
			},
		})
	}
	return list
}
