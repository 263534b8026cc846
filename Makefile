# SPDX-License-Identifier: BSD-2-Clause
# viplab. In this order: variant and compiler, flags, the house (folders, sources, archives), the program,
# tests, checks, set-up and install. `make help` lists the targets. Nothing is written beside the sources:
# each variant has its own tree under build/.

.SUFFIXES:
.DELETE_ON_ERROR:
.PHONY: all docs programs tests test test-c fuzz cov valgrind check demo bench bench-live floors pure install clean help FORCE
MAKEFLAGS += --no-builtin-rules

all:

help:
	@echo 'make                   builds ./viplab (release) from what is installed; says what lacks'
	@echo 'make demo              installs what is missing, builds, runs the demo'
	@echo 'make check             installs what is missing, then every check and every test'
	@echo 'make tests             builds the test programs'
	@echo 'make test [T=wire]     builds and runs the tests (whose name contains T), no set-up'
	@echo 'make build/release/tests/wire/vrrp_test    builds one test program'
	@echo 'make bench             measures the workloads beside the limits of this machine (BENCH=short: seconds)'
	@echo 'make bench-live        measures the live balancer beside HAProxy and nftables on one wire (root, wrk, nginx)'
	@echo 'make fuzz [TIME=60] [T=vrrp]   builds the fuzz targets with clang, runs each TIME seconds'
	@echo 'make cov               measures what the tests reach, folder by folder; fails under the thresholds'
	@echo 'make valgrind [T=wire] runs the test programs under valgrind'
	@echo 'make docs              makes the pictures of the README anew'
	@echo 'make floors            checks every #include against build-aux/floors'
	@echo 'make pure              checks what the engines call against build-aux/pure-allow'
	@echo 'make install           to $$DESTDIR$$PREFIX, default PREFIX=/usr/local'
	@echo 'make clean             removes build/ and ./viplab'
	@echo 'Settings: VARIANT=release|debug|asan|tsan|cov|fuzz  CC=clang  WERROR=1  V=1  CPPFLAGS CFLAGS LDFLAGS'
	@echo 'Tests take from the environment: LIBNET_PACKETS=1000000 (packets compared with libnet),'
	@echo '  ORACLE_FRAMES=10000 (frames compared with tshark and tcpdump), FAULT_SAMPLES=150 (allocations that fail, of a run),'
	@echo '  TEST_SPARSE=1 (tests that try every place of something take one in so many)'

# ---- variant and compiler ------------------------------------------------------------------------------------

