// Package store keeps images in a folder of OCI's layout, one name for each.
package store

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/match"
)

// nameAnnotation is what containerd names an image by when it imports a layout.
const nameAnnotation = "io.containerd.image.name"

// Store is one folder.
type Store struct{ path layout.Path }

// Open opens a store, or begins one.
func Open(directory string) (*Store, error) {
	path, err := layout.FromPath(directory)
	if errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(directory, 0o755); err != nil {
			return nil, err
		}
		path, err = layout.Write(directory, empty.Index)
	}
	if err != nil {
		return nil, fmt.Errorf("%s is no store of images: %w", directory, err)
	}
	return &Store{path}, nil
}

// Blobs is the folder of blobs, below which a blob's path is ALGORITHM/DIGITS.
func (store *Store) Blobs() string { return filepath.Join(string(store.path), "blobs") }

// FullName gives the name by which a node knows an image: docker.io/library/nginx:1.30.
func FullName(reference string) (string, error) {
	parsed, err := name.ParseReference(reference)
	if err != nil {
		return "", err
	}
	return strings.Replace(parsed.Name(), name.DefaultRegistry+"/", "docker.io/", 1), nil
}

// Put keeps an image under a name, in place of one that had it.
func (store *Store) Put(reference string, image v1.Image) error {
	full, err := FullName(reference)
	if err != nil {
		return err
	}
	if err := store.link(image); err != nil {
		return err
	}
	annotations := layout.WithAnnotations(map[string]string{nameAnnotation: full})
	return store.path.ReplaceImage(image, match.Annotation(nameAnnotation, full), annotations)
}

// link gives layers that lie on the same disk a second name, where a copy would take their space again.
func (store *Store) link(image v1.Image) error {
	layers, err := image.Layers()
	if err != nil {
		return err
	}
	folder := filepath.Join(store.Blobs(), "sha256")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for _, layer := range layers {
		content, err := layer.Compressed()
		if err != nil {
			return err
		}
		if file, ok := content.(*os.File); ok {
			digest, err := layer.Digest()
			if err == nil {
				// Without a link the layout copies.
				_ = os.Link(file.Name(), filepath.Join(folder, digest.Hex))
			}
		}
		content.Close()
	}
	return nil
}

// Named is one image of a store.
type Named struct {
	Name       string
	Descriptor v1.Descriptor
}

// List gives all images.
func (store *Store) List() ([]Named, error) {
	index, err := store.path.ImageIndex()
	if err != nil {
		return nil, err
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		return nil, err
	}
	var images []Named
	for _, descriptor := range manifest.Manifests {
		images = append(images, Named{descriptor.Annotations[nameAnnotation], descriptor})
	}
	return images, nil
}

// Image gives one image by its name.
func (store *Store) Image(reference string) (v1.Image, error) {
	full, err := FullName(reference)
	if err != nil {
		return nil, err
	}
	images, err := store.List()
	if err != nil {
		return nil, err
	}
	for _, image := range images {
		if image.Name == full {
			return store.path.Image(image.Descriptor.Digest)
		}
	}
	return nil, fmt.Errorf("%s has no image %s", store.path, full)
}

// Write writes the store as one archive, which `ctr images import` reads.
func (store *Store) Write(to io.Writer) error {
	archive := tar.NewWriter(to)
	if err := archive.AddFS(os.DirFS(string(store.path))); err != nil {
		return err
	}
	return archive.Close()
}
