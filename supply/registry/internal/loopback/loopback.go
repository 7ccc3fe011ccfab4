// Package loopback is a container registry on loopback with small images of random content, for tests.
package loopback

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// Access is what the registry asks for.
type Access struct {
	// User and Password are asked for when there is a user.
	User     string `json:"user"`
	Password string `json:"password"`
	// Bearer makes the registry give out a token for them, as Docker Hub does; otherwise it takes them as they are.
	Bearer bool `json:"bearer"`
}

// Image is what a tag shall name.
type Image struct {
	// Name is a path and a tag, such as docker.io/library/redis:7.4.
	Name string `json:"name"`
	// Platforms, such as linux/arm64, become an index; without any the tag names a single manifest.
	Platforms []string `json:"platforms"`
}

// Registry is a server on a free port of loopback.
type Registry struct {
	server *httptest.Server
	access Access
	token  string
}

// Start starts a registry that is empty.
func Start(access Access) *Registry {
	r := &Registry{access: access, token: rand.Text()}
	images := registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	r.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		switch {
		case request.URL.Path == "/token" && r.knows(request):
			fmt.Fprintf(w, `{"token": %q}`, r.token)
		case r.mayEnter(request):
			images.ServeHTTP(w, request)
		case access.Bearer && request.URL.Path != "/token":
			w.Header().Set("WWW-Authenticate", fmt.Sprintf(`Bearer realm="%s/token",service="loopback"`, r.server.URL))
			http.Error(w, `{"errors": [{"code": "UNAUTHORIZED", "message": "authentication required"}]}`, http.StatusUnauthorized)
		default:
			w.Header().Set("WWW-Authenticate", `Basic realm="loopback"`)
			http.Error(w, `{"errors": [{"code": "UNAUTHORIZED", "message": "authentication required"}]}`, http.StatusUnauthorized)
		}
	}))
	return r
}

// Close ends the server.
func (r *Registry) Close() { r.server.Close() }

// Address is host and port of the registry.
func (r *Registry) Address() string { return strings.TrimPrefix(r.server.URL, "http://") }

func (r *Registry) knows(request *http.Request) bool {
	user, password, _ := request.BasicAuth()
	return user == r.access.User && password == r.access.Password
}

func (r *Registry) mayEnter(request *http.Request) bool {
	if r.access.User == "" {
		return true
	}
	if r.access.Bearer {
		return request.Header.Get("Authorization") == "Bearer "+r.token
	}
	return r.knows(request)
}

// Put makes a tag name a new image, and says its digest.
func (r *Registry) Put(ctx context.Context, image Image) (string, error) {
	reference, err := name.NewTag(r.Address() + "/" + image.Name)
	if err != nil {
		return "", err
	}
	options := []remote.Option{
		remote.WithContext(ctx), remote.WithAuth(&authn.Basic{Username: r.access.User, Password: r.access.Password}),
	}
	if len(image.Platforms) == 0 {
		single, err := newImage("linux/amd64")
		if err != nil {
			return "", err
		}
		return digestOf(single, remote.Write(reference, single, options...))
	}
	var index v1.ImageIndex = empty.Index
	for _, platform := range image.Platforms {
		single, err := newImage(platform)
		if err != nil {
			return "", err
		}
		parsed, err := v1.ParsePlatform(platform)
		if err != nil {
			return "", err
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{Add: single, Descriptor: v1.Descriptor{Platform: parsed}})
	}
	return digestOf(index, remote.WriteIndex(reference, index, options...))
}

func newImage(platform string) (v1.Image, error) {
	image, err := random.Image(64, 1)
	if err != nil {
		return nil, err
	}
	parsed, err := v1.ParsePlatform(platform)
	if err != nil {
		return nil, err
	}
	config, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	config.OS, config.Architecture = parsed.OS, parsed.Architecture
	return mutate.ConfigFile(image, config)
}

func digestOf(written interface{ Digest() (v1.Hash, error) }, err error) (string, error) {
	if err != nil {
		return "", err
	}
	hash, err := written.Digest()
	return hash.String(), err
}
