// Package pull fetches images from the registries that their names say, with the credentials of docker login.
package pull

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// Puller fetches images for the platform of the nodes.
type Puller struct {
	// Patience with a registry that does not answer.
	Patience time.Duration

	reached map[string]error
}

// Reach tells why the registry of an image cannot be reached, or nil; each registry is asked once.
func (puller *Puller) Reach(reference string) error {
	parsed, err := name.ParseReference(reference)
	if err != nil {
		return err
	}
	registry := parsed.Context().Registry
	if err, ok := puller.reached[registry.Name()]; ok {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), puller.Patience)
	defer cancel()
	_, err = transport.Ping(ctx, registry, http.DefaultTransport)
	if puller.reached == nil {
		puller.reached = map[string]error{}
	}
	puller.reached[registry.Name()] = err
	return err
}

// Image fetches the manifest of an image; its layers follow when they are written.
func (puller *Puller) Image(reference string) (v1.Image, error) {
	parsed, err := name.ParseReference(reference)
	if err != nil {
		return nil, err
	}
	image, err := remote.Image(parsed, remote.WithAuthFromKeychain(authn.DefaultKeychain),
		remote.WithPlatform(v1.Platform{OS: "linux", Architecture: "amd64"}))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", reference, err)
	}
	return image, nil
}

// Unknown tells whether a registry said that it has no such image, or none for these credentials.
func Unknown(err error) bool {
	var answer *transport.Error
	return errors.As(err, &answer) &&
		(answer.StatusCode == http.StatusNotFound || answer.StatusCode == http.StatusUnauthorized || answer.StatusCode == http.StatusForbidden)
}
