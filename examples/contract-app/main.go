// Command contract-app stands for an application whose image nobody publishes. It keeps the contract of the application's pod:
// it listens where the pod says, answers the paths that are asked, opens every dependency with the variables it was given,
// and says at /contract what it found. It knows nothing of what the application does.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

const usage = `Usage: contract-app [COMMAND...]

Without a command: listens at HOST:PORT (and METRICS_PORT), answers every path, and says at /contract whether each dependency that
its variables name can be written and read. contract-app check prints the same and ends with code 1 when one cannot.

Called as php, sqlx or npx, or with a command that migrates a database: writes to the database that the variables name, reads
it back, and ends.
`

func main() {
	log.SetFlags(0)
	log.SetOutput(os.Stdout)
	arguments := os.Args[1:]
	variables := environment()
	switch name := filepath.Base(os.Args[0]); {
	case len(arguments) == 1 && (arguments[0] == "--help" || arguments[0] == "-h"):
		fmt.Print(usage)
	case len(arguments) == 1 && arguments[0] == "check":
		report := newApplication(variables).check(context.Background())
		printJSON(report)
		if !report.OK {
			os.Exit(1)
		}
	case name != "contract-app" || len(arguments) > 0:
		if err := migrate(context.Background(), variables, append([]string{name}, arguments...)); err != nil {
			log.Fatal("error: ", err)
		}
	default:
		if err := serve(variables); err != nil {
			log.Fatal("error: ", err)
		}
	}
}

// serve listens until it is told to end, and then answers what is under way.
func serve(variables variables) error {
	application := newApplication(variables)
	ended, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	host := variables.or("0.0.0.0", "HOST")
	servers := map[string]http.Handler{variables.or("8080", "APP_PORT", "PORT"): application.handler()}
	if port := variables["METRICS_PORT"]; port != "" {
		servers[port] = application.metrics()
	}
	failures := make(chan error, len(servers))
	var running []*http.Server
	for port, handler := range servers {
		server := &http.Server{Addr: net.JoinHostPort(host, port), Handler: handler, ReadHeaderTimeout: 10 * time.Second}
		running = append(running, server)
		go func() { failures <- server.ListenAndServe() }()
		log.Printf("%s listens at %s", application.name, server.Addr)
	}
	select {
	case err := <-failures:
		return err
	case <-ended.Done():
	}
	patience, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	var errs []error
	for _, server := range running {
		errs = append(errs, server.Shutdown(patience))
	}
	return errors.Join(errs...)
}

func printJSON(value any) {
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		log.Fatal(err)
	}
}
