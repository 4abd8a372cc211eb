# HiGHS from its Python source package, for builds with the tag highs_system.
# The default build needs none of this.
#
#   make -f highs.mk highs               builds it, once, and says what to export
#   make -f highs.mk test-highs-system   tests the module against it
#
# Needs Python 3 with venv, a C and a C++ compiler, and the headers of zlib.
# CMake, Ninja and pkg-config are taken from PATH; what is missing there comes
# from the Python package index, into a virtual environment beside the library.

HIGHS_VERSION ?= 1.16.0
HIGHS_PREFIX  ?= $(CURDIR)/.highs/$(HIGHS_VERSION)
HIGHS_JOBS    ?= 2
PYTHON        ?= python3
GO            ?= go

# Checksum of the source package of the default version; empty: do not check.
ifeq ($(HIGHS_VERSION),1.16.0)
HIGHS_SHA256  ?= 83519368321b1ac0ed508b8562b335928b6fd249e2ab42ff0218491e1486d985
endif

highs_pc      := $(HIGHS_PREFIX)/lib/pkgconfig/highs.pc
highs_source  := $(HIGHS_PREFIX)/source
highs_tools   := $(HIGHS_PREFIX)/tools
highs_path    := PATH="$$PATH:$(highs_tools)/bin"
# Go's build cache does not ask pkg-config again. It does look at CGO_LDFLAGS,
# and so tells libraries in different folders apart.
highs_env     := PKG_CONFIG_PATH="$(HIGHS_PREFIX)/lib/pkgconfig$${PKG_CONFIG_PATH:+:$$PKG_CONFIG_PATH}" \
                 PKG_CONFIG="$$($(highs_path); command -v pkg-config)" \
                 CGO_LDFLAGS="$${CGO_LDFLAGS:--O2 -g} -L$(HIGHS_PREFIX)/lib"

.PHONY: highs test-highs-system
highs: $(highs_pc)
	@echo '# HiGHS $(HIGHS_VERSION). To build with -tags highs_system (after another HiGHS: go clean -cache):'
	@echo 'export PKG_CONFIG_PATH=$(HIGHS_PREFIX)/lib/pkgconfig'
	@echo "export PKG_CONFIG=$$($(highs_path); command -v pkg-config)"

test-highs-system: $(highs_pc)
	$(highs_env) $(GO) test -tags highs_system ./...

# The virtual environment is made whole or not at all.
$(highs_tools)/made:
	rm -rf $(highs_tools)
	$(PYTHON) -m venv $(highs_tools)
	missing=; \
	command -v cmake > /dev/null || missing="$$missing cmake==4.4.4"; \
	command -v ninja > /dev/null || missing="$$missing ninja==1.13.2"; \
	command -v pkg-config > /dev/null || missing="$$missing pkgconf==3.0.7.post0"; \
	test -z "$$missing" || $(highs_tools)/bin/pip install --quiet --disable-pip-version-check $$missing
	touch $@

# The package leaves out two files that its CMakeLists.txt names.
$(highs_source)/unpacked: $(highs_tools)/made
	mkdir -p $(highs_source)
	$(highs_path); $(highs_tools)/bin/pip download --quiet --disable-pip-version-check \
	  --no-deps --no-binary highspy -d $(HIGHS_PREFIX) highspy==$(HIGHS_VERSION)
	test -z "$(HIGHS_SHA256)" || $(PYTHON) -c 'import hashlib, sys; \
	  sys.exit(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest() != sys.argv[2] and \
	  sys.argv[1] + ": the checksum is not HIGHS_SHA256")' \
	  $(HIGHS_PREFIX)/highspy-$(HIGHS_VERSION).tar.gz "$(HIGHS_SHA256)"
	tar xzf $(HIGHS_PREFIX)/highspy-$(HIGHS_VERSION).tar.gz -C $(highs_source) --strip-components=1
	mkdir -p $(highs_source)/app
	touch $(highs_source)/app/CMakeLists.txt $(highs_source)/highs.pc.in
	touch $@

# highs.pc is written last: it stands for a finished installation, whose
# sources are not missed.
.SECONDARY: $(highs_tools)/made $(highs_source)/unpacked
$(highs_pc): | $(highs_source)/unpacked
	$(highs_path); cmake -G Ninja -S $(highs_source) -B $(highs_source)/build \
	  -DCMAKE_BUILD_TYPE=Release -DCMAKE_POSITION_INDEPENDENT_CODE=ON \
	  -DBUILD_SHARED_LIBS=OFF -DBUILD_SHARED_EXTRAS_LIB=OFF -DBUILD_CXX_EXE=OFF \
	  -DBUILD_TESTING=OFF -DBUILD_EXAMPLES=OFF \
	  -DCMAKE_INSTALL_PREFIX=$(HIGHS_PREFIX) -DCMAKE_INSTALL_LIBDIR=lib
	$(highs_path); cmake --build $(highs_source)/build -j $(HIGHS_JOBS)
	$(highs_path); cmake --install $(highs_source)/build > /dev/null
	mkdir -p $(@D)
	libs=-lhighs; \
	test ! -f $(HIGHS_PREFIX)/lib/libhighs_extras.a || libs="$$libs -lhighs_extras"; \
	case $$(uname) in Darwin) libs="$$libs -lc++";; *) libs="$$libs -lstdc++";; esac; \
	! grep -q '^#define ZLIB_FOUND' $(HIGHS_PREFIX)/include/highs/HConfig.h || libs="$$libs -lz"; \
	printf '%s\n' 'prefix=$${pcfiledir}/../..' 'Name: HiGHS' \
	  'Description: linear and mixed-integer optimization' 'Version: $(HIGHS_VERSION)' \
	  'Cflags: -I$${prefix}/include/highs' "Libs: -L\$${prefix}/lib $$libs -lpthread -lm" > $@.part
	mv $@.part $@
	rm -rf $(highs_source) $(HIGHS_PREFIX)/highspy-$(HIGHS_VERSION).tar.gz
