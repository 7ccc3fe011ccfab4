package table

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFindTakesTheMostExactRow(t *testing.T) {
	table := &Table{Images: []Image{
		{Name: "postgres"}, {Name: "postgres:16"}, {Name: "minio/mc"}, {Name: "e-commerce-back/*"}, {Name: "auth-service"},
	}}
	for reference, expected := range map[string]string{
		"postgres:16.13-alpine":                                    "postgres:16",
		"postgres:16":                                              "postgres:16",
		"postgres:160":                                             "postgres",
		"localhost:5000/mirror/postgres":                           "postgres",
		"localhost:5000/mirror/postgres:16.1@sha256:0":             "postgres:16",
		"quay.io/minio/mc:RELEASE.2025-08-13T08-35-41Z":            "minio/mc",
		"ghcr.io/votreorg/e-commerce-back/auth-service:1.0.0":      "e-commerce-back/*",
		"registry.example.com/aquaerp-registry/auth-service:1.0.0": "auth-service",
	} {
		if found := table.Find(reference); found == nil || found.Name != expected {
			t.Errorf("%s is row %v, not %s", reference, found, expected)
		}
	}
	if found := table.Find("notpostgres:16"); found != nil {
		t.Errorf("notpostgres is row %s", found.Name)
	}
}

func TestReadNamesWhatIsWrong(t *testing.T) {
	for content, expected := range map[string]string{
		"layers: {a: {on: b}}":                           "layer a stands on b",
		"layers: {a: {on: b}, b: {on: a}}":               "stands on itself",
		"images: [{name: x, layer: y}]":                  `layer "y"`,
		"layers: {a: {}}\nimages: [{name: x, layer: a}]": "must say its program",
		"layers: {a: {folder: {}}}":                      "folder",
	} {
		file := filepath.Join(t.TempDir(), "table.yaml")
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(file); err == nil || !strings.Contains(err.Error(), expected) {
			t.Errorf("%s: %v does not say %s", content, err, expected)
		}
	}
}

func TestTheTableOfTheProjectIsWhole(t *testing.T) {
	table, err := Read("../../../table.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, image := range table.Images {
		if len(table.Sources(image.Layer)) == 0 {
			t.Errorf("%s says not where it comes from", image.Name)
		}
	}
}
