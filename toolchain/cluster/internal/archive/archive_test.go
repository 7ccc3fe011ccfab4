package archive

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func written(t *testing.T, directory, file, name, content string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(program, []byte(content), 0o755); err != nil {
		t.Fatal(err)
	}
	output := filepath.Join(directory, file)
	if err := Write(output, name, "amd64", Settings{Entrypoint: []string{"/program"}}, map[string]string{"/program": program}); err != nil {
		t.Fatal(err)
	}
	return output
}

func served(t *testing.T, directory string) func(path string) (*http.Response, []byte) {
	t.Helper()
	server := httptest.NewServer(&Registry{Directory: directory, Report: t.Logf})
	t.Cleanup(server.Close)
	return func(path string) (*http.Response, []byte) {
		response, err := http.Get(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return response, body
	}
}

func TestImageIsServedWholeAsItsRuntimeAsksForIt(t *testing.T) {
	directory := t.TempDir()
	written(t, directory, "one.tar", "example.test/some/program:1", "content")
	get := served(t, directory)
	response, body := get("/v2/some/program/manifests/1?ns=example.test")
	if response.StatusCode != http.StatusOK || response.Header.Get("Content-Type") != manifestType {
		t.Fatalf("%s: %s", response.Status, body)
	}
	if want := "sha256:" + sum(body); response.Header.Get("Docker-Content-Digest") != want {
		t.Errorf("digest %s, want %s", response.Header.Get("Docker-Content-Digest"), want)
	}
	var manifest struct {
		Config descriptor
		Layers []descriptor
	}
	if err := json.Unmarshal(body, &manifest); err != nil {
		t.Fatal(err)
	}
	for _, wanted := range append(manifest.Layers, manifest.Config) {
		_, blob := get("/v2/some/program/blobs/" + wanted.Digest + "?ns=example.test")
		if "sha256:"+sum(blob) != wanted.Digest || int64(len(blob)) != wanted.Size {
			t.Errorf("%+v has %d bytes with the digest %s", wanted, len(blob), sum(blob))
		}
	}
	_, layer := get("/v2/some/program/blobs/" + manifest.Layers[0].Digest)
	files := map[string]string{}
	for reader := tar.NewReader(bytes.NewReader(layer)); ; {
		header, err := reader.Next()
		if err != nil {
			break
		}
		content, _ := io.ReadAll(reader)
		files[header.Name] = string(content)
	}
	if files["program"] != "content" {
		t.Errorf("%v", files)
	}
}

func TestImagesOfTheSameNameInTwoRegistriesAreTwo(t *testing.T) {
	directory := t.TempDir()
	written(t, directory, "one.tar", "redis:7", "from the first")
	written(t, directory, "two.tar", "quay.test/library/redis:7", "from the second")
	get := served(t, directory)
	_, first := get("/v2/library/redis/manifests/7?ns=docker.io")
	_, second := get("/v2/library/redis/manifests/7?ns=quay.test")
	if bytes.Equal(first, second) {
		t.Error("both are the same image")
	}
}

func TestMissingImageIsRefusedAtOnceAndFoundOnceItIsThere(t *testing.T) {
	directory := t.TempDir()
	get := served(t, directory)
	if response, _ := get("/v2/late/manifests/1?ns=example.test"); response.StatusCode != http.StatusNotFound {
		t.Errorf("%s before", response.Status)
	}
	written(t, directory, "late.tar", "example.test/late:1", "content")
	if response, body := get("/v2/late/manifests/1?ns=example.test"); response.StatusCode != http.StatusOK {
		t.Errorf("%s after: %s", response.Status, body)
	}
}

func TestCompressedLayersKeepTheirOwnDigest(t *testing.T) {
	path := written(t, t.TempDir(), "plain.tar", "plain:1", "content")
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	compressed := filepath.Join(t.TempDir(), "compressed.tar")
	output, err := os.Create(compressed)
	if err != nil {
		t.Fatal(err)
	}
	defer output.Close()
	writer := tar.NewWriter(output)
	for reader := tar.NewReader(file); ; {
		header, err := reader.Next()
		if err != nil {
			break
		}
		content, _ := io.ReadAll(reader)
		if strings.HasSuffix(header.Name, "layer.tar") {
			var packed bytes.Buffer
			packer := gzip.NewWriter(&packed)
			_, _ = packer.Write(content)
			_ = packer.Close()
			content = packed.Bytes()
		}
		header.Size = int64(len(content))
		_ = writer.WriteHeader(header)
		_, _ = writer.Write(content)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	index := NewIndex()
	if _, err := index.Add(compressed); err != nil {
		t.Fatal(err)
	}
	for digest, blob := range index.Blobs {
		if actual, _ := blob.digest(); actual != digest {
			t.Errorf("%s is served as %s", actual, digest)
		}
	}
}

func TestNamesAreCompletedAsRuntimesDo(t *testing.T) {
	for name, want := range map[string]string{
		"redis":                        "docker.io/library/redis:latest",
		"redis:7":                      "docker.io/library/redis:7",
		"prom/prometheus:v3":           "docker.io/prom/prometheus:v3",
		"docker.io/redis:7":            "docker.io/library/redis:7",
		"localhost:5000/a/b":           "localhost:5000/a/b:latest",
		"registry.k8s.io/pause:3.10.2": "registry.k8s.io/pause:3.10.2",
	} {
		if whole, err := Whole(name); err != nil || whole != want {
			t.Errorf("%s is %s: %v", name, whole, err)
		}
	}
	if whole, err := Whole("a@sha256:0"); err == nil {
		t.Errorf("a digest became %s", whole)
	}
}

func TestWhatIsNoArchiveIsRefusedByName(t *testing.T) {
	path := filepath.Join(t.TempDir(), "other.tar")
	if err := os.WriteFile(path, []byte("no tar"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := NewIndex().Add(path); err == nil || !strings.Contains(err.Error(), path+" is no archive of images") {
		t.Errorf("%v", err)
	}
}

func TestFolderInTheLayoutOfOCIIsServedAsWell(t *testing.T) {
	directory := t.TempDir()
	layout := filepath.Join(directory, "layout")
	blobs := filepath.Join(layout, "blobs", "sha256")
	if err := os.MkdirAll(blobs, 0o755); err != nil {
		t.Fatal(err)
	}
	put := func(mediaType string, content []byte) descriptor {
		if err := os.WriteFile(filepath.Join(blobs, sum(content)), content, 0o644); err != nil {
			t.Fatal(err)
		}
		return descriptor{MediaType: mediaType, Digest: "sha256:" + sum(content), Size: int64(len(content))}
	}
	encode := func(value any) []byte {
		content, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		return content
	}
	layer := put(compressedType, []byte("layer"))
	manifest := put(manifestType, encode(map[string]any{"config": put(configType, []byte("{}")), "layers": []descriptor{layer}}))
	manifest.Annotations = map[string]string{"io.containerd.image.name": "example.test/laid/out:1"}
	if err := os.WriteFile(filepath.Join(layout, layoutIndex), encode(map[string]any{"manifests": []descriptor{manifest}}), 0o644); err != nil {
		t.Fatal(err)
	}
	get := served(t, directory)
	response, _ := get("/v2/laid/out/manifests/1?ns=example.test")
	if response.Header.Get("Docker-Content-Digest") != manifest.Digest || response.Header.Get("Content-Type") != manifestType {
		t.Errorf("%s: %v", response.Status, response.Header)
	}
	if _, content := get("/v2/laid/out/blobs/" + layer.Digest); string(content) != "layer" {
		t.Errorf("%q", content)
	}
}
