// Package serve is a registry of the images in a store, under the names they have everywhere.
package serve

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"

	"toolchain/images/tool/internal/store"
)

// Handler answers for every registry at once: a node that takes it as the mirror of all registries asks for the path of a
// name and says the registry besides. Two images that differ in nothing but their registry cannot be served.
func Handler(images *store.Store) (http.Handler, error) {
	handler := registry.New(registry.WithBlobHandler(registry.NewDiskBlobHandler(images.Blobs())), registry.Logger(log.New(io.Discard, "", 0)))
	named, err := images.List()
	if err != nil {
		return nil, err
	}
	owners := map[string]store.Named{}
	for _, image := range named {
		reference, err := name.ParseReference(image.Name)
		if err != nil {
			return nil, err
		}
		path := reference.Context().RepositoryStr() + ":" + reference.Identifier()
		if other, ok := owners[path]; ok && other.Descriptor.Digest != image.Descriptor.Digest {
			return nil, fmt.Errorf("%s and %s are different images with one path; serve them from two stores", other.Name, image.Name)
		}
		owners[path] = image
		content, err := images.Image(image.Name)
		if err != nil {
			return nil, err
		}
		manifest, err := content.RawManifest()
		if err != nil {
			return nil, err
		}
		if err := put(handler, reference, string(image.Descriptor.MediaType), manifest); err != nil {
			return nil, err
		}
	}
	return readOnly(handler), nil
}

// put hands a manifest over as a client would; blobs are read where they lie.
func put(handler http.Handler, reference name.Reference, mediaType string, manifest []byte) error {
	path := fmt.Sprintf("/v2/%s/manifests/%s", reference.Context().RepositoryStr(), reference.Identifier())
	request := httptest.NewRequest(http.MethodPut, path, bytes.NewReader(manifest))
	request.Header.Set("Content-Type", mediaType)
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, request)
	if answer.Code != http.StatusCreated {
		return fmt.Errorf("%s: %s", reference, answer.Body)
	}
	return nil
}

func readOnly(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		if request.Method != http.MethodGet && request.Method != http.MethodHead {
			http.Error(response, "this registry only serves what was assembled", http.StatusMethodNotAllowed)
			return
		}
		handler.ServeHTTP(response, request)
	})
}
