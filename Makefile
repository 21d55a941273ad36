# Parley. `make help` lists what there is.

GO ?= go
BIN := bin/parley
SIZE ?= 1000000
DATA ?= ../shared/data

.DEFAULT_GOAL := help
.PHONY: help run dev build test lint generate css bench bench-bot test-faults clean

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## run everything on this machine: private Postgres, test phones, a seeded university
	@$(BIN) demo

build: ## build bin/parley
	@command -v $(GO) >/dev/null || { echo "Go is missing: install Go 1.26 or newer from your system's packages."; exit 1; }
	@CGO_ENABLED=0 $(GO) build -trimpath -o $(BIN) ./cmd/parley

dev: ## run, and rebuild and restart whenever a source file changes
	@$(GO) run ./cmd/dev

test: ## everything CI does: checks, all tests, the browser story; installs Postgres and Chromium if it may
	@./.ci/need postgres chromium
	@$(MAKE) --no-print-directory lint
	@$(GO) test ./...

lint: ## gofmt, vet, staticcheck, generated code up to date
	@test -z "$$(gofmt -l $$(git ls-files '*.go' | grep -v _templ.go))" || { echo "not gofmt-ed:"; gofmt -l $$(git ls-files '*.go' | grep -v _templ.go); exit 1; }
	@before=$$(cat web/*/*_templ.go | cksum); (cd web && $(GO) tool templ generate -log-level error); \
		test "$$before" = "$$(cat web/*/*_templ.go | cksum)" || { echo "generated pages were stale and are up to date now: look at git diff"; exit 1; }
	@$(GO) vet ./...
	@$(GO) tool staticcheck ./...

generate: ## templ pages and the style sheet
	@cd web && $(GO) tool templ generate
	@$(MAKE) --no-print-directory css

css: ## the style sheet (needs Node and npm, which nothing else does)
	@cd web && npm ci --silent && npm run --silent css

bench: ## pages, launch, archive, inbound, sending and import at full size, beside bare limits: make bench SIZE=1000000
	@$(GO) run ./cmd/bench all -size $(SIZE)

bench-bot: ## the bot against published figures: make bench-bot DATA=../shared/data
	@$(GO) run ./cmd/bench bot -data $(DATA)

test-faults: ## the long fault run: 200 kills of the sender in launches of 20,000, 20 crashes of Postgres
	@FAULTS=full $(GO) test -count=1 -timeout 60m -v -run 'TestS[12]_|TestD[12]_' ./internal/dispatch ./cmd/parley

clean: ## remove what was built, and the demo's folder
	@rm -rf bin .parley
