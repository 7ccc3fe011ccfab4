// Package addons is what a cluster with real nodes needs inside: a DNS server, metrics, a driver of volumes, and permissions for
// the programs of its nodes.
package addons

import (
	"bytes"
	"embed"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"toolchain/kube/internal/pki"
	"toolchain/kube/internal/plan"
	"toolchain/kube/internal/volumes/driver"
)

//go:embed *.yaml
var sources embed.FS

// Users that the programs of real nodes sign in as. addons/nodes.yaml says what each may do.
const (
	NetworkPolicies = "embedded-cluster:network-policies"
	Volumes         = "embedded-cluster:volumes"
	Gateway         = "embedded-cluster:gateway"
)

// MetricsHosts are the names under which the API server calls metrics-server.
var MetricsHosts = []string{"metrics-server.kube-system.svc", "metrics-server.kube-system.svc.cluster.local"}

// Images are the names of the images that the cluster brings itself, by the program in each.
type Images map[string]string

// Pause is the program that holds a pod's namespaces.
const Pause = "pause"

// ReadImages reads the list that toolchain/real-nodes/build.sh wrote: a program and the name of its image on each line.
func ReadImages(programs string) (Images, error) {
	content, err := os.ReadFile(filepath.Join(programs, plan.Images, "names"))
	if err != nil {
		return nil, err
	}
	images := Images{}
	for line := range strings.Lines(string(content)) {
		program, image, found := strings.Cut(strings.TrimSpace(line), " ")
		if !found {
			return nil, fmt.Errorf("%q names no image", line)
		}
		images[program] = image
	}
	for _, program := range []string{Pause, "coredns", "metrics-server"} {
		if images[program] == "" {
			return nil, fmt.Errorf("%s has no image of %s; run toolchain/real-nodes/build.sh again", programs, program)
		}
	}
	return images, nil
}

// Manifests are the objects to apply in a cluster with count real nodes. The pair is what metrics-server proves itself with.
func Manifests(count int, images Images, authority []byte, metrics *pki.Pair) ([][]byte, error) {
	encode := base64.StdEncoding.EncodeToString
	values := map[string]any{
		"Domain":             plan.ClusterDomain,
		"DNSService":         plan.DNSService,
		"Driver":             driver.Name,
		"Servers":            min(count, 2),
		"Images":             images,
		"Authority":          encode(authority),
		"MetricsCertificate": encode(metrics.Certificate),
		"MetricsKey":         encode(metrics.Key),
	}
	parsed, err := template.New("").Option("missingkey=error").ParseFS(sources, "*.yaml")
	if err != nil {
		return nil, err
	}
	var manifests [][]byte
	for _, name := range []string{"nodes.yaml", "names.yaml", "metrics.yaml"} {
		var manifest bytes.Buffer
		if err := parsed.ExecuteTemplate(&manifest, name, values); err != nil {
			return nil, err
		}
		manifests = append(manifests, manifest.Bytes())
	}
	return manifests, nil
}
