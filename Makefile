# `make help` lists the verbs. Needed: Go, make and git; every other tool is built from hack/tools and hack/controlplane.

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
ARGS    ?=
FUZZTIME ?= 30s

# Tools carry their version in the name, so that a new pin in hack/tools/go.mod builds them anew.
tool = bin/tools/$(1)-$(shell sed -n 's#^[[:space:]]*$(2) \(v[^ ]*\).*#\1#p' hack/tools/go.mod)
CONTROLLER_GEN := $(call tool,controller-gen,sigs.k8s.io/controller-tools)
GOLANGCI_LINT  := $(call tool,golangci-lint,github.com/golangci/golangci-lint/v2)
KUSTOMIZE      := $(call tool,kustomize,sigs.k8s.io/kustomize/kustomize/v5)

$(CONTROLLER_GEN): package := sigs.k8s.io/controller-tools/cmd/controller-gen
$(GOLANGCI_LINT): package := github.com/golangci/golangci-lint/v2/cmd/golangci-lint
$(KUSTOMIZE): package := sigs.k8s.io/kustomize/kustomize/v5
$(CONTROLLER_GEN) $(GOLANGCI_LINT) $(KUSTOMIZE):
	@echo "tools: building $(@F), once"
	@mkdir -p $(@D)
	@CGO_ENABLED=0 go build -C hack/tools -trimpath -buildvcs=false -ldflags "-s -w" -o $(CURDIR)/$@.tmp $(package)
	@mv $@.tmp $@

.PHONY: help
help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: ## build bin/manager and bin/tilsyn
	@echo "build: bin/manager and bin/tilsyn, $(VERSION)"
	@CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=$(VERSION)" -o bin/ ./cmd/manager ./cmd/tilsyn

.PHONY: demo
demo: controlplane build ## run the operator on a local control plane with a sample fleet (ARGS=--once ends after printing)
	@go build -buildvcs=false -o bin/demo ./test/demo
	@bin/demo $(ARGS)

.PHONY: test
test: controlplane ## unit, property and API server tests, and one e2e
	@echo "test: go test ./..."
	@go test -timeout 25m -p 2 ./...

.PHONY: bench
bench: controlplane build ## measure every budget of the design and print it beside its limit
	@go run ./test/bench $(ARGS)

.PHONY: fuzz
fuzz: ## run every fuzz target for FUZZTIME (30s)
	@hack/fuzz.sh $(FUZZTIME)

.PHONY: generate
generate: $(CONTROLLER_GEN) ## write everything that is generated: deep copies, CRDs, RBAC, docs
	@CONTROLLER_GEN=$(CONTROLLER_GEN) hack/generate.sh

.PHONY: verify
verify: $(CONTROLLER_GEN) $(KUSTOMIZE) ## fail if something is not generated, formatted, vetted, tidy or complete
	@CONTROLLER_GEN=$(CONTROLLER_GEN) KUSTOMIZE=$(KUSTOMIZE) hack/verify.sh

.PHONY: lint
lint: $(GOLANGCI_LINT) ## run golangci-lint, import rules included
	@echo "lint: golangci-lint run"
	@$(GOLANGCI_LINT) run

.PHONY: controlplane
controlplane: ## build etcd, kube-apiserver and their kin into bin/k8s (once)
	@hack/controlplane/build.sh

.PHONY: tools
tools: $(CONTROLLER_GEN) $(KUSTOMIZE) $(GOLANGCI_LINT) ## build controller-gen, kustomize and golangci-lint into bin/tools (once)

.PHONY: clean
clean: ## remove what build, demo and test made, not the tools and the control plane (rm -r bin does)
	@echo "clean: bin/manager bin/tilsyn bin/demo dist"
	@rm -rf bin/manager bin/tilsyn bin/demo dist cover.out
