// Command evaluator judges pods with the evaluator that the API server uses for Pod Security admission.
// It reads one request a line from standard input and answers each with one line on standard output.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

type request struct {
	Level    string            `json:"level"`
	Version  string            `json:"version"`
	Metadata metav1.ObjectMeta `json:"metadata"`
	Spec     corev1.PodSpec    `json:"spec"`
}

type refusal struct {
	Reason string `json:"reason"`
	Detail string `json:"detail"`
}

func answer(evaluator policy.Evaluator, line []byte) ([]refusal, error) {
	var r request
	if err := json.Unmarshal(line, &r); err != nil {
		return nil, err
	}
	level, err := api.ParseLevel(r.Level)
	if err != nil {
		return nil, fmt.Errorf("level %q: %w", r.Level, err)
	}
	version, err := api.ParseVersion(r.Version)
	if err != nil {
		return nil, fmt.Errorf("version %q: %w", r.Version, err)
	}
	refusals := []refusal{}
	for _, result := range evaluator.EvaluatePod(api.LevelVersion{Level: level, Version: version}, &r.Metadata, &r.Spec) {
		if !result.Allowed {
			refusals = append(refusals, refusal{result.ForbiddenReason, result.ForbiddenDetail})
		}
	}
	return refusals, nil
}

func run() error {
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	in := bufio.NewReader(os.Stdin)
	for number := 1; ; number++ {
		line, err := in.ReadBytes('\n')
		if len(line) == 0 {
			return nil
		}
		refusals, answerErr := answer(evaluator, line)
		if answerErr != nil {
			return fmt.Errorf("line %d: %w", number, answerErr)
		}
		if err := encoder.Encode(refusals); err != nil {
			return err
		}
		if err != nil {
			return nil
		}
	}
}

func main() {
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), `usage: evaluator < pods.jsonl

Each line is {"level":"restricted","version":"v1.36","metadata":{...},"spec":{...}} with the metadata and spec of a pod;
the answer to it is a line with the list of refusals, [{"reason":...,"detail":...}], empty when the pod is allowed.`)
	}
	flag.Parse()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "evaluator:", err)
		os.Exit(1)
	}
}
