package main

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/authn"

	"supply/registry/internal/loopback"
)

// TestMain gives all tests one empty home: docker's library looks once in a process where that is.
func TestMain(m *testing.M) {
	home, err := os.MkdirTemp("", "registry-home-")
	if err != nil {
		panic(err)
	}
	os.Setenv("HOME", home)
	code := m.Run()
	os.RemoveAll(home)
	os.Exit(code)
}

func start(t *testing.T, access loopback.Access) *loopback.Registry {
	registry := loopback.Start(access)
	t.Cleanup(registry.Close)
	return registry
}

func put(t *testing.T, registry *loopback.Registry, name string, platforms ...string) string {
	t.Helper()
	digest, err := registry.Put(t.Context(), loopback.Image{Name: name, Platforms: platforms})
	if err != nil {
		t.Fatal(err)
	}
	return digest
}

// mirrored asks a registry as the mirror of all others, with docker's credentials.
func mirrored(registry *loopback.Registry) *client {
	return &client{keychain: authn.DefaultKeychain, mirror: registry.Address()}
}

func TestDigestIsThatOfTheIndex(t *testing.T) {
	registry := start(t, loopback.Access{})
	want := put(t, registry, "docker.io/library/redis:7.4", "linux/arm64", "linux/amd64")
	got := mirrored(registry).digest(t.Context(), "redis:7.4")
	if got.Digest != want || !slices.Equal(got.Platforms, []string{"linux/amd64", "linux/arm64"}) {
		t.Errorf("got %+v, want digest %s of two platforms", got, want)
	}
}

func TestDigestOfASingleManifest(t *testing.T) {
	registry := start(t, loopback.Access{})
	want := put(t, registry, "quay.io/team/tool:v1")
	got := mirrored(registry).digest(t.Context(), "quay.io/team/tool:v1")
	if got.Digest != want || !slices.Equal(got.Platforms, []string{"linux/amd64"}) {
		t.Errorf("got %+v, want digest %s of one platform", got, want)
	}
}

func TestDigestWithoutMirror(t *testing.T) {
	registry := start(t, loopback.Access{})
	want := put(t, registry, "team/tool:v1")
	name := registry.Address() + "/team/tool:v1"
	if got := (&client{keychain: authn.DefaultKeychain}).digest(t.Context(), name); got.Digest != want || got.Name != name {
		t.Errorf("got %+v, want %s", got, want)
	}
}

func TestMovedTagHasAnotherDigest(t *testing.T) {
	registry := start(t, loopback.Access{})
	before := put(t, registry, "docker.io/library/redis:7.4", "linux/amd64")
	after := put(t, registry, "docker.io/library/redis:7.4", "linux/amd64")
	if got := mirrored(registry).digest(t.Context(), "redis:7.4"); before == after || got.Digest != after {
		t.Errorf("got %+v, want %s", got, after)
	}
}

func TestProblemsAreTold(t *testing.T) {
	registry := start(t, loopback.Access{})
	put(t, registry, "docker.io/library/redis:7.4")
	closed := loopback.Start(loopback.Access{})
	closed.Close()
	limited := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusTooManyRequests)
	}))
	t.Cleanup(limited.Close)
	for _, c := range []struct {
		mirror, name string
		want         Problem
	}{
		{registry.Address(), "redis:9.9", Missing},
		{registry.Address(), "nginx:1.30", Missing},
		{closed.Address(), "redis:7.4", Unreachable},
		{strings.TrimPrefix(limited.URL, "http://"), "redis:7.4", Limited},
		{registry.Address(), "redis", Malformed},
		{registry.Address(), "Not An Image:1", Malformed},
	} {
		got := (&client{keychain: authn.DefaultKeychain, mirror: c.mirror}).digest(t.Context(), c.name)
		if got.Problem != c.want || got.Detail == "" || got.Digest != "" {
			t.Errorf("%s: got %+v, want %s", c.name, got, c.want)
		}
	}
}

