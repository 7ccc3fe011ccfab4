// Command standin stands in an image whose program cannot be had: it listens where the program would, answers its probes, and
// says in every answer and at its start that it is not the program.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
)

// answer is what every path gets.
type answer struct {
	StandIn bool   `json:"standIn"`
	For     string `json:"for"`
	Message string `json:"message"`
}

func main() {
	program, address := os.Getenv("STANDIN_FOR"), os.Getenv("STANDIN_LISTEN")
	paths := strings.Fields(os.Getenv("STANDIN_PATHS"))
	message := "this is a stand-in and not " + program + ": nothing that it answers proves anything"
	if address == "" {
		// A program that would have ended with a result has none here.
		fmt.Fprintln(os.Stderr, message)
		os.Exit(1)
	}
	text, err := json.Marshal(answer{StandIn: true, For: program, Message: message})
	if err != nil {
		log.Fatal(err)
	}
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGTERM, syscall.SIGINT)
	go func() {
		<-ended
		os.Exit(0)
	}()
	log.Print(message, "; listening on ", address)
	log.Fatal(http.ListenAndServe(address, http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		response.Header().Set("Content-Type", "application/json")
		if !slices.Contains(paths, request.URL.Path) {
			response.WriteHeader(http.StatusNotImplemented)
		}
		if _, err := response.Write(append(text, '\n')); err != nil {
			log.Print(err)
		}
	})))
}
