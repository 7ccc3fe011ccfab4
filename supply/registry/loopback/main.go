// Command loopback runs a container registry on loopback for tests until its standard input ends. The first line there is
// the access that it asks for, each further line an image to put in; it answers with one line of JSON each.
package main

import (
	"context"
	"encoding/json"
	"log"
	"os"

	"supply/registry/internal/loopback"
)

func main() {
	log.SetFlags(0)
	requests, answers := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	var access loopback.Access
	if err := requests.Decode(&access); err != nil {
		log.Fatal(err)
	}
	registry := loopback.Start(access)
	defer registry.Close()
	answer(answers, map[string]string{"address": registry.Address()})
	for requests.More() {
		var image loopback.Image
		if err := requests.Decode(&image); err != nil {
			log.Fatal(err)
		}
		digest, err := registry.Put(context.Background(), image)
		if err != nil {
			log.Fatal(err)
		}
		answer(answers, map[string]string{"digest": digest})
	}
}

func answer(answers *json.Encoder, value map[string]string) {
	if err := answers.Encode(value); err != nil {
		log.Fatal(err)
	}
}
