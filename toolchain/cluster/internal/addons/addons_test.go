package addons

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"

	"toolchain/kube/internal/pki"
	"toolchain/kube/internal/plan"
)

func images(t *testing.T) Images {
	t.Helper()
	programs := t.TempDir()
	if err := os.Mkdir(filepath.Join(programs, plan.Images), 0o755); err != nil {
		t.Fatal(err)
	}
	list := "pause example.test/pause:1\ncoredns example.test/coredns:2\nmetrics-server example.test/metrics-server:3\n"
	if err := os.WriteFile(filepath.Join(programs, plan.Images, "names"), []byte(list), 0o600); err != nil {
		t.Fatal(err)
	}
	read, err := ReadImages(programs)
	if err != nil {
		t.Fatal(err)
	}
	return read
}

func objects(t *testing.T, count int) map[string]*unstructured.Unstructured {
	t.Helper()
	manifests, err := Manifests(count, images(t), []byte("authority"), &pki.Pair{Certificate: []byte("certificate"), Key: []byte("key")})
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]*unstructured.Unstructured{}
	for _, manifest := range manifests {
		for decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(manifest), 4096); ; {
			object := &unstructured.Unstructured{}
			if err := decoder.Decode(&object.Object); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			found[object.GetKind()+" "+object.GetName()] = object
		}
	}
	return found
}

func TestPodsOfTheClusterRunTheImagesThatWereBuilt(t *testing.T) {
	for name, want := range map[string]string{"coredns": "example.test/coredns:2", "metrics-server": "example.test/metrics-server:3"} {
		containers, _, _ := unstructured.NestedSlice(objects(t, 3)["Deployment "+name].Object, "spec", "template", "spec", "containers")
		if image := containers[0].(map[string]any)["image"]; image != want {
			t.Errorf("%s runs %s", name, image)
		}
	}
}

func TestOneOfTwoServersOfNamesMayBeLostWhereThereAreTwoNodes(t *testing.T) {
	for count, want := range map[int]float64{1: 1, 2: 2, 9: 2} {
		replicas, _, _ := unstructured.NestedFloat64(objects(t, count)["Deployment coredns"].Object, "spec", "replicas")
		if replicas != want {
			t.Errorf("%d nodes have %v servers", count, replicas)
		}
	}
}

func TestUsersOfTheProgramsMayDoWhatTheirRoleSaysAndNoMore(t *testing.T) {
	found := objects(t, 1)
	for _, user := range []string{NetworkPolicies, Volumes, Gateway} {
		binding := found["ClusterRoleBinding "+user]
		if binding == nil || found["ClusterRole "+user] == nil {
			t.Fatalf("%s has no role of its own", user)
		}
		subjects, _, _ := unstructured.NestedSlice(binding.Object, "subjects")
		if len(subjects) != 1 || subjects[0].(map[string]any)["name"] != user {
			t.Errorf("%s is bound to %v", user, subjects)
		}
		rules, _, _ := unstructured.NestedSlice(found["ClusterRole "+user].Object, "rules")
		for _, rule := range rules {
			for _, list := range []string{"verbs", "resources", "apiGroups"} {
				if values, _, _ := unstructured.NestedStringSlice(rule.(map[string]any), list); strings.Contains(strings.Join(values, " "), "*") {
					t.Errorf("%s may everything of %s", user, list)
				}
			}
		}
	}
}

func TestDefaultVolumesGrow(t *testing.T) {
	class := objects(t, 1)["StorageClass node-disk"]
	grows, _, _ := unstructured.NestedBool(class.Object, "allowVolumeExpansion")
	if !grows || class.GetAnnotations()["storageclass.kubernetes.io/is-default-class"] != "true" {
		t.Errorf("%v", class.Object)
	}
}

func TestListWithoutAnImageOfTheClusterIsRefused(t *testing.T) {
	programs := t.TempDir()
	if err := os.Mkdir(filepath.Join(programs, plan.Images), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(programs, plan.Images, "names"), []byte("pause example.test/pause:1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadImages(programs); err == nil || !strings.Contains(err.Error(), "has no image of coredns") {
		t.Errorf("%v", err)
	}
}
