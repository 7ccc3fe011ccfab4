package sources

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// run runs a script of the checkout, whose progress the user sees, and gives what it printed.
func run(script string, arguments ...string) (string, error) {
	var printed strings.Builder
	command := exec.Command(script, arguments...)
	command.Stdout, command.Stderr = &tee{&printed}, os.Stderr
	if err := command.Run(); err != nil {
		return "", fmt.Errorf("%s: %w", script, err)
	}
	return printed.String(), nil
}

// Built gives the folder that a build script keeps its programs in, whose name follows from their sources.
func Built(script string) (string, error) {
	printed, err := output(script, "--print")
	return strings.TrimSpace(printed), err
}

// tee keeps what is written and shows it, but for the last line, which is for the caller only.
type tee struct{ kept *strings.Builder }

func (tee *tee) Write(text []byte) (int, error) {
	tee.kept.Write(text)
	if !strings.HasPrefix(string(text), "/") {
		os.Stderr.Write(text)
	}
	return len(text), nil
}
