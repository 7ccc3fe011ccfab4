package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"time"

	"golang.org/x/sync/errgroup"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/client-go/tools/leaderelection/resourcelock"

	"github.com/cert-manager/cert-manager/internal/controller/feature"
	control "github.com/cert-manager/cert-manager/pkg/controller"
	"github.com/cert-manager/cert-manager/pkg/healthz"
	utilfeature "github.com/cert-manager/cert-manager/pkg/util/feature"

	_ "github.com/cert-manager/cert-manager/pkg/controller/certificate-shim/ingresses"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificaterequests/approver"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificaterequests/ca"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificaterequests/selfsigned"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/issuing"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/keymanager"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/metrics"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/readiness"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/requestmanager"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/revisionmanager"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/trigger"
	_ "github.com/cert-manager/cert-manager/pkg/controller/clusterissuers"
	_ "github.com/cert-manager/cert-manager/pkg/controller/issuers"
	_ "github.com/cert-manager/cert-manager/pkg/issuer/ca"
	_ "github.com/cert-manager/cert-manager/pkg/issuer/selfsigned"
)

const (
	workers = 5
	// Times of a lease that its holder must renew, those of Kubernetes' own controllers.
	lease, renewal, retry = 60 * time.Second, 40 * time.Second, 15 * time.Second
)

// controller issues and renews certificates. Left out are the issuers that ask somebody outside of the cluster: ACME, Vault, Venafi.
func controller(ctx context.Context, arguments []string) error {
	set := options("controller")
	resources := set.String("cluster-resource-namespace", "kube-system", "namespace of the Secrets of ClusterIssuers")
	electing := set.String("leader-election-namespace", "kube-system", "namespace of the lease of the one that works")
	metrics := set.String("metrics-listen-address", "0.0.0.0:9402", "where metrics are answered")
	health := set.String("healthz-listen-address", "0.0.0.0:9403", "where the liveness probe is answered")
	if err := set.Parse(arguments); err != nil {
		return err
	}
	if err := utilfeature.DefaultMutableFeatureGate.SetFromMap(map[string]bool{string(feature.ExperimentalGatewayAPISupport): false}); err != nil {
		return err
	}
	factory, err := control.NewContextFactory(ctx, control.ContextOptions{
		KubernetesAPIQPS: 20, KubernetesAPIBurst: 50,
		IssuerOptions: control.IssuerOptions{ClusterResourceNamespace: *resources, ClusterIssuerAmbientCredentials: true},
		CertificateOptions: control.CertificateOptions{
			CopiedAnnotationPrefixes:                 []string{"*", "-kubectl.kubernetes.io/", "-fluxcd.io/", "-argocd.argoproj.io/"},
			CertificateRequestMinimumBackoffDuration: time.Hour,
			CertificateRequestMaximumBackoffDuration: 32 * time.Hour,
		},
	})
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	healthy := healthz.NewServer(lease / 3)
	if err := listen(ctx, group, *health, healthy.Start); err != nil {
		return err
	}
	shared, err := factory.Build()
	if err != nil {
		return err
	}
	name, err := os.Hostname()
	if err != nil {
		return err
	}
	lock := &resourcelock.LeaseLock{Client: shared.Client.CoordinationV1(), LockConfig: resourcelock.ResourceLockConfig{Identity: name}}
	lock.LeaseMeta.Namespace, lock.LeaseMeta.Name = *electing, "cert-manager-controller"
	group.Go(func() error {
		var failed error
		leaderelection.RunOrDie(ctx, leaderelection.LeaderElectionConfig{
			Lock: lock, LeaseDuration: lease, RenewDeadline: renewal, RetryPeriod: retry, ReleaseOnCancel: true, WatchDog: healthy.LeaderHealthzAdaptor,
			Callbacks: leaderelection.LeaderCallbacks{
				OnStartedLeading: func(ctx context.Context) { failed = work(ctx, factory, shared, *metrics) },
				OnStoppedLeading: func() {},
			},
		})
		if failed == nil && ctx.Err() == nil {
			failed = fmt.Errorf("the lease was lost")
		}
		return failed
	})
	return group.Wait()
}

// work runs every controller until the context ends.
func work(ctx context.Context, factory *control.ContextFactory, shared *control.Context, metrics string) error {
	group, ctx := errgroup.WithContext(ctx)
	for name, construct := range control.Known() {
		loop, err := construct(factory)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		group.Go(func() error { return loop.Run(workers, ctx) })
	}
	certificates := shared.SharedInformerFactory.Certmanager().V1()
	shared.Metrics.SetupCertificateCollector(certificates.Certificates().Lister())
	if err := listen(ctx, group, metrics, func(ctx context.Context, listener net.Listener) error {
		server := shared.Metrics.NewServer(listener)
		context.AfterFunc(ctx, func() { _ = server.Close() })
		_ = server.Serve(listener)
		return nil
	}); err != nil {
		return err
	}
	shared.SharedInformerFactory.Start(ctx.Done())
	shared.KubeSharedInformerFactory.Start(ctx.Done())
	shared.HTTP01ResourceMetadataInformersFactory.Start(ctx.Done())
	return group.Wait()
}

func listen(ctx context.Context, group *errgroup.Group, address string, serve func(context.Context, net.Listener) error) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	group.Go(func() error { return serve(ctx, listener) })
	return nil
}