# `make build/asan/tests/wire/vrrp_test` says its variant itself.
GOAL_TREE := $(word 2,$(subst /, ,$(firstword $(filter build/%,$(MAKECMDGOALS)))))
VARIANT   ?= $(or $(patsubst %-clang,%,$(GOAL_TREE)),release)
VARIANTS  := release debug asan tsan cov fuzz
ifeq ($(filter $(VARIANT),$(VARIANTS)),)
$(error VARIANT is `$(VARIANT)', not one of: $(VARIANTS))
endif

# make presets CC=cc, so `CC ?= gcc` would never apply. libFuzzer is clang's.
ifeq ($(origin CC),default)
CC := $(if $(filter fuzz,$(VARIANT))$(filter %-clang,$(GOAL_TREE)),clang,gcc)
endif
ifeq ($(origin AR),default)
AR := ar
endif
NM         ?= nm
PKG_CONFIG ?= pkg-config
IS_CLANG   := $(findstring clang,$(notdir $(CC)))

B := build/$(VARIANT)$(if $(filter-out fuzz,$(VARIANT)),$(if $(IS_CLANG),-clang))

Q   := $(if $(V),,@)
say  = $(if $(V),,@printf '  %-5s %s\n' $1 $@)

# ---- flags ---------------------------------------------------------------------------------------------------

# The language and the system interfaces are chosen here and nowhere else; so is the one include path.
STD := -std=c17 -D_DEFAULT_SOURCE -I.

WARN := -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wstrict-prototypes \
        -Wmissing-prototypes -Wold-style-definition -Wformat=2 -Wundef -Wvla -Wcast-qual -Wwrite-strings \
        -Wpointer-arith -Wredundant-decls -Wswitch-enum -Wdouble-promotion -Wnull-dereference \
        -Wimplicit-fallthrough -Wdate-time
WARN_gcc   := -Wduplicated-cond -Wduplicated-branches -Wlogical-op -Warith-conversion -Wcast-align=strict \
              -Wuse-after-free=3 -Wbidi-chars=any -Wtrampolines
WARN_clang := -Wthread-safety -Wunreachable-code
# Sanitizers pad the stack and unoptimised code spreads on it: its size is watched where it ships.
WARN_STACK := -Wframe-larger-than=16384 $(if $(IS_CLANG),,-Wstack-usage=16384)

HARDEN := -fstack-protector-strong -fstack-clash-protection -fcf-protection=full
HARDEN_gcc   := -ftrivial-auto-var-init=zero -fzero-call-used-regs=used-gpr
HARDEN_clang := -ftrivial-auto-var-init=pattern
# What every frame of a world passes through fills its locals by itself (valgrind sees to that), and its many
# small steps are worth their copies: a fifth faster so.
LEAN_FOLDERS := sim/base sim/wire sim/world sim/node sim/stack
LEAN_WITHOUT := -ftrivial-auto-var-init=% -fzero-call-used-regs=%
LEAN_release := -O3
FORTIFY := -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3

# Flags that some compiler or machine refuses: one question for all of them, one for each only if that fails.
accepts = $(shell $(CC) -Werror $1 -x c -c /dev/null -o /dev/null >/dev/null 2>&1 && echo '$1')
probe   = $(or $(call accepts,$1),$(foreach f,$1,$(call accepts,$f)))
FAMILY  := $(if $(IS_CLANG),clang,gcc)

SANITIZE := -fno-omit-frame-pointer -fno-sanitize-recover=all
CFLAGS_release := -O2 -g $(FORTIFY) $(call probe,$(HARDEN) $(HARDEN_$(FAMILY)) $(WARN_STACK))
CFLAGS_debug   := -O0 -g3
CFLAGS_asan    := -O1 -g1 $(SANITIZE) -fsanitize=address,undefined
CFLAGS_tsan    := -O1 -g $(SANITIZE) -fsanitize=thread
CFLAGS_cov     := -O0 -g --coverage $(if $(IS_CLANG),,-fprofile-update=atomic -include build-aux/counted.h)
CFLAGS_fuzz    := -O1 -g $(SANITIZE) -fsanitize=fuzzer-no-link,address,undefined \
                  -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION=1
LDFLAGS_asan   := -fsanitize=address,undefined
LDFLAGS_tsan   := -fsanitize=thread
LDFLAGS_cov    := --coverage
LDFLAGS_fuzz   := -fsanitize=address,undefined

# libnet 1.1 ships no .pc file, and what `libnet-config --defines` prints makes glibc warn.
PACKAGES    := libpcap libseccomp yaml-0.1 jansson nettle
CURSES      := ncursesw
HAVE        := $(shell $(PKG_CONFIG) --exists $(PACKAGES) $(CURSES) 2>/dev/null && echo yes)
LIB_CFLAGS  := $(shell $(PKG_CONFIG) --cflags $(PACKAGES) 2>/dev/null)
LIBS        := $(shell $(PKG_CONFIG) --libs $(PACKAGES) $(CURSES) 2>/dev/null) \
               $(shell $(PKG_CONFIG) --libs libnet 2>/dev/null || echo -lnet)
TEST_CFLAGS := $(shell $(PKG_CONFIG) --cflags cmocka 2>/dev/null)
# libm only here: tests check our fixed-point arithmetic against it.
TEST_LIBS   := $(shell $(PKG_CONFIG) --libs cmocka 2>/dev/null || echo -lcmocka) -lm
# ncursesw's own flags set _XOPEN_SOURCE, which narrows every system header: only the dashboard gets them.
CURSES_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(CURSES) 2>/dev/null)

# The prefix map (without a trailing slash, or the DWARF directory leaks) makes two folders build the same bits.
ALL_CPPFLAGS = $(STD) $(LIB_CFLAGS) $(CPPFLAGS)
ALL_CFLAGS   = $(CFLAGS_$(VARIANT)) -fPIE -fno-common -ffile-prefix-map=$(CURDIR)=. \
               $(WARN) $(call probe,$(WARN_$(FAMILY))) $(CFLAGS)
ALL_LDFLAGS  = $(LDFLAGS_$(VARIANT)) -pie -Wl,-z,relro,-z,now,-z,noexecstack,-z,nodlopen -Wl,--as-needed $(LDFLAGS)
ALL_CPPFLAGS := $(ALL_CPPFLAGS)
ALL_CFLAGS   := $(ALL_CFLAGS)
ALL_LDFLAGS  := $(ALL_LDFLAGS)

# Every object depends on the stamp, and the stamp changes when the command line does. What was built under
# -Werror also serves without it, so that `make` after `make check` has nothing to do.
quote   = '$(subst ','\'',$1)'
COMMAND := $(CC) $(ALL_CPPFLAGS) $(CURSES_CFLAGS) $(ALL_CFLAGS) $(ALL_LDFLAGS) $(LIBS)
STRICT  := $(COMMAND) -Werror
$(B)/flags.stamp: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' $(call quote,$(STRICT)) | cmp -s - $@ || \
	 printf '%s\n' $(call quote,$(if $(WERROR),$(STRICT),$(COMMAND))) | cmp -s - $@ || \
	 printf '%s\n' $(call quote,$(if $(WERROR),$(STRICT),$(COMMAND))) >$@

# Asked once a tree, before its first compilation; again while a library lacks.
$(B)/needs.ok: build-aux/setup $(if $(HAVE),,FORCE)
	@CC='$(CC)' PKG_CONFIG='$(PKG_CONFIG)' build-aux/setup --ask build
	@mkdir -p $(@D); touch $@
$(B)/needs-tests.ok: build-aux/setup $(if $(HAVE),,FORCE)
	@CC='$(CC)' PKG_CONFIG='$(PKG_CONFIG)' build-aux/setup --ask check
	@mkdir -p $(@D); touch $@

# ---- the house: folders, sources, objects, archives ----------------------------------------------------------

# `folder=folder,lower,lower,...` for each folder of build-aux/floors: what it may see.
comma   := ,
SEES    := $(shell build-aux/check-floors --sees)
FOLDERS := $(foreach s,$(SEES),$(firstword $(subst =, ,$s)))

# A folder is its .c files but for the doors: cmd_*.c may see everything, so they belong to the program.
sources = $(sort $(filter-out $1/cmd_%.c,$(wildcard $1/*.c)))
objects = $(patsubst %.c,$(B)/obj/%.o,$1)
archive = $(foreach f,$1,$(B)/lib/$(subst /,-,$f).a)
DOORS   := $(sort $(foreach f,$(FOLDERS),$(wildcard $f/cmd_*.c)))
HOUSE   := $(foreach f,$(FOLDERS),$(if $(call sources,$f),$f))
seen_by = $(filter $(HOUSE),$(subst $(comma), ,$(patsubst $1=%,%,$(filter $1=%,$(SEES)))))

$(B)/obj/analyzers/dashboard/%.o $(B)/obj/tests/analyzers-dashboard/%.o: ALL_CPPFLAGS += $(CURSES_CFLAGS)

# Many frames by one system call: sendmmsg is Linux's own, and glibc shows it to nobody else.
$(B)/obj/probes/wire_transmit.o: ALL_CPPFLAGS += -D_GNU_SOURCE

# Clients that come after the rights are gone: accept4, dup3 and the peer's user, too.
$(B)/obj/probes/control_socket.o: ALL_CPPFLAGS += -D_GNU_SOURCE

# The filter of system calls would keep a live scan from writing its counters.
build/cov/obj/probes/privilege.o: ALL_CPPFLAGS += -DPRIVILEGE_UNFILTERED

$(B)/obj/%.o: %.c $(B)/flags.stamp | $(B)/needs.ok
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(if $(WERROR),-Werror) -MMD -MP -c -o $@ $<

# The list beside an archive changes when a source comes or goes: an object that went must leave the archive.
$(B)/lib/%.list: FORCE
	@mkdir -p $(@D)
	@echo $(MEMBERS) | cmp -s - $@ || echo $(MEMBERS) >$@

$(B)/lib/%.a: $(B)/lib/%.list
	$(call say,AR)
	$(Q)rm -f $@
	$(Q)$(AR) rcsD $@ $(filter %.o,$^)

define archive_rule
$(call archive,$1): $(call objects,$(call sources,$1))
$(patsubst %.a,%.list,$(call archive,$1)): MEMBERS := $(call objects,$(call sources,$1))
endef
$(foreach f,$(HOUSE) tests/support,$(eval $(call archive_rule,$f)))

# ---- the program ---------------------------------------------------------------------------------------------

group = -Wl,--start-group $1 -Wl,--end-group

$(B)/viplab: $(call objects,viplab.c $(DOORS)) $(call archive,$(HOUSE))
	$(call say,LD)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(call group,$(filter %.a,$^)) $(LIBS)

programs: $(B)/viplab

# ./viplab is the release program; the other variants stay in their trees.
all: programs
ifeq ($(VARIANT),release)
	@cmp -s $(B)/viplab viplab || { rm -f viplab; ln $(B)/viplab viplab 2>/dev/null || cp $(B)/viplab viplab; }
endif

# ---- tests ---------------------------------------------------------------------------------------------------

# tests/wire tests sim/wire, tests/analyzers-report tests analyzers/report: a program sees the archives of its
# folder and of the floors below, so that the linker, too, keeps the floors. A folder of tests that names no
# folder of the house (tests/build, tests/cli) holds shell tests only.
tests_of = tests/$(subst /,-,$(patsubst sim/%,%,$1))
programs_in = $(patsubst %.c,$(B)/%,$(sort $(wildcard $1/*_test.c)))

# These test the whole house and see all of it; what is no _test.c in them belongs to each of their programs.
WHOLE   := tests/fuzz tests/oracles tests/faults
WHOLE_C := $(foreach f,$(WHOLE),$(call programs_in,$f))
parts_of = $(call objects,$(sort $(filter-out %_test.c tests/fuzz/fuzz.c tests/faults/failing_allocation.c,$(wildcard $1/*.c))))

TEST_C  := $(foreach f,$(FOLDERS),$(call programs_in,$(call tests_of,$f))) $(WHOLE_C)
TEST_SH := $(sort $(wildcard tests/*/*_test.sh))
STRAY   := $(filter-out $(TEST_C),$(call programs_in,tests/*))
SUPPORT := $(if $(wildcard tests/support/*.c),$(call archive,tests/support))
named    = $(patsubst tests/%,%,$(patsubst $(B)/%,%,$1))
chosen   = $(if $(T),$(foreach p,$1,$(if $(strip $(foreach t,$(T),$(findstring $t,$(call named,$p)))),$p)),$1)

$(foreach folder,$(LEAN_FOLDERS),$(B)/obj/$(folder)/%.o): ALL_CFLAGS := $(filter-out $(LEAN_WITHOUT),$(ALL_CFLAGS)) $(LEAN_$(VARIANT))
# CMocka hands every test a state that most do not use.
$(B)/obj/tests/%.o: ALL_CPPFLAGS += $(TEST_CFLAGS)
# gcc does not know that a failed assert_non_null does not come back; and a test may use its stack.
$(B)/obj/tests/%.o: ALL_CFLAGS := $(filter-out $(WARN_STACK),$(ALL_CFLAGS)) -Wno-unused-parameter -Wno-null-dereference
$(patsubst $(B)/%,$(B)/obj/%.o,$(TEST_C)) $(call objects,$(call sources,tests/support)): | $(B)/needs-tests.ok

define test_rule
$(call programs_in,$(call tests_of,$1)): $(B)/%: $(B)/obj/%.o $(call archive,$(call seen_by,$1)) $(SUPPORT)
	@mkdir -p $$(@D)
	$$(call say,LD)
	$$(Q)$$(CC) $$(ALL_CFLAGS) $$(ALL_LDFLAGS) -o $$@ $$< $$(call group,$$(filter %.a,$$^)) $$(TEST_LIBS) $$(LIBS)
endef
$(foreach f,$(FOLDERS),$(if $(call programs_in,$(call tests_of,$f)),$(eval $(call test_rule,$f))))

# It counts what schedulers allocate.
$(B)/tests/balancer/scheduler_memory_test: private ALL_LDFLAGS += -Wl,--wrap=calloc

define whole_rule
$(call programs_in,$1): $(B)/%: $(B)/obj/%.o $(call parts_of,$1) $(call archive,$(HOUSE)) $(SUPPORT)
	@mkdir -p $$(@D)
	$$(call say,LD)
	$$(Q)$$(CC) $$(ALL_CFLAGS) $$(ALL_LDFLAGS) -o $$@ $$(filter %.o,$$^) $$(call group,$$(filter %.a,$$^)) $$(TEST_LIBS) $$(LIBS)
endef
$(foreach f,$(WHOLE),$(eval $(call whole_rule,$f)))

# The program once more, with an allocator that fails where it is told to (tests/faults).
FAILING := $(B)/tests/faults/viplab-failing
$(FAILING): $(call objects,viplab.c $(DOORS) tests/faults/failing_allocation.c) $(call archive,$(HOUSE))
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(call group,$(filter %.a,$^)) $(LIBS)

# libFuzzer's program: VARIANT=fuzz only.
FUZZER := $(B)/tests/fuzz/fuzz
$(FUZZER): $(call objects,tests/fuzz/fuzz.c) $(call parts_of,tests/fuzz) $(call archive,$(HOUSE))
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(ALL_CFLAGS) -fsanitize=fuzzer $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(call group,$(filter %.a,$^)) $(LIBS)

# What a second compiler says of the tests needs no test program.
.PHONY: test-objects
test-objects: $(patsubst $(B)/%,$(B)/obj/%.o,$(TEST_C)) $(call objects,$(call sources,tests/support))

tests: $(TEST_C) $(FAILING)
ifneq ($(STRAY),)
	@echo 'no folder of the house is named like the folder of: $(patsubst $(B)/%,%.c,$(STRAY))' >&2; exit 1
endif

RUN = tests/run -b $(B) $(if $(SUMMARY),-s $(SUMMARY)) $(if $(LIMIT),-t $(LIMIT))

test: programs tests
	@$(RUN) $(call chosen,$(TEST_C) $(TEST_SH))

# The C tests alone: what `make check` runs a second time under the sanitizers.
test-c: programs tests
	@$(RUN) $(call chosen,$(TEST_C))

# ---- measuring the tests -------------------------------------------------------------------------------------

TIME ?= 60
fuzz:
	@MAKE='$(MAKE)' CLANG='$(if $(IS_CLANG),$(CC),clang)' tests/fuzz/run $(TIME) $(T)

cov:
	@MAKE='$(MAKE)' CC='$(CC)' build-aux/cov

valgrind:
	@MAKE='$(MAKE)' CC='$(CC)' T='$(T)' build-aux/valgrind

# ---- checks --------------------------------------------------------------------------------------------------

# The pictures of the README, made by the program; tests/pages/docs_test.sh sees whether they are current.
docs: $(B)/viplab
	@VIPLAB='$(B)/viplab' build-aux/make-pictures docs
	@echo 'docs: the pictures of the README'

floors:
	@build-aux/check-floors && echo 'floors: every #include stays on its floor'

# The engines: everything under sim/ but the scripts, which read files. Release objects, because the
# optimiser may add calls (and takes others away), and that is what ships.
ENGINES := $(filter-out sim/scenario,$(filter sim/%,$(HOUSE)))
ENGINE_OBJECTS := $(foreach f,$(ENGINES),$(call objects,$(call sources,$f)))
SIM_OBJECTS    := $(foreach f,$(filter sim/%,$(HOUSE)),$(call objects,$(call sources,$f))) \
                  $(call objects,$(filter sim/%,$(DOORS)))
ifeq ($(VARIANT),release)
pure: $(SIM_OBJECTS)
	@NM='$(NM)' CC='$(CC)' build-aux/check-pure '$(ENGINE_OBJECTS)' '$(filter-out $(ENGINE_OBJECTS),$(SIM_OBJECTS))'
	@echo 'pure: $(words $(ENGINE_OBJECTS)) engine objects call nothing outside build-aux/pure-allow'
else
pure:
	@$(MAKE) VARIANT=release pure
endif

# Set-up may install, so these two are scripts and not chains of prerequisites: what they build is looked at
# by a make that starts after the set-up.
check:
	@MAKE='$(MAKE_COMMAND)' CC='$(CC)' build-aux/check

demo:
	@CC='$(CC)' build-aux/setup build
	@$(MAKE) --no-print-directory $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$$(nproc 2>/dev/null || echo 2)) all
	@build-aux/demo

# ---- bench ---------------------------------------------------------------------------------------------------

# One program of all workloads, so that every figure stands beside the machine's limit in the same run. Figures
# are of the release program only, and nothing passes or fails by time.
BENCH_OBJECTS := $(call objects,$(sort $(wildcard tests/bench/*.c)))
$(BENCH_OBJECTS): | $(B)/needs-tests.ok

$(B)/tests/bench/bench: $(BENCH_OBJECTS) $(call archive,$(HOUSE))
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(call group,$(filter %.a,$^)) $(LIBS)

tests: $(B)/tests/bench/bench
ifeq ($(VARIANT),release)
bench: $(B)/viplab $(B)/tests/bench/bench
	@VIPLAB=$(B)/viplab $(B)/tests/bench/bench
$(B)/obj/tests/bench-live/wire_tool.o: ALL_CPPFLAGS += -D_GNU_SOURCE
$(B)/tests/bench-live/wire_tool: $(B)/obj/tests/bench-live/wire_tool.o
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $< $(LIBS)
bench-live: $(B)/viplab $(B)/tests/bench-live/wire_tool
	@for b in tests/bench-live/*.sh; do SRCDIR=. VIPLAB=$(CURDIR)/$(B)/viplab \
		WIRE_TOOL=$(CURDIR)/$(B)/tests/bench-live/wire_tool sh $$b || [ $$? = 77 ] || exit 1; done
else
bench bench-live:
	@$(MAKE) VARIANT=release $@
endif

# ---- install, clean ------------------------------------------------------------------------------------------

PREFIX ?= /usr/local
SHARE   = $(DESTDIR)$(PREFIX)/share

install: all
	install -D -m 755 $(B)/viplab $(DESTDIR)$(PREFIX)/bin/viplab
	find scenarios -type f 2>/dev/null | while read -r f; do \
	    install -D -m 644 "$$f" "$(SHARE)/viplab/$$f" || exit 1; done
	install -D -m 644 probes/scan.schema.json "$(SHARE)/viplab/schema/scan.schema.json"
	for f in README.md LICENSE; do \
	    if [ -f $$f ]; then install -D -m 644 $$f "$(SHARE)/doc/viplab/$$f" || exit 1; fi; done

clean:
	rm -rf build viplab

# What the compiler saw last time: which headers each object was made from.
-include $(wildcard $(B)/obj/*.d $(B)/obj/*/*.d $(B)/obj/*/*/*.d)
