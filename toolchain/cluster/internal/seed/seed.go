package seed

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"toolchain/kube/internal/pki"
)

const (
	fieldManager = "embedded-cluster"
	pollInterval = 50 * time.Millisecond
	// parallel bounds the requests in flight: the API server converts each definition's schema as it arrives.
	parallel = 8
)

// endpoints are the kinds that manifests may hold.
var endpoints = map[string]schema.GroupVersionResource{
	"APIService":               {Group: "apiregistration.k8s.io", Version: "v1", Resource: "apiservices"},
	"ClusterRole":              {Group: "rbac.authorization.k8s.io", Version: "v1", Resource: "clusterroles"},
	"ClusterRoleBinding":       {Group: "rbac.authorization.k8s.io", Version: "v1", Resource: "clusterrolebindings"},
	"ConfigMap":                {Version: "v1", Resource: "configmaps"},
	"CSIDriver":                {Group: "storage.k8s.io", Version: "v1", Resource: "csidrivers"},
	"CustomResourceDefinition": {Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"},
	"Deployment":               {Group: "apps", Version: "v1", Resource: "deployments"},
	"RoleBinding":              {Group: "rbac.authorization.k8s.io", Version: "v1", Resource: "rolebindings"},
	"Secret":                   {Version: "v1", Resource: "secrets"},
	"Service":                  {Version: "v1", Resource: "services"},
	"ServiceAccount":           {Version: "v1", Resource: "serviceaccounts"},
	"StorageClass":             {Group: "storage.k8s.io", Version: "v1", Resource: "storageclasses"},
}

// Seeder fills one cluster.
type Seeder struct {
	resources Resources
	// digestPath remembers what was applied, so that a later start need not send it again.
	digestPath string
	report     func(format string, values ...any)
	dynamic    dynamic.Interface
	typed      kubernetes.Interface
}

// New makes a seeder for the cluster behind a kubeconfig.
func New(kubeconfig string, resources Resources, digestPath string, report func(format string, values ...any)) (*Seeder, error) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, err
	}
	config.QPS, config.Burst = 200, 400
	dynamicClient, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	typedClient, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	return &Seeder{resources: resources, digestPath: digestPath, report: report, dynamic: dynamicClient, typed: typedClient}, nil
}

// Apply creates what is missing; it sends nothing when the same content was applied before.
func (s *Seeder) Apply(ctx context.Context) error {
	manifests, err := s.resources.Manifests()
	if err != nil {
		return err
	}
	digest := digestOf(manifests)
	if applied, err := os.ReadFile(s.digestPath); err == nil && string(applied) == digest {
		return nil
	}
	var objects []*unstructured.Unstructured
	for _, manifest := range manifests {
		parsed, err := parse(manifest)
		if err != nil {
			return err
		}
		objects = append(objects, parsed...)
	}
	if s.resources.Simulated() {
		if err := s.createNodes(ctx); err != nil {
			return err
		}
	}
	if err := s.applyAll(ctx, objects); err != nil {
		return err
	}
	s.report("%d objects applied: what a cluster has before anything is deployed", len(objects))
	return pki.WritePrivate(s.digestPath, []byte(digest))
}

func digestOf(manifests [][]byte) string {
	sum := sha256.New()
	for _, manifest := range manifests {
		fmt.Fprintf(sum, "%d\n", len(manifest))
		sum.Write(manifest)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

func (s *Seeder) createNodes(ctx context.Context) error {
	for _, node := range nodes() {
		_, err := s.typed.CoreV1().Nodes().Create(ctx, node, metav1.CreateOptions{FieldManager: fieldManager})
		if err != nil && !apierrors.IsAlreadyExists(err) {
			return fmt.Errorf("node %s: %w", node.Name, err)
		}
	}
	return nil
}

func (s *Seeder) applyAll(ctx context.Context, objects []*unstructured.Unstructured) error {
	slots := make(chan struct{}, parallel)
	failures := make([]error, len(objects))
	var group sync.WaitGroup
	for index, object := range objects {
		group.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			failures[index] = s.apply(ctx, object)
		})
	}
	group.Wait()
	return errors.Join(failures...)
}

