module toolchain/crds

go 1.26.0

require (
	github.com/cert-manager/cert-manager v1.20.0
	github.com/prometheus-operator/prometheus-operator v0.92.0
	github.com/traefik/traefik/v3 v3.6.0
)
