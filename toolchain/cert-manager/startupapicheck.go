package main

import (
	"context"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/cert-manager/cert-manager/pkg/util/cmapichecker"
)

// startupapicheck ends well when the API takes a Certificate.
func startupapicheck(ctx context.Context, arguments []string) error {
	set := options("startupapicheck")
	patience := set.Duration("wait", 0, "how long to ask again")
	if err := set.Parse(arguments); err != nil {
		return err
	}
	configuration, err := ctrl.GetConfig()
	if err != nil {
		return err
	}
	checker, err := cmapichecker.New(configuration, "cert-manager")
	if err != nil {
		return err
	}
	var last error
	err = wait.PollUntilContextTimeout(ctx, 2*time.Second, *patience, true, func(ctx context.Context) (bool, error) {
		last = checker.Check(ctx)
		return last == nil, nil
	})
	if err != nil {
		return fmt.Errorf("the API of cert-manager does not answer: %w", last)
	}
	return nil
}
