package archive

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// nameAnnotations are where layouts keep the name of an image; the first is a whole one.
var nameAnnotations = []string{"io.containerd.image.name", "org.opencontainers.image.ref.name"}

// layoutIndex is the file that lists the images of a folder in OCI's layout.
const layoutIndex = "index.json"

// addLayout takes the images of a folder in OCI's layout.
func (x *Index) addLayout(folder string) ([]string, error) {
	content, err := os.ReadFile(filepath.Join(folder, layoutIndex))
	if err != nil {
		return nil, fmt.Errorf("%s is no folder of images in OCI's layout: %w", folder, err)
	}
	var listed struct{ Manifests []descriptor }
	if err := json.Unmarshal(content, &listed); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(folder, layoutIndex), err)
	}
	var names []string
	for _, manifest := range listed.Manifests {
		for _, annotation := range nameAnnotations {
			named := manifest.Annotations[annotation]
			if named == "" {
				continue
			}
			name, err := Whole(named)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", folder, err)
			}
			if err := x.addManifest(folder, manifest); err != nil {
				return nil, fmt.Errorf("%s: %s: %w", folder, name, err)
			}
			x.Images[name] = manifest.Digest
			names = append(names, name)
			break
		}
	}
	return names, nil
}

// addManifest takes a manifest with all that it names, the manifests of a list of platforms included.
func (x *Index) addManifest(folder string, manifest descriptor) error {
	blob := layoutBlob(folder, manifest)
	content, err := blob.read()
	if err != nil {
		return err
	}
	x.Blobs[manifest.Digest] = blob
	var named struct {
		Config            *descriptor
		Layers, Manifests []descriptor
	}
	if err := json.Unmarshal(content, &named); err != nil {
		return err
	}
	if named.Config != nil {
		named.Layers = append(named.Layers, *named.Config)
	}
	for _, piece := range named.Layers {
		x.Blobs[piece.Digest] = layoutBlob(folder, piece)
	}
	for _, single := range named.Manifests {
		if err := x.addManifest(folder, single); err != nil {
			return err
		}
	}
	return nil
}

func layoutBlob(folder string, piece descriptor) Blob {
	path := filepath.Join(folder, "blobs", filepath.FromSlash(strings.Replace(piece.Digest, ":", "/", 1)))
	return Blob{Path: path, Size: piece.Size, Type: piece.MediaType}
}
