# `make help` lists what there is.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build
.DELETE_ON_ERROR:

PKGS ?= ./...
FUZZTIME ?= 60s

# Pure Go everywhere but under the race detector: one static binary, and one
# build cache for the program and its tests.
export CGO_ENABLED ?= 0

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -X main.release=$(VERSION)
LINT := .cache/bin/golangci-lint

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

# The demo is built without the compiler's optimiser and with the embedded
# driver alone: from a fresh clone that takes half of the time.
.PHONY: demo
demo: ## build, and open the TUI on a throw-away workspace: needs nothing but Go
	go build -tags demo -gcflags 'all=-N -l' -ldflags '-s -w $(LDFLAGS)' -o .cache/bin/lifeboat-demo ./cmd/lifeboat
	@.cache/bin/lifeboat-demo demo

.PHONY: dev
dev: build ## build, and open the TUI on a demo workspace that is kept in .cache/dev
	@test -e .cache/dev/lifeboat.yaml || ./bin/lifeboat demo --dir .cache/dev --prepare >/dev/null
	LIFEBOAT_STATE=$(CURDIR)/.cache/dev/state ./bin/lifeboat -C .cache/dev

.PHONY: build
build: ## bin/lifeboat
	go build -ldflags '$(LDFLAGS)' -o bin/lifeboat ./cmd/lifeboat

.PHONY: test
test: ## every test, against the real tools (installed on Debian as root)
	@scripts/need test
	@go test -C tools ./testreport
	@scripts/test $(PKGS)

.PHONY: race
race: ## the tests under the race detector; PKGS=./drill/... for a part
	@scripts/need race
	@CGO_ENABLED=1 scripts/test -race $(PKGS)

.PHONY: lint
lint: $(LINT) ## golangci-lint (gofumpt, vet, staticcheck, …) and the arrows between the rooms
	GOLANGCI_LINT_CACHE=$(CURDIR)/.cache/golangci-lint $(LINT) run ./...
	go test ./internal/house

.PHONY: fmt
fmt: $(LINT) ## format as lint wants it
	$(LINT) fmt

.PHONY: fuzz
fuzz: ## every fuzz target for FUZZTIME (60s)
	@scripts/fuzz $(FUZZTIME)

# What it measures and how: docs/PERFORMANCE.md. FIGURES="a d" takes a part of
# it, QUICK=1 less exactly in two minutes, STRICT=1 fails when a goal is missed.
.PHONY: bench
bench: ## lifeboat's speed beside commands that do the same; QUICK=1, FIGURES="a d"
	@go test -C tools/bench ./...
	@go build -C tools/bench -o $(CURDIR)/.cache/bin/bench .
	@.cache/bin/bench $(if $(QUICK),-quick) $(if $(STRICT),-strict) $(FIGURES)

.PHONY: bench-go
bench-go: ## the Go benchmarks; PKGS=./store/... for a part
	go test -run '^$$' -bench . -benchmem $(PKGS)

.PHONY: golden
golden: ## write the golden files anew; read the diff before you commit it
	@scripts/golden

.PHONY: docs-check
docs-check: ## every path, link, flag, make target and key that the docs name exists
	go test -count=1 ./docs ./runbooks

.PHONY: tools-check
tools-check: ## which tools the tests would miss here, and what installs them
	@go version
	@scripts/need --check

$(LINT): tools/go.mod tools/go.sum
	go build -C tools -trimpath -ldflags '-s -w' -o ../$@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

.PHONY: clean
clean: ## remove what was built here
	rm -rf bin dist .cache
