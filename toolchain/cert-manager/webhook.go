package main

import (
	"context"

	"k8s.io/klog/v2"

	server "github.com/cert-manager/cert-manager/internal/webhook"
	webhookoptions "github.com/cert-manager/cert-manager/pkg/webhook/options"
)

// webhook checks what is written to the API server.
func webhook(ctx context.Context, arguments []string) error {
	configuration, err := webhookoptions.NewWebhookConfiguration()
	if err != nil {
		return err
	}
	set := options("webhook")
	webhookoptions.AddConfigFlags(set, configuration)
	if err := set.Parse(arguments); err != nil {
		return err
	}
	served, err := server.NewCertManagerWebhookServer(klog.FromContext(ctx), *configuration)
	if err != nil {
		return err
	}
	return served.Run(ctx)
}
