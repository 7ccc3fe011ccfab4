package main

import (
	"context"

	core "k8s.io/api/core/v1"
	extensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientscheme "k8s.io/client-go/kubernetes/scheme"
	aggregation "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	certificates "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
	injectors "github.com/cert-manager/cert-manager/pkg/controller/cainjector"
	"github.com/cert-manager/cert-manager/pkg/util"
)

// cainjector writes the authority's certificate into the objects that ask for it.
func cainjector(ctx context.Context, arguments []string) error {
	set := options("cainjector")
	electing := set.String("leader-election-namespace", "kube-system", "namespace of the lease of the one that works")
	metrics := set.String("metrics-listen-address", "0.0.0.0:9402", "where metrics are answered")
	if err := set.Parse(arguments); err != nil {
		return err
	}
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{clientscheme.AddToScheme, certificates.AddToScheme, extensions.AddToScheme, aggregation.AddToScheme} {
		if err := add(scheme); err != nil {
			return err
		}
	}
	configuration, err := ctrl.GetConfig()
	if err != nil {
		return err
	}
	manager, err := ctrl.NewManager(util.RestConfigWithUserAgent(configuration, "cainjector"), ctrl.Options{
		Scheme: scheme, LeaderElection: true, LeaderElectionID: "cert-manager-cainjector-leader-election",
		LeaderElectionNamespace: *electing, LeaderElectionReleaseOnCancel: true,
		Metrics: metricsserver.Options{BindAddress: *metrics},
		// Of Secrets only names are watched; their content is read when it is wanted, so that it is never older than its event.
		Client: client.Options{Cache: &client.CacheOptions{DisableFor: []client.Object{&core.Secret{}}}},
	})
	if err != nil {
		return err
	}
	err = injectors.RegisterAllInjectors(ctx, manager, injectors.SetupOptions{
		EnableCertificatesDataSource: true,
		EnabledReconcilersFor: map[string]bool{
			injectors.MutatingWebhookConfigurationName: true, injectors.ValidatingWebhookConfigurationName: true,
			injectors.CustomResourceDefinitionName: true, injectors.APIServiceName: true,
		},
	})
	if err != nil {
		return err
	}
	return manager.Start(ctx)
}
