# make            builds ./rsm
# make test       the tests
# make lint       gofmt, vet, staticcheck, and the layout of the sources
# make fuzz       each fuzz target for FUZZTIME
# make highs      a current HiGHS for -tags highs_system (see highs.mk)
# make demo       rsm on its embedded example
# make twins      trains the networks of benchmarks/twins again

GO          ?= go
FUZZTIME    ?= 10s
STATICCHECK ?= honnef.co/go/tools/cmd/staticcheck@v0.7.0

.PHONY: build test lint fuzz demo twins clean

build:
	$(GO) build -o rsm ./cmd/rsm

test:
	$(GO) test ./...

lint:
	@files=$$(gofmt -l $$(git ls-files '*.go')); test -z "$$files" || { echo "gofmt: $$files"; exit 1; }
	.ci/layout
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...

# One target at a time: go test -fuzz takes one package and one target.
fuzz:
	@for pkg in $$($(GO) list ./...); do \
	  for target in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
	    echo "$$pkg $$target"; \
	    $(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$pkg || exit 1; \
	  done; \
	done

demo:
	$(GO) run ./cmd/rsm demo

twins:
	cd benchmarks/twins && ./make-venv.sh && .venv/bin/python make_twins.py --data "$(DATA)"

clean:
	rm -rf rsm .highs

include highs.mk