// dockerConfig makes docker's configuration in a directory hold a password for a registry.
func dockerConfig(t *testing.T, directory, address, user, password string) {
	t.Helper()
	credentials := base64.StdEncoding.EncodeToString([]byte(user + ":" + password))
	content, err := json.Marshal(map[string]any{"auths": map[string]any{address: map[string]string{"auth": credentials}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(directory, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(directory, "config.json"), content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestCredentialsAreThoseOfDocker(t *testing.T) {
	home, err := os.UserHomeDir()
	if err != nil {
		t.Fatal(err)
	}
	for _, bearer := range []bool{false, true} {
		registry := start(t, loopback.Access{User: "reader", Password: "secret", Bearer: bearer})
		want := put(t, registry, "docker.io/library/redis:7.4")
		directory := t.TempDir()
		t.Setenv("DOCKER_CONFIG", directory)
		if got := mirrored(registry).digest(t.Context(), "redis:7.4"); got.Problem != Denied {
			t.Errorf("bearer %t, without credentials: got %+v, want %s", bearer, got, Denied)
		}
		dockerConfig(t, directory, registry.Address(), "reader", "wrong")
		if got := mirrored(registry).digest(t.Context(), "redis:7.4"); got.Problem != Denied {
			t.Errorf("bearer %t, with a wrong password: got %+v, want %s", bearer, got, Denied)
		}
		dockerConfig(t, directory, registry.Address(), "reader", "secret")
		if got := mirrored(registry).digest(t.Context(), "redis:7.4"); got.Digest != want {
			t.Errorf("bearer %t: got %+v, want %s", bearer, got, want)
		}
		t.Setenv("DOCKER_CONFIG", "")
		if err := os.RemoveAll(filepath.Join(home, ".docker")); err != nil {
			t.Fatal(err)
		}
		if got := mirrored(registry).tags(t.Context(), "redis"); got.Problem != Denied {
			t.Errorf("bearer %t, with an empty home: got %+v, want %s", bearer, got, Denied)
		}
		dockerConfig(t, filepath.Join(home, ".docker"), registry.Address(), "reader", "secret")
		if got := mirrored(registry).tags(t.Context(), "redis"); !slices.Equal(got.Tags, []string{"7.4"}) {
			t.Errorf("bearer %t, with ~/.docker/config.json: got %+v", bearer, got)
		}
	}
}

func TestTags(t *testing.T) {
	registry := start(t, loopback.Access{})
	for _, tag := range []string{"7.4.7", "7.4.11", "8.0.1"} {
		put(t, registry, "docker.io/library/redis:"+tag)
	}
	got := mirrored(registry).tags(t.Context(), "redis")
	slices.Sort(got.Tags)
	if !slices.Equal(got.Tags, []string{"7.4.11", "7.4.7", "8.0.1"}) {
		t.Errorf("got %+v", got)
	}
	if got := mirrored(registry).tags(t.Context(), "nginx"); got.Problem != Missing {
		t.Errorf("got %+v, want %s", got, Missing)
	}
}

func TestEveryNameIsAnsweredOnce(t *testing.T) {
	registry := start(t, loopback.Access{})
	put(t, registry, "docker.io/library/redis:7.4")
	var out strings.Builder
	names := strings.Repeat("redis:7.4\n\nredis:9\n", 20)
	if err := answerAll(t.Context(), strings.NewReader(names), &out, mirrored(registry).digest); err != nil {
		t.Fatal(err)
	}
	count := map[Problem]int{}
	for decoder := json.NewDecoder(strings.NewReader(out.String())); decoder.More(); {
		var answer Answer
		if err := decoder.Decode(&answer); err != nil {
			t.Fatal(err)
		}
		count[answer.Problem]++
	}
	if count[""] != 20 || count[Missing] != 20 {
		t.Errorf("got %v, want 20 of each", count)
	}
}