func (s *Seeder) apply(ctx context.Context, object *unstructured.Unstructured) error {
	endpoint, known := endpoints[object.GetKind()]
	if !known {
		return fmt.Errorf("%s %s: no object of this kind may be among the manifests", object.GetKind(), object.GetName())
	}
	options := metav1.ApplyOptions{FieldManager: fieldManager, Force: true}
	for {
		_, err := s.dynamic.Resource(endpoint).Namespace(object.GetNamespace()).Apply(ctx, object.GetName(), object, options)
		if err == nil {
			return nil
		}
		// The API server makes the namespaces of the system a moment after it is ready.
		if object.GetNamespace() == "" || !apierrors.IsNotFound(err) || ctx.Err() != nil {
			return fmt.Errorf("%s %s: %w", object.GetKind(), object.GetName(), err)
		}
		time.Sleep(pollInterval)
	}
}

// Wait returns when workloads can run: nodes are ready, definitions are served, and namespaces get their service account.
// It gives up as soon as healthy reports an error.
func (s *Seeder) Wait(ctx context.Context, healthy func() error) error {
	for _, condition := range []struct {
		name string
		met  func(context.Context) (bool, error)
	}{
		{"nodes", s.nodesReady},
		{"custom resource definitions", s.definitionsServed},
		{"service accounts", s.serviceAccountsMade},
		{"DNS servers", s.namesAnswered},
	} {
		for {
			met, err := condition.met(ctx)
			if met {
				break
			}
			if err := healthy(); err != nil {
				return err
			}
			if ctx.Err() != nil {
				return fmt.Errorf("%s are not ready: %w", condition.name, errors.Join(ctx.Err(), err))
			}
			time.Sleep(pollInterval)
		}
	}
	return nil
}

func (s *Seeder) nodesReady(ctx context.Context) (bool, error) {
	list, err := s.typed.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return false, err
	}
	ready := 0
	for _, node := range list.Items {
		// The taint goes last: until then nothing is scheduled.
		if isReady(node) && len(node.Spec.Taints) == 0 {
			ready++
		}
	}
	wanted := len(zones)
	if !s.resources.Simulated() {
		wanted = s.resources.Real
	}
	return ready >= wanted, nil
}

func isReady(node corev1.Node) bool {
	for _, condition := range node.Status.Conditions {
		if condition.Type == corev1.NodeReady {
			return condition.Status == corev1.ConditionTrue
		}
	}
	return false
}

func (s *Seeder) definitionsServed(ctx context.Context) (bool, error) {
	list, err := s.dynamic.Resource(endpoints["CustomResourceDefinition"]).List(ctx, metav1.ListOptions{})
	if err != nil {
		return false, err
	}
	for _, definition := range list.Items {
		if !isEstablished(definition) {
			return false, nil
		}
	}
	return true, nil
}

func isEstablished(definition unstructured.Unstructured) bool {
	conditions, _, _ := unstructured.NestedSlice(definition.Object, "status", "conditions")
	for _, entry := range conditions {
		if condition, ok := entry.(map[string]any); ok && condition["type"] == "Established" {
			return condition["status"] == "True"
		}
	}
	return false
}

// namesAnswered holds at once where nothing of the cluster's own runs in pods.
func (s *Seeder) namesAnswered(ctx context.Context) (bool, error) {
	if s.resources.Simulated() {
		return true, nil
	}
	list, err := s.typed.AppsV1().Deployments(metav1.NamespaceSystem).List(ctx, metav1.ListOptions{LabelSelector: "k8s-app=kube-dns"})
	if err != nil || len(list.Items) == 0 {
		return false, err
	}
	return list.Items[0].Status.AvailableReplicas > 0, nil
}

func (s *Seeder) serviceAccountsMade(ctx context.Context) (bool, error) {
	_, err := s.typed.CoreV1().ServiceAccounts(metav1.NamespaceDefault).Get(ctx, "default", metav1.GetOptions{})
	return err == nil, err
}
