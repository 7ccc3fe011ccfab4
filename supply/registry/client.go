package main

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// patience is how long one question may take.
const patience = 30 * time.Second

// Answer is what a registry says about an image or a repository.
type Answer struct {
	// Name is the image or repository as it was asked for.
	Name string `json:"name"`
	// Digest names the index, or the manifest where the image has one platform.
	Digest string `json:"digest,omitempty"`
	// Platforms are those that the image was built for, such as linux/arm64/v8.
	Platforms []string `json:"platforms,omitempty"`
	// Tags are those of the repository.
	Tags []string `json:"tags,omitempty"`
	// Problem says why there is no answer.
	Problem Problem `json:"problem,omitempty"`
	// Detail is the registry's or the network's own message.
	Detail string `json:"detail,omitempty"`
}

// Problem is a reason for which a registry does not answer.
type Problem string

const (
	// Missing: the registry has no such image.
	Missing Problem = "missing"
	// Denied: the registry asks for credentials that it has not got, or for others.
	Denied Problem = "denied"
	// Limited: the registry has been asked too often.
	Limited Problem = "limited"
	// Unreachable: there is no registry, or it is out of order.
	Unreachable Problem = "unreachable"
	// Malformed: the name is no image reference.
	Malformed Problem = "malformed"
)

type client struct {
	keychain authn.Keychain
	mirror   string
}

// place is where an image is asked for: at its registry, or at the mirror.
func (c *client) place(reference name.Reference) (name.Reference, error) {
	if c.mirror == "" {
		return reference, nil
	}
	registry := reference.Context().RegistryStr()
	if registry == name.DefaultRegistry {
		registry = "docker.io"
	}
	return name.ParseReference(strings.TrimSuffix(c.mirror, "/") + "/" + registry + "/" + reference.Context().RepositoryStr() +
		":" + reference.Identifier())
}

func (c *client) options(ctx context.Context) []remote.Option {
	return []remote.Option{
		remote.WithContext(ctx), remote.WithAuthFromKeychain(c.keychain), remote.WithUserAgent("platforms"),
		remote.WithRetryBackoff(remote.Backoff{Duration: 500 * time.Millisecond, Factor: 3, Steps: 2}),
	}
}

func (c *client) digest(ctx context.Context, image string) Answer {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	answer := Answer{Name: image}
	parsed, err := name.NewTag(image)
	if err != nil || !strings.Contains(lastPart(image), ":") {
		return answer.failed(Malformed, err, "an image is named with its tag")
	}
	reference, err := c.place(parsed)
	if err != nil {
		return answer.failed(Malformed, err, "")
	}
	descriptor, err := remote.Get(reference, c.options(ctx)...)
	if err != nil {
		return answer.failed(problemOf(err), err, "")
	}
	answer.Digest = descriptor.Digest.String()
	if answer.Platforms, err = platforms(descriptor); err != nil {
		return Answer{Name: image}.failed(problemOf(err), err, "")
	}
	return answer
}

func (c *client) tags(ctx context.Context, repository string) Answer {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	answer := Answer{Name: repository}
	parsed, err := name.NewRepository(repository)
	if err != nil {
		return answer.failed(Malformed, err, "")
	}
	reference, err := c.place(parsed.Tag("any"))
	if err != nil {
		return answer.failed(Malformed, err, "")
	}
	if answer.Tags, err = remote.List(reference.Context(), c.options(ctx)...); err != nil {
		return Answer{Name: repository}.failed(problemOf(err), err, "")
	}
	return answer
}

// platforms lists what an image was built for; entries that hold signatures or proofs of origin are no platform.
func platforms(descriptor *remote.Descriptor) ([]string, error) {
	if !descriptor.MediaType.IsIndex() {
		image, err := descriptor.Image()
		if err != nil {
			return nil, err
		}
		config, err := image.ConfigFile()
		if err != nil {
			return nil, err
		}
		return []string{config.Platform().String()}, nil
	}
	index, err := descriptor.ImageIndex()
	if err != nil {
		return nil, err
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		return nil, err
	}
	found := []string{}
	for _, entry := range manifest.Manifests {
		if entry.Platform != nil && !entry.Platform.Equals(v1.Platform{OS: "unknown", Architecture: "unknown"}) {
			found = append(found, entry.Platform.String())
		}
	}
	slices.Sort(found)
	return slices.Compact(found), nil
}

func (a Answer) failed(problem Problem, err error, detail string) Answer {
	a.Problem, a.Detail = problem, detail
	if err != nil {
		a.Detail = err.Error()
	}
	return a
}

func problemOf(err error) Problem {
	var refused *transport.Error
	if !errors.As(err, &refused) {
		return Unreachable
	}
	switch refused.StatusCode {
	case http.StatusNotFound:
		return Missing
	case http.StatusUnauthorized, http.StatusForbidden:
		return Denied
	case http.StatusTooManyRequests:
		return Limited
	default:
		return Unreachable
	}
}

func lastPart(image string) string { return image[strings.LastIndex(image, "/")+1:] }
