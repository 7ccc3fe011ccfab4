// Package seed puts into an embedded cluster what a real one already has: nodes, a default StorageClass, the custom
// resource definitions that workloads use, and the rules by which kwok simulates kubelets and a cloud.
package seed

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
)

//go:embed cloud-stages.yaml
var cloudStages []byte

// Resources is what a cluster is filled with.
type Resources struct {
	// Directory holds the upstream files that the build copied out of their Go modules.
	Directory string
	// Real is how many nodes register themselves; without any there are three simulated ones.
	Real int
	// More are the manifests of what only clusters with real nodes need.
	More [][]byte
}

// Simulated reports whether the cluster has simulated nodes.
func (r Resources) Simulated() bool { return r.Real == 0 }

// Stages are the rules for kwok: upstream's for nodes, pods and volumes, and our own for what a cloud would do.
func (r Resources) Stages() ([]byte, error) {
	upstream, err := r.read("kwok-stages.yaml")
	return bytes.Join([][]byte{upstream, cloudStages}, []byte("\n---\n")), err
}

// Manifests are the objects to apply, as written in their files.
func (r Resources) Manifests() ([][]byte, error) {
	manifests := r.More
	if r.Simulated() {
		storageClass, err := r.read("kwok-storage-class.yaml")
		if err != nil {
			return nil, err
		}
		manifests = [][]byte{storageClass}
	}
	paths, err := filepath.Glob(filepath.Join(r.Directory, "crds", "*.yaml"))
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("%s/crds holds no *.yaml; run toolchain/engine/build.sh again", r.Directory)
	}
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		manifests = append(manifests, content)
	}
	return manifests, nil
}

func (r Resources) read(name string) ([]byte, error) {
	content, err := os.ReadFile(filepath.Join(r.Directory, name))
	if err != nil {
		return nil, fmt.Errorf("%w; run toolchain/engine/build.sh again", err)
	}
	return content, nil
}

// parse splits a YAML stream into objects.
func parse(manifest []byte) ([]*unstructured.Unstructured, error) {
	var objects []*unstructured.Unstructured
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(manifest), 4096)
	for {
		object := &unstructured.Unstructured{}
		if err := decoder.Decode(&object.Object); errors.Is(err, io.EOF) {
			return objects, nil
		} else if err != nil {
			return nil, err
		}
		if len(object.Object) > 0 {
			objects = append(objects, object)
		}
	}
}
