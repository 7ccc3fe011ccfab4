// Command modules tells under which licences Go modules are: PATH@VERSION on each line of standard input is answered with
// PATH@VERSION, a tab, and the licences of the texts that lie in the module's root.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/google/licensecheck"
	modulepath "golang.org/x/mod/module"
)

// Covered is how much of a text, in percent, has to be known for its licence to be believed.
const covered = 75

var names = regexp.MustCompile(`(?i)^(licen[cs]e|copying|unlicense|li[cs]en[cs]e-[\w.-]+)([.-].*)?$`)

func main() {
	log.SetFlags(0)
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		found, err := licences(lines.Text())
		if err != nil {
			// The page names it among those that nobody could tell.
			log.Printf("%s: %v", lines.Text(), err)
		}
		fmt.Printf("%s\t%s\n", lines.Text(), strings.Join(found, " AND "))
	}
	if err := lines.Err(); err != nil {
		log.Fatal(err)
	}
}

// directoryOf is where the sources of a module lie. Go's own command fetches them where they are not there yet; to ask it
// for each of a thousand modules would take minutes.
func directoryOf(module string) (string, error) {
	path, version, _ := strings.Cut(module, "@")
	escaped, err := modulepath.EscapePath(path)
	if err != nil {
		return "", err
	}
	if kept := filepath.Join(os.Getenv("GOMODCACHE"), escaped+"@"+version); os.Getenv("GOMODCACHE") != "" {
		if _, err := os.Stat(kept); err == nil {
			return kept, nil
		}
	}
	command := exec.Command("go", "mod", "download", "-json", module)
	command.Env = append(os.Environ(), "GOFLAGS=-mod=mod")
	output, err := command.Output()
	var downloaded struct{ Dir, Error string }
	if json.Unmarshal(output, &downloaded) != nil || downloaded.Dir == "" {
		return "", fmt.Errorf("cannot be fetched: %s %w", downloaded.Error, err)
	}
	return downloaded.Dir, nil
}

// licences lists those of a module.
func licences(module string) ([]string, error) {
	directory, err := directoryOf(module)
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(directory)
	if err != nil {
		return nil, err
	}
	var found []string
	for _, entry := range entries {
		if entry.IsDir() || !names.MatchString(entry.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(directory, entry.Name()))
		if err != nil {
			return nil, err
		}
		if coverage := licensecheck.Scan(text); coverage.Percent >= covered {
			for _, match := range coverage.Match {
				found = append(found, match.ID)
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found), nil
}
