package main

import (
	"encoding/base64"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"toolchain/images/tool/internal/assemble"
	"toolchain/images/tool/internal/pull"
	"toolchain/images/tool/internal/serve"
	"toolchain/images/tool/internal/store"
	"toolchain/images/tool/internal/table"
)

const user, password = "reader", "only-for-this-test"

// privateRegistry runs a registry on loopback that wants a password, with one image, and gives the image's name.
func privateRegistry(t *testing.T, path string) (string, v1.Image) {
	t.Helper()
	images := registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	server := httptest.NewServer(http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		if given, secret, _ := request.BasicAuth(); given != user || secret != password {
			response.Header().Set("WWW-Authenticate", `Basic realm="test"`)
			response.WriteHeader(http.StatusUnauthorized)
			return
		}
		images.ServeHTTP(response, request)
	}))
	t.Cleanup(server.Close)
	reference := strings.TrimPrefix(server.URL, "http://") + "/" + path
	parsed, err := name.ParseReference(reference)
	if err != nil {
		t.Fatal(err)
	}
	image, err := random.Image(1024, 2)
	if err != nil {
		t.Fatal(err)
	}
	login := &authn.Basic{Username: user, Password: password}
	if err := remote.Write(parsed, image, remote.WithAuth(login)); err != nil {
		t.Fatal(err)
	}
	return reference, image
}

// logIn writes what docker login writes.
func logIn(t *testing.T, reference string) {
	t.Helper()
	folder := t.TempDir()
	host, _, _ := strings.Cut(reference, "/")
	token := base64.StdEncoding.EncodeToString([]byte(user + ":" + password))
	content := fmt.Sprintf(`{"auths": {%q: {"auth": %q}}}`, host, token)
	if err := os.WriteFile(filepath.Join(folder, "config.json"), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("DOCKER_CONFIG", folder)
}

func newBuilder(t *testing.T, from string) *builder {
	t.Helper()
	images, err := store.Open(filepath.Join(t.TempDir(), "store"))
	if err != nil {
		t.Fatal(err)
	}
	checkout := t.TempDir()
	if err := os.MkdirAll(filepath.Join(checkout, "toolchain/images/files/own"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(checkout, "toolchain/images/files/own/hello"), []byte("hello"), 0o644); err != nil {
		t.Fatal(err)
	}
	return &builder{
		from: from, images: images, puller: &pull.Puller{Patience: time.Second},
		assembler: &assemble.Assembler{
			Checkout: checkout, Cache: t.TempDir(), Progress: t.Logf,
			Table: &table.Table{
				Layers: map[string]table.Layer{"own": {Files: "own", Users: map[string]string{"app": "1000"}, Folders: map[string]string{"/data": "1000 700"}}},
				Images: []table.Image{{Name: "app", Program: "own", Version: "1", Differs: "in all", Layer: "own", Command: []string{"/hello"}}},
			},
		},
	}
}

func digest(t *testing.T, image v1.Image) string {
	t.Helper()
	digest, err := image.Digest()
	if err != nil {
		t.Fatal(err)
	}
	return digest.String()
}

func TestImagesArePulledByTheirNameWithTheCredentialsOfDockerLogin(t *testing.T) {
	reference, image := privateRegistry(t, "team/app:1")
	logIn(t, reference)
	builder := newBuilder(t, fromAuto)
	if how, err := builder.one(reference); err != nil || how != "pulled" {
		t.Fatalf("%s: %q, %v", reference, how, err)
	}
	kept, err := builder.images.Image(reference)
	if err != nil {
		t.Fatal(err)
	}
	if digest(t, kept) != digest(t, image) {
		t.Error("the image that was kept is not the one of the registry")
	}
}

func TestWithoutCredentialsTheImageIsAssembledUnlessOnlyARegistryIsWanted(t *testing.T) {
	reference, _ := privateRegistry(t, "team/app:1")
	t.Setenv("DOCKER_CONFIG", t.TempDir())
	if how, err := newBuilder(t, fromAuto).one(reference); err != nil || how != "own 1" {
		t.Errorf("%q, %v", how, err)
	}
	if _, err := newBuilder(t, fromRegistry).one(reference); !pull.Unknown(err) {
		t.Errorf("a registry that wants a password gave %v", err)
	}
}

func TestARegistryThatDoesNotAnswerIsAskedOnceAndItsImagesAreAssembled(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := listener.Addr().String()
	listener.Close()
	builder := newBuilder(t, fromAuto)
	for _, tag := range []string{"1", "2"} {
		if how, err := builder.one(closed + "/app:" + tag); err != nil || how != "own 1" {
			t.Errorf("%q, %v", how, err)
		}
	}
	if _, err := builder.one(closed + "/other:1"); err == nil || !strings.Contains(err.Error(), "has no row") {
		t.Errorf("an image without a row gave %v", err)
	}
}

func TestPackagesAloneAskNoRegistry(t *testing.T) {
	asked := false
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	defer server.Close()
	if how, err := newBuilder(t, fromPackages).one(strings.TrimPrefix(server.URL, "http://") + "/app:1"); err != nil || how != "own 1" || asked {
		t.Errorf("%q, %v, asked: %t", how, err, asked)
	}
}

func TestAStoreIsServedUnderEveryName(t *testing.T) {
	builder := newBuilder(t, fromPackages)
	names := []string{"app:1", "registry.example.com:5000/deep/app:2"}
	for _, name := range names {
		if _, err := builder.one(name); err != nil {
			t.Fatal(err)
		}
	}
	handler, err := serve.Handler(builder.images)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	host := strings.TrimPrefix(server.URL, "http://")
	for reference, path := range map[string]string{names[0]: "library/app:1", names[1]: "deep/app:2"} {
		served, err := name.ParseReference(host + "/" + path)
		if err != nil {
			t.Fatal(err)
		}
		image, err := remote.Image(served)
		if err != nil {
			t.Fatal(err)
		}
		kept, err := builder.images.Image(reference)
		if err != nil {
			t.Fatal(err)
		}
		if digest(t, image) != digest(t, kept) {
			t.Errorf("%s is served as another image", reference)
		}
		layers, err := image.Layers()
		if err != nil {
			t.Fatal(err)
		}
		content, err := layers[0].Uncompressed()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, content); err != nil {
			t.Error(err)
		}
	}
}

func TestAServedStoreTakesNothing(t *testing.T) {
	handler, err := serve.Handler(newBuilder(t, fromPackages).images)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	reference, err := name.ParseReference(strings.TrimPrefix(server.URL, "http://") + "/app:1")
	if err != nil {
		t.Fatal(err)
	}
	image, err := random.Image(16, 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.Write(reference, image); err == nil {
		t.Error("the registry took an image")
	}
}

func TestAnAssembledImageSaysWhatItIsAndIsTheSameEachTime(t *testing.T) {
	var digests []string
	for range 2 {
		builder := newBuilder(t, fromPackages)
		if _, err := builder.one("app:1"); err != nil {
			t.Fatal(err)
		}
		image, err := builder.images.Image("app:1")
		if err != nil {
			t.Fatal(err)
		}
		file, err := image.ConfigFile()
		if err != nil {
			t.Fatal(err)
		}
		if file.Config.Labels[assemble.ProgramLabel] != "own 1" || file.Config.Labels[assemble.StandInLabel] != "" {
			t.Errorf("labels %v", file.Config.Labels)
		}
		digests = append(digests, digest(t, image))
	}
	if digests[0] != digests[1] {
		t.Error("the same table made two different images")
	}
}
