// Command registry asks container registries about images, with the credentials that docker has, and prints one line of
// JSON for each question, in the order of the answers.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync"

	"github.com/google/go-containerregistry/pkg/authn"
)

const usage = `Usage: registry digests|tags < NAMES

  digests   for each REPOSITORY:TAG on standard input: its digest, that of the index where there are several platforms
  tags      for each REPOSITORY: its tags

Credentials are docker's: config.json in $DOCKER_CONFIG or ~/.docker, with its helpers.
REGISTRY_MIRROR=HOST[:PORT][/PATH] is asked for every image instead, which it has as HOST/REGISTRY/REPOSITORY.
`

// questionsAtOnce is low enough for registries that count requests.
const questionsAtOnce = 6

func main() {
	if len(os.Args) != 2 {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	client := &client{keychain: authn.DefaultKeychain, mirror: os.Getenv("REGISTRY_MIRROR")}
	questions := map[string]func(context.Context, string) Answer{"digests": client.digest, "tags": client.tags}
	switch question, known := questions[os.Args[1]]; {
	case os.Args[1] == "--help":
		fmt.Print(usage)
	case !known:
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	default:
		if err := answerAll(ctx, os.Stdin, os.Stdout, question); err != nil {
			fmt.Fprintln(os.Stderr, "registry:", err)
			os.Exit(1)
		}
	}
}

// answerAll asks about every line of names, several at once, and writes each answer as soon as it is there.
func answerAll(ctx context.Context, names io.Reader, out io.Writer, question func(context.Context, string) Answer) error {
	answers := make(chan Answer)
	var pending sync.WaitGroup
	slots := make(chan struct{}, questionsAtOnce)
	lines := bufio.NewScanner(names)
	pending.Go(func() {
		for lines.Scan() {
			name := strings.TrimSpace(lines.Text())
			if name == "" {
				continue
			}
			slots <- struct{}{}
			pending.Go(func() {
				defer func() { <-slots }()
				answers <- question(ctx, name)
			})
		}
	})
	go func() {
		pending.Wait()
		close(answers)
	}()
	encoder := json.NewEncoder(out)
	for answer := range answers {
		if err := encoder.Encode(answer); err != nil {
			return err
		}
	}
	return lines.Err()
}
