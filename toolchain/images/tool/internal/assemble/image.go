package assemble

import (
	"io"
	"maps"
	"os"
	"slices"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"toolchain/images/tool/internal/table"
)

// Labels of assembled images say what they are, wherever they turn up.
const (
	SourceLabel  = "platforms.source"
	ProgramLabel = "platforms.program"
	StandInLabel = "platforms.stand-in"
)

const searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// Image makes the image of a row.
func (assembler *Assembler) Image(row *table.Image) (v1.Image, error) {
	var layers []v1.Layer
	for _, name := range assembler.Table.Chain(row.Layer) {
		made, err := assembler.Layer(name)
		if err != nil {
			return nil, err
		}
		layers = append(layers, stored{made})
	}
	image := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	image, err := mutate.AppendLayers(image, layers...)
	if err != nil {
		return nil, err
	}
	file, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	file = file.DeepCopy()
	file.Architecture, file.OS, file.Created = "amd64", "linux", v1.Time{Time: time.Unix(0, 0).UTC()}
	file.Config = v1.Config{
		Entrypoint: row.Entrypoint, Cmd: row.Command, User: row.User, WorkingDir: row.WorkingDirectory, StopSignal: row.StopSignal,
		Labels: map[string]string{SourceLabel: "packages", ProgramLabel: row.Program + " " + row.Version},
	}
	if row.StandIn {
		file.Config.Labels[StandInLabel] = "true"
	}
	environment := map[string]string{"PATH": searchPath}
	maps.Copy(environment, row.Environment)
	for _, name := range slices.Sorted(maps.Keys(environment)) {
		file.Config.Env = append(file.Config.Env, name+"="+environment[name])
	}
	return mutate.ConfigFile(image, file)
}

// stored is a layer that lies in the cache, not compressed: it goes to a store on the same machine.
type stored struct{ made *Made }

func (layer stored) Digest() (v1.Hash, error) {
	return v1.Hash{Algorithm: "sha256", Hex: layer.made.Digest}, nil
}

func (layer stored) DiffID() (v1.Hash, error) { return layer.Digest() }

func (layer stored) Compressed() (io.ReadCloser, error) { return os.Open(layer.made.Path) }

func (layer stored) Uncompressed() (io.ReadCloser, error) { return os.Open(layer.made.Path) }

func (layer stored) Size() (int64, error) { return layer.made.Size, nil }

func (layer stored) MediaType() (types.MediaType, error) { return types.OCIUncompressedLayer, nil }
