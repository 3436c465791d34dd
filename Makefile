# The two commands of the README are `run` and `test`; each sets up what it needs (eng/setup.sh, idempotent).
SHELL := /bin/bash
.DEFAULT_GOAL := help
BINARY := artifacts/gateway/gateway

.PHONY: help setup run test publish chaos bench load peers format clean

help:           ## Show the targets
	@sed -nE 's/^([a-z]+):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

setup:          ## Install what a build needs and is missing
	@eng/setup.sh build

run: publish    ## Publish the Native AOT binary and start the demo
	@$(BINARY) demo

publish: setup  ## Publish the Native AOT binary to artifacts/gateway/gateway
	@eng/publish.sh

test:           ## Build, check the format, publish and run every test
	@eng/setup.sh test
	@eng/test.sh

chaos: publish  ## The chaos run in full (CHAOS_SECONDS=60 CHAOS_CLIENTS=500 CHAOS_SEED=1 and more: CONTRIBUTING.md)
	@CHAOS_SECONDS=$(or $(CHAOS_SECONDS),60) dotnet test tests/Gateway.EndToEnd.Tests -c Release --nologo --filter FullyQualifiedName~ChaosTests --logger 'console;verbosity=detailed'

bench: setup    ## Micro-benchmarks (BENCH=filter to choose, JOB=short for a quick look)
	@dotnet run --project bench -c Release -- --filter '$(or $(BENCH),*)' $(if $(JOB),--job $(JOB))

load: publish   ## Publish the load generator and run the standard set (LOAD='smoke steady' to choose)
	@eng/publish-load.sh
	@eng/load.sh $(LOAD)

peers: publish  ## The gateway beside nginx, HAProxy, Portkey and a copy proxy, 12 minutes (PEERS='unary stream' to choose: bench/peers/run.sh)
	@eng/publish-load.sh
	@bench/peers/run.sh $(PEERS)

format:         ## Format the code
	@dotnet format Gateway.sln

clean:          ## Remove everything that was built
	@rm -rf artifacts && find . -type d \( -name bin -o -name obj \) -not -path './.git/*' -prune -exec rm -rf {} +
