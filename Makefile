# Netvisit: `make run` starts the service with a demonstration programme, `make test` runs every test.
# Everything is built with one profile (release), so that HiGHS, which takes minutes, is built once.

PORT     ?= 8080
LISTEN   ?= 127.0.0.1:$(PORT)
DATABASE ?= var/netvisit.db

CHECK    ?=
TOOLS    ?= $(HOME)/.cache/netvisit/tools

CARGO ?= cargo
BUILT  = $(or $(CARGO_TARGET_DIR),target)/release/netvisit

.DEFAULT_GOAL := help
.PHONY: help run build test laws torture database-of-this-version quality large what-if lint deny bom dist fmt openapi setup clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18
	@echo
	@echo "  PORT=8080, LISTEN=127.0.0.1:8080 and DATABASE=var/netvisit.db can be set: make run PORT=9000"

run: build ## build, then start the service on a local file with a demonstration programme
	@mkdir -p "$(dir $(DATABASE))"
	@exec "$(BUILT)" serve --listen "$(LISTEN)" --database "$(DATABASE)" --demo

build: setup ## build the binary netvisit
	$(CARGO) build --release --locked --bin netvisit

# The last line sums up: what cargo itself says last is about documentation tests, of which there are none.
test: SHELL := bash -o pipefail
test: setup ## run every test: units, laws, and a real server over HTTP
	$(CARGO) test --release --locked --workspace | awk '{ print; fflush() } \
	    /^test result:/ { passed += $$4; failed += $$6; ignored += $$8 } \
	    END { printf "\ntests: %d passed, %d failed, %d ignored\n", passed, failed, ignored }'

laws: setup ## hold laws against thousands of made-up problems
	NETVISIT_LAWS=full $(CARGO) test --release --locked --workspace --test laws -- proved
	NETVISIT_LAWS=full $(CARGO) test --release --locked --workspace --test service -- generated

SCHEMATHESIS ?= $(TOOLS)/schemathesis/bin/schemathesis
$(SCHEMATHESIS):
	python3 -m venv "$(TOOLS)/schemathesis" && "$(TOOLS)/schemathesis/bin/pip" install --quiet schemathesis==4.32.5

torture: setup $(SCHEMATHESIS) ## run the checks of tests/torture in full (CHECK=crowds: one file of them)
	NETVISIT_TORTURE=full SCHEMATHESIS="$(SCHEMATHESIS)" \
	    $(CARGO) test --release --locked -p netvisit --test service torture::$(CHECK) -- --test-threads=1 --nocapture
	$(if $(filter-out fuzz,$(CHECK)),,NETVISIT_TORTURE=full $(CARGO) test --release --locked -p netvisit --lib fuzz:: -- --test-threads=1 --nocapture)

quality: setup ## how good the networks are, over five seeds; QUALITY="--seeds 2 --seconds 10 dk-single"
	$(CARGO) bench --locked -p netvisit --bench quality -- $(QUALITY)

large: setup ## how the search grows up to 35,000 enrolments; LARGE="--write 35000" prints such a problem
	$(CARGO) bench --locked -p netvisit --bench large -- $(LARGE)

what-if: setup ## how quick and how good answers to wishes are; WHAT_IF="--wishes 10 --scratch 20 dk-kl"
	$(CARGO) bench --locked -p netvisit --bench what_if -- $(WHAT_IF)

lint: setup ## formatting, clippy, documentation and dependencies, warnings denied
	$(CARGO) fmt --all --check
	$(CARGO) clippy --release --locked --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings -A rustdoc::private-intra-doc-links" \
	    $(CARGO) doc --release --locked --workspace --no-deps --document-private-items
	@$(MAKE) --no-print-directory deny

# $(call tool,NAME,VERSION): a tool of cargo's in just this version, built once, in a minute or two, into the user's cache.
tool = PATH="$(TOOLS)/bin:$$PATH"; \
	if ! $(CARGO) install --list --root "$(TOOLS)" 2>/dev/null | grep -qxF "$(1) v$(2):"; then \
	    echo "building $(1) $(2) into $(TOOLS)"; \
	    CARGO_TARGET_DIR="$(TOOLS)/target" $(CARGO) install --quiet --locked --root "$(TOOLS)" --version $(2) $(1) \
	        && rm -rf "$(TOOLS)/target"; \
	fi

