# Two commands matter: `make demo` and `make test`. Both use the same build, so that the second is quick after the first.
.PHONY: demo test check bench faults soak e2e fuzz sbom release help

help:
	@echo "make demo    build and run everything on this machine; prints where to go"
	@echo "make test    every test on SQLite and PostgreSQL, and the browser tests"
	@echo "make check   form, lints, licences, generated files"
	@echo "make bench   complete logins and the rest, beside another provider and the machine's limits (BENCH_SECONDS; BENCH='--only login --on postgres', BENCH='--filled 1000,1000000', BENCH=--overload)"
	@echo "make faults  kills, restarts, full disks, a lost primary, a stepping clock, others away: what was acknowledged is there once (FAULTS=a word of one)"
	@echo "make soak    all of it at once for ten minutes, processes weighed (SOAK_SECONDS)"
	@echo "make e2e     the browser tests alone"
	@echo "make release the program as it is shipped, its checksum and its bill of materials, in target/dist"
	@echo "make sbom    the bill of materials alone (CycloneDX), in target/dist"
	@echo "make fuzz    each reader of foreign input for a minute (FUZZ_SECONDS, FUZZ_TARGETS)"

demo:
	@scripts/need.sh build
	@echo "Building (about 8 minutes the first time on two cores, then seconds)…"
	cargo build --locked --bin procura
	cargo run --locked --quiet --bin procura -- demo $(ARGS)

test:
	@scripts/need.sh build postgres peers browser
	scripts/with-postgres.sh cargo test --locked
	scripts/e2e.sh

check:
	@scripts/need.sh build
	scripts/check.sh

bench:
	@scripts/need.sh build postgres bench
	PROCURA_POSTGRES_DURABLE=1 scripts/with-postgres.sh cargo bench --locked --bench whole -- $(BENCH)
	$(if $(BENCH),,PROCURA_POSTGRES_DURABLE=1 scripts/with-postgres.sh cargo bench --locked --bench revocation)

faults:
	@scripts/need.sh build postgres faults
	PROCURA_POSTGRES_DURABLE=1 scripts/with-postgres.sh cargo bench --locked --profile dev --bench faults -- $(FAULTS)

soak:
	@scripts/need.sh build postgres faults
	PROCURA_POSTGRES_DURABLE=1 scripts/with-postgres.sh cargo bench --locked --profile dev --bench faults -- soak

e2e:
	scripts/e2e.sh

fuzz:
	@scripts/need.sh build fuzz
	scripts/fuzz.sh $(FUZZ_TARGETS)

sbom:
	@scripts/need.sh build sbom
	@mkdir -p target/dist
	SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct)} scripts/sbom.py > target/dist/procura.cdx.json

# The same bytes from any folder: scripts/reproduce.sh builds twice and compares.
release: sbom
	CARGO_TARGET_DIR=$(CURDIR)/target scripts/release.sh
	cp target/release/procura target/dist/procura
	cd target/dist && sha256sum procura procura.cdx.json > SHA256SUMS && cat SHA256SUMS
