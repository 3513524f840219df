# The words of a release; what they do stands in scripts/. Everything else: npm run (CONTRIBUTING.md).
node = node scripts/release/run.mjs

.PHONY: release-assets build-binary test-binary dry-run

# All nine binaries and what belongs to them, in dist/release/. RELEASE_COMPRESSION=strongest: as a release has them.
release-assets:
	$(node) binaries
	$(node) package
	$(node) assemble

# dist/claude-code-proxy, for this machine.
build-binary:
	npm run --silent build

# Tries what was built, as far as this machine can.
test-binary:
	npm run --silent test:binary

# A whole release without publishing: install, serve, update, roll back, uninstall.
dry-run:
	$(node) dry-run
