package archive

import (
	"archive/tar"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"
)

const (
	architecture   = runtime.GOARCH
	manifestType   = "application/vnd.oci.image.manifest.v1+json"
	configType     = "application/vnd.oci.image.config.v1+json"
	layerType      = "application/vnd.oci.image.layer.v1.tar"
	compressedType = "application/vnd.oci.image.layer.v1.tar+gzip"
)

// Blob is a piece of an archive: where it lies, how long it is, or its content when it was made here.
type Blob struct {
	Path    string
	Offset  int64
	Size    int64
	Content []byte
	Type    string
}

// Index finds the pieces of images by their digests, as a registry serves them.
type Index struct {
	// Blobs are layers, configurations and manifests by digest.
	Blobs map[string]Blob
	// Images are digests of manifests by the image's whole name, such as docker.io/library/redis:7.4.7.
	Images map[string]string
}

// NewIndex is an index of nothing.
func NewIndex() *Index { return &Index{Blobs: map[string]Blob{}, Images: map[string]string{}} }

type descriptor struct {
	MediaType   string            `json:"mediaType"`
	Digest      string            `json:"digest"`
	Size        int64             `json:"size"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

// Add takes the images at path into the index and returns their names: an archive, or a folder in OCI's layout.
func (x *Index) Add(path string) ([]string, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return x.addLayout(path)
	}
	files, err := places(path)
	if err != nil {
		return nil, fmt.Errorf("%s is no archive of images: %w", path, err)
	}
	manifest, ok := files[manifestFile]
	if !ok {
		return nil, fmt.Errorf("%s is no archive of images as docker save writes them: %s is missing", path, manifestFile)
	}
	content, err := manifest.read()
	if err != nil {
		return nil, err
	}
	var entries []entry
	if err := json.Unmarshal(content, &entries); err != nil {
		return nil, fmt.Errorf("%s: %s: %w", path, manifestFile, err)
	}
	var names []string
	for _, image := range entries {
		digest, err := x.addImage(image, files)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		for _, tag := range image.RepoTags {
			name, err := Whole(tag)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", path, err)
			}
			x.Images[name] = digest
			names = append(names, name)
		}
	}
	return names, nil
}

func (x *Index) addImage(image entry, files map[string]Blob) (string, error) {
	configFile, ok := files[image.Config]
	if !ok {
		return "", fmt.Errorf("the configuration %s is missing", image.Config)
	}
	config, err := configFile.read()
	if err != nil {
		return "", err
	}
	var described struct {
		RootFS struct {
			DiffIDs []string `json:"diff_ids"`
		} `json:"rootfs"`
	}
	if err := json.Unmarshal(config, &described); err != nil {
		return "", fmt.Errorf("%s: %w", image.Config, err)
	}
	if len(described.RootFS.DiffIDs) != len(image.Layers) {
		return "", fmt.Errorf("%s names %d layers and the image has %d", image.Config, len(described.RootFS.DiffIDs), len(image.Layers))
	}
	layers := make([]descriptor, 0, len(image.Layers))
	for index, name := range image.Layers {
		file, ok := files[name]
		if !ok {
			return "", fmt.Errorf("the layer %s is missing", name)
		}
		// An uncompressed layer is named by what it holds, and whoever pulls it verifies that.
		file.Type = layerType
		digest := described.RootFS.DiffIDs[index]
		if compressed, err := file.compressed(); err != nil {
			return "", err
		} else if compressed {
			file.Type = compressedType
			if digest, err = file.digest(); err != nil {
				return "", err
			}
		}
		x.Blobs[digest] = file
		layers = append(layers, descriptor{MediaType: file.Type, Digest: digest, Size: file.Size})
	}
	manifest, err := json.Marshal(map[string]any{
		"schemaVersion": 2,
		"mediaType":     manifestType,
		"config":        x.put(configType, config),
		"layers":        layers,
	})
	if err != nil {
		return "", err
	}
	return x.put(manifestType, manifest).Digest, nil
}

func (x *Index) put(mediaType string, content []byte) descriptor {
	digest := "sha256:" + sum(content)
	x.Blobs[digest] = Blob{Content: content, Size: int64(len(content)), Type: mediaType}
	return descriptor{MediaType: mediaType, Digest: digest, Size: int64(len(content))}
}

// places finds the files of a tar without reading their content.
func places(path string) (map[string]Blob, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	files := map[string]Blob{}
	links := map[string]string{}
	for reader := tar.NewReader(file); ; {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		switch header.Typeflag {
		case tar.TypeReg:
			offset, err := file.Seek(0, io.SeekCurrent)
			if err != nil {
				return nil, err
			}
			files[header.Name] = Blob{Path: path, Offset: offset, Size: header.Size}
		case tar.TypeSymlink, tar.TypeLink:
			links[header.Name] = strings.TrimPrefix(header.Linkname, "../")
		}
	}
	for name, target := range links {
		if file, ok := files[target]; ok {
			files[name] = file
		}
	}
	return files, nil
}

// Open reads the blob; the returned closer must be closed.
func (b Blob) Open() (io.ReadSeeker, io.Closer, error) {
	if b.Content != nil {
		return strings.NewReader(string(b.Content)), io.NopCloser(nil), nil
	}
	file, err := os.Open(b.Path)
	if err != nil {
		return nil, nil, err
	}
	return io.NewSectionReader(file, b.Offset, b.Size), file, nil
}

func (b Blob) read() ([]byte, error) {
	content, closer, err := b.Open()
	if err != nil {
		return nil, err
	}
	defer closer.Close()
	return io.ReadAll(content)
}

func (b Blob) compressed() (bool, error) {
	content, closer, err := b.Open()
	if err != nil {
		return false, err
	}
	defer closer.Close()
	var magic [2]byte
	_, err = io.ReadFull(content, magic[:])
	return magic == [2]byte{0x1f, 0x8b}, err
}

func (b Blob) digest() (string, error) {
	content, closer, err := b.Open()
	if err != nil {
		return "", err
	}
	defer closer.Close()
	digest := sha256.New()
	if _, err := io.Copy(digest, content); err != nil {
		return "", err
	}
	return "sha256:" + hex.EncodeToString(digest.Sum(nil)), nil
}

func sorted(files map[string]string) []string { return slices.Sorted(maps.Keys(files)) }

// Whole completes the name of an image as container runtimes do: redis:7 is docker.io/library/redis:7.
func Whole(name string) (string, error) {
	if name == "" || strings.Contains(name, "@") {
		return "", fmt.Errorf("%q is no name of an image with a tag", name)
	}
	host, rest, found := strings.Cut(name, "/")
	if !found {
		host, rest = "docker.io", "library/"+name
	} else if !strings.ContainsAny(host, ".:") && host != "localhost" {
		host, rest = "docker.io", name
	}
	if host == "docker.io" && !strings.Contains(rest, "/") {
		rest = "library/" + rest
	}
	if !strings.Contains(rest[strings.LastIndex(rest, "/")+1:], ":") {
		rest += ":latest"
	}
	return host + "/" + rest, nil
}