# Licences, bans, sources and known vulnerabilities of all dependencies (deny.toml). Where the tool can be neither found nor
# built, as without a network, the rest of the lints still count; where the list of vulnerabilities cannot be had, the others.
DENY ?= 0.20.2
deny: setup
	@$(call tool,cargo-deny,$(DENY)); \
	if ! cargo-deny --version >/dev/null 2>&1; then \
	    echo "lint: WARNING: cargo-deny is not here and could not be built; dependencies were not checked" >&2; exit 0; \
	fi; \
	cargo-deny --locked check licenses bans sources || exit 1; \
	if timeout 120 cargo-deny --locked fetch db >/dev/null 2>&1 </dev/null; then \
	    cargo-deny --locked check --disable-fetch advisories; \
	else \
	    echo "lint: WARNING: the list of known vulnerabilities could not be fetched; NO DEPENDENCY WAS CHECKED FOR THEM." >&2; \
	    echo "lint: WARNING: run \`make deny\` where github.com can be reached, before a release at the latest." >&2; \
	fi

# What the program is made of: CycloneDX, the same bytes for the same commit.
CYCLONEDX ?= 0.5.9
BOM = $(or $(CARGO_TARGET_DIR),target)/netvisit.cdx.json
bom: setup ## write the bill of materials, target/netvisit.cdx.json (CycloneDX)
	@$(call tool,cargo-cyclonedx,$(CYCLONEDX)) && \
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct 2>/dev/null || echo 0) cargo-cyclonedx cyclonedx --quiet \
	    --manifest-path service/Cargo.toml --format json --spec-version 1.5 --override-filename netvisit.cdx && \
	mkdir -p "$(dir $(BOM))" && sed 's|file://$(CURDIR)/|file:///|g' service/netvisit.cdx.json > "$(BOM)" && \
	rm -f service/netvisit.cdx.json scheduler/netvisit.cdx.json && echo "$(BOM)"

# What is given to others: the program without its debug information, which lies beside it, a Debian package, a bill of
# materials, and digests of all of them.
DEB ?= 3.8.0
dist: build bom ## write dist: a stripped program, a Debian package, a bill of materials, SHA256SUMS
	@$(call tool,cargo-deb,$(DEB))
	rm -rf dist && mkdir dist
	name=dist/netvisit-$$("$(BUILT)" --version | cut -d' ' -f2)-$$(uname -m); \
	objcopy --only-keep-debug "$(BUILT)" "$$name.debug" && strip --strip-debug -o "$$name" "$(BUILT)" && \
	cp "$(BOM)" "$$name.cdx.json"
	PATH="$(TOOLS)/bin:$$PATH" $(CARGO) deb --package netvisit --no-build --strip --output dist/
	cd dist && sha256sum * > SHA256SUMS && cat SHA256SUMS

fmt: ## format the code
	$(CARGO) fmt --all

database-of-this-version: setup # for a release: tests/databases, see tests/databases.rs
	$(CARGO) test --release --locked -p netvisit --test service -- --ignored writes_the_database_of_this_version

openapi: build ## write openapi/openapi.json anew
	"$(BUILT)" openapi > openapi/openapi.json

clean: ## remove what was built (the database stays)
	$(CARGO) clean

# HiGHS is compiled from source with cmake and a C++ compiler; its Rust bindings are read from its headers with
# libclang. What is missing is installed where that is possible, and named where it is not.
setup:
	@missing=""; \
	command -v cmake >/dev/null || missing="$$missing cmake"; \
	command -v c++ >/dev/null && command -v make >/dev/null || missing="$$missing build-essential"; \
	if [ -z "$$LIBCLANG_PATH" ] && ! ls /usr/lib/llvm-*/lib/libclang.so* /usr/lib/*/libclang.so* /usr/lib/*/libclang-[0-9]*.so* \
	    /usr/lib/libclang.so* /usr/lib64/libclang.so* /Library/Developer/CommandLineTools/usr/lib/libclang.dylib \
	    2>/dev/null | grep -q .; then missing="$$missing libclang-dev"; fi; \
	if ! command -v $(CARGO) >/dev/null; then \
	    echo "setup: cargo is missing; install Rust 1.95 or later" >&2; exit 1; fi; \
	if [ -n "$$missing" ]; then \
	    if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	        echo "setup: installing$$missing, which the solver HiGHS is built with"; \
	        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing </dev/null; \
	    else \
	        echo "setup: please install these first:$$missing" >&2; \
	        echo "setup: on Debian or Ubuntu: sudo apt-get install$$missing" >&2; exit 1; \
	    fi; \
	fi
