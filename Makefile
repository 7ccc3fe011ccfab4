# Table of contents; the work is done in toolchain/steps/*.sh. `make help` explains the targets.
STACK ?= dev
CLUSTER ?= embedded
export STACK CLUSTER YES NODES NODE_COUNT PLATFORM POINT FORM OBSERVE

.DEFAULT_GOAL := help
.PHONY: help up preview drift down status env test prove requirements prove-tests bench pin outdated sbom licences audit

help: ## this list
	@awk -F ' *## *' '/^[a-z-]+:.*## / { sub(/:.*/, "", $$1); printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@printf '\n  STACK=dev|staging|prod    the stack, dev when left out\n'
	@printf '  CLUSTER=embedded|current  a local cluster, or the current context of your kubeconfig\n'
	@printf '  NODES=simulated|real      what the local cluster runs pods on: nothing, or kubelets on this machine (Linux, root)\n'
	@printf '  NODE_COUNT=3              how many real nodes a new cluster gets, in up to three zones\n'
	@printf '  PLATFORM=taskflow         deploy this platform alone, whatever the stack enables\n'
	@printf '  POINT=1,2                 what make prove shows of each platform, all points when left out\n'
	@printf '  FORM=prod                 the form in which make prove deploys them, dev when left out\n'
	@printf '  YES=1                     answer the question that CLUSTER=current asks; make down of prod wants YES=prod\n'

up: ## deploy a stack and show what runs; again to bring changes in
	@toolchain/steps/up.sh

preview: ## show what up would change, checked by the policy pack
	@toolchain/steps/preview.sh

drift: ## show what is not as the last up left it, and change nothing: ends 0 nothing, 1 something, 2 unknown
	@toolchain/steps/drift.sh

down: ## remove a stack; with the embedded cluster also its processes and data
	@toolchain/steps/down.sh

status: ## show the cluster, the stack's last update and its pods
	@toolchain/steps/status.sh

env: ## print what puts pulumi, kubectl and a stack into your shell: eval "$(make -s env)"
	@toolchain/steps/env.sh

test: ## prove everything: types, lint, units, policies, toolchain, daemons, engine
	@toolchain/steps/test.sh

prove: ## run platforms on real nodes and show point by point what holds there (Linux, root)
	@toolchain/steps/prove.sh

requirements: ## list which requirements the last make test proved, which are documented, and why the rest is neither
	@toolchain/steps/requirements-report.sh

prove-tests: ## change kit, security and policies in small ways and see whether a test notices each
	@toolchain/steps/prove-tests.sh

bench: ## measure program start, up against kubectl apply, preview and state size
	@toolchain/steps/bench.sh

pin: ## lock the digest of each image in images.lock.json; UPDATE=1 accepts tags that have moved
	@supply/run.sh pin $(if $(UPDATE),--update)

outdated: ## list npm packages, Go modules, Python packages and images that are behind
	@supply/run.sh outdated

sbom: ## write bills of materials of the program, the toolchain and the images of STACK
	@supply/run.sh sbom --stack $(STACK)

licences: ## renew docs/licences.md, the licences of all dependencies and images
	@supply/run.sh licences

audit: ## look for known vulnerabilities that can be exploited here
	@supply/run.sh audit
