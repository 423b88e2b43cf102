# xo5: build, run, debug and grade. `make help` lists what there is.
#
#   MEM=128M CPU=max MACHINE=q35 FIRMWARE=bios   the machine to run on; MEM is
#              256M and twice the root image if programs run, and else 128M
#   CMD='ls /' one command line, without a terminal: prints what it prints
#   TIMEOUT=n  seconds after which that is ended
#   ADD="/usr/bin/lua5.4 dir"   programs, with their libraries, and folders
#   ROOT=x     what "/" is: an image, a directory or a tar archive
#   LIBOS=unix the library OS: unix, min, a file; none: init alone
#   ONCE=1     init alone, no terminal; ends when it has nothing left to do
#   PROGRAM=pages   a test program (user/tests/) in init's place
#   CROSS=x86_64-elf-   CC=clang   the toolchain, if not found by itself
#   CHECK=n    the hostile build: contracts are checked, what is freed is
#              poisoned, and the invariants after every n-th operation (slow)
#   V=1        show the commands      WERROR=1   a warning is an error

CPU ?= max
MACHINE ?= q35
FIRMWARE ?= bios
BUILD ?= build
$(if $(word 2,$(BUILD)),$(error BUILD=$(BUILD): no blanks there, please))
PYTHON := /usr/bin/python3
Q := $(if $(V),,@)

# A word for the shell, whatever is in it; the place of this tree is one.
quote = '$(subst ','\'',$(1))'
# Everyone's tools say the same, sort the same and take every name.
export LC_ALL := C.UTF-8

.DELETE_ON_ERROR:
.SUFFIXES:
.PRECIOUS: $(BUILD)/user/%.o $(BUILD)/bench/%.o $(BUILD)/tests/%

# A command line is taken as it is: a $ in it is not make's. With CMD= nothing
# but what the command prints goes to standard output.
ifeq ($(origin CMD),command line)
override CMD := $(value CMD)
export XO5_CMD := $(value CMD)
HAS_CMD := 1
endif

# The toolchain: CROSS= decides; else the first that is there. It is looked
# for when it is first needed, once: on a new machine it has just come then.
once = $(eval $(1) := $(shell $(2)))$($(1))
ifndef CROSS
CROSS = $(call once,CROSS,for p in x86_64-elf- x86_64-linux-gnu-; do \
    command -v $${p}gcc >/dev/null && command -v $${p}ld >/dev/null && \
    echo $$p && break; done)
endif
ifeq ($(origin CC),default)
CC = $(CROSS)gcc
endif
LD = $(CROSS)ld
NM = $(CROSS)nm
OBJCOPY = $(CROSS)objcopy
CLANG = $(call once,CLANG,$(CC) --version | grep -o clang | head -n 1)
TARGET = $(if $(CLANG),--target=x86_64-unknown-none-elf)
INCLUDES = $(call once,INCLUDES,$(CC) -print-file-name=include)

WARNINGS = -Wall -Wextra -Wshadow -Wundef -Wvla -Wcast-align \
    -Wwrite-strings -Wstrict-prototypes -Wmissing-prototypes \
    $(if $(WERROR),-Werror)
COMMON = $(TARGET) -std=gnu17 -O2 -g -ffreestanding -nostdinc -fno-builtin \
    -fno-stack-protector -fno-asynchronous-unwind-tables \
    -fno-omit-frame-pointer -mno-omit-leaf-frame-pointer \
    -fno-optimize-sibling-calls -fno-strict-aliasing -mgeneral-regs-only \
    -fno-delete-null-pointer-checks \
    -ffile-prefix-map=$(call quote,$(CURDIR))=. \
    $(if $(CLANG),,-fno-tree-loop-distribute-patterns) \
    -isystem $(INCLUDES) $(WARNINGS) $(if $(CHECK),$(HOSTILE)) -MD -MP
# The hostile build: what is fresh on a stack is full of a pattern, where the
# compiler can do that.
HOSTILE = -DCHECK=$(CHECK) $(PATTERN)
PATTERN = $(call once,PATTERN,echo | $(CC) -x c -fsyntax-only \
    -ftrivial-auto-var-init=pattern - 2>/dev/null && \
    echo -ftrivial-auto-var-init=pattern)
# What else the tools read, when graders ask: the assembler, and the linker.
AS_LIST = $(if $(LISTED),$(if $(CLANG),,-pipe -Wa,--MD,$(@:.o=.as)))
LD_LIST = $(if $(LISTED),--dependency-file=$@.link)
KERNEL_FLAGS = $(COMMON) -fpic -mno-red-zone -Ikernel -I$(BUILD)/gen \
    -isystem /usr/share/grub
LOADER_FLAGS = $(COMMON) -O0 -m32 -march=i386 -fno-pic -Ikernel \
    -isystem /usr/share/grub
USER_FLAGS = $(COMMON) -fno-pic -Iuser -Ikernel

KERNEL_SOURCES := $(wildcard kernel/*/*.[cS] mine/*.c) $(HARNESS)
KERNEL_SOURCES := $(filter-out kernel/arch/offsets.c \
    $(if $(CHECK),,kernel/contracts/%),$(KERNEL_SOURCES))
KERNEL_OBJECTS := $(KERNEL_SOURCES:%=$(BUILD)/%.o)
LOADER_SOURCES := $(wildcard kernel/boot/loader/*.[cS]) \
    kernel/lib/string.c kernel/arch/serial.c kernel/arch/screen.c
LOADER_OBJECTS := $(LOADER_SOURCES:%=$(BUILD)/32/%.o)
USER_SOURCES := $(wildcard user/lib/*.[cS] user/lib/sched/*.c user/lab/*.c \
    user/init/*.c user/tests/*.c bench/*.c)
USER_OBJECTS := $(USER_SOURCES:%=$(BUILD)/%.o)
LIB_OBJECTS := $(filter $(BUILD)/user/lib/% $(BUILD)/user/lab/%, \
    $(USER_OBJECTS))
INIT := $(if $(wildcard user/init/*.c),$(BUILD)/init)
TESTS := $(patsubst %.c,$(BUILD)/tests/%,$(notdir \
    $(wildcard user/tests/*.c bench/*.c)))
ROOT_FILES := $(shell find user/root -type f 2>/dev/null)
MODULES := $(BUILD)/kernel.elf $(INIT) $(if $(ROOT_FILES),$(BUILD)/root)

.DEFAULT_GOAL := all
include proof/proof.mk
-include user/libos/unix/xo5/unix.mk
-include user/libos/min/min.mk
-include user/libos/unix/linux/linux.mk

.PHONY: all parts
all: need-run parts $(BUILD)/xo5.iso ## builds the ISO: build/xo5.iso

# Sets that a target needs are looked for first, and installed if missing.
.PHONY: need-run need-grade need-debug need-dev
need-run need-grade need-debug need-dev: need-%:
	$(Q)setup/deps.sh need $*
	$(Q)command -v $(firstword $(CC)) >/dev/null || { \
	    echo "xo5: there is no compiler $(CC): see CROSS= and CC=" >&2; \
	    exit 1; }

# Everything is built anew when the flags or the list of files change.
FLAGS = $(CC) $(LD) $(OPS) $(KERNEL_FLAGS) $(LOADER_FLAGS) $(USER_FLAGS) \
    $(KERNEL_SOURCES) $(USER_SOURCES) $(ROOT_FILES)
.PHONY: always
$(BUILD)/flags: always | need-run
	@mkdir -p $(@D)
	@echo $(call quote,$(FLAGS)) | cmp -s - $@ || \
	    echo $(call quote,$(FLAGS)) > $@

$(BUILD)/32/%.o: % $(BUILD)/flags | need-run
	@mkdir -p $(@D)
	$(if $(V),,@echo "  cc    $* (32-bit)")
	$(Q)$(CC) $(LOADER_FLAGS) -c $< -o $@

# (Megabytes are cleared and copied, byte by byte.)
$(BUILD)/32/kernel/lib/string.c.o: LOADER_FLAGS += -O2

$(BUILD)/user/%.o: user/% $(BUILD)/flags | need-run
	@mkdir -p $(@D)
	$(if $(V),,@echo "  cc    user/$*")
	$(Q)$(CC) $(USER_FLAGS) $(AS_LIST) -c $< -o $@

$(BUILD)/bench/%.o: bench/% $(BUILD)/flags | need-run
	@mkdir -p $(@D)
	$(if $(V),,@echo "  cc    bench/$*")
	$(Q)$(CC) $(USER_FLAGS) $(AS_LIST) -c $< -o $@

$(BUILD)/%.o: % $(BUILD)/gen/arch/offsets.h | need-run
	@mkdir -p $(@D)
	$(if $(V),,@echo "  cc    $*")
	$(Q)$(CC) $(KERNEL_FLAGS) $(AS_LIST) -c $< -o $@

# Numbers that assembly needs of C, out of the compiler's own assembly.
$(BUILD)/gen/arch/offsets.h: kernel/arch/offsets.c $(BUILD)/flags | need-run
	@mkdir -p $(@D)
	$(Q)$(CC) $(KERNEL_FLAGS) -MF $(BUILD)/offsets.d -MT $@ -S $< \
	    -o $(BUILD)/offsets.s
	$(Q)sed -n 's/.*"->\([A-Z0-9_]*\) \([0-9]*\)".*/#define \1 \2/p' \
	    $(BUILD)/offsets.s > $@

$(BUILD)/%.ld: kernel/%.ld.S | need-run
	@mkdir -p $(@D)
	$(Q)$(CC) $(TARGET) -E -P -undef -x c -Ikernel -MD -MT $@ $< -o $@

# Twice: the second time with the functions' names for backtraces.
# With CHECK=n calls go through the contracts (kernel/contracts/contract.h).
CONTRACTS = $(if $(CHECK),$(shell sed -n \
    's/^CONTRACT.[^,]*, \([a-z0-9_]*\),.*/--wrap=\1/p' kernel/contracts/*.c))
LINK_KERNEL = $(LD) $(LD_LIST) -nostdlib -static -z noexecstack \
    -z max-page-size=4096 $(CONTRACTS) --no-warn-rwx-segments \
    -T $(BUILD)/kernel.ld $(KERNEL_OBJECTS)
$(BUILD)/kernel.elf: $(KERNEL_OBJECTS) $(BUILD)/kernel.ld kernel/symbols.awk \
    kernel/later.awk $(wildcard labs/lab*/lab.toml)
	$(if $(V),,@echo "  link  kernel.elf")
	$(Q)$(LINK_KERNEL) -o $@.names
	$(Q)$(NM) -n $@.names | awk -f kernel/symbols.awk > $(BUILD)/symbols.S
	$(Q)$(CC) $(TARGET) -c $(BUILD)/symbols.S -o $(BUILD)/symbols.o
	$(Q)$(LINK_KERNEL) $(BUILD)/symbols.o -o $@.linked
	$(Q)$(NM) $@.linked | awk -v labs="$(wildcard labs/lab*/lab.toml)" \
	    -f kernel/later.awk $(wildcard kernel/*/later.c) -
	$(Q)mv $@.linked $@

# For graders: all that is compiled but of the files WITHOUT names; and where
# the compiler's own headers are.
.PHONY: objects
objects: $(filter-out $(addsuffix .o,$(addprefix %/,$(WITHOUT))), \
    $(KERNEL_OBJECTS) $(LOADER_OBJECTS) $(USER_OBJECTS)) $(OTHER_OBJECTS)
	$(Q)echo $(INCLUDES) > $(BUILD)/includes

$(BUILD)/loader.elf: $(LOADER_OBJECTS) kernel/boot/loader/loader.ld
	$(if $(V),,@echo "  link  loader.elf")
	$(Q)$(LD) -m elf_i386 -nostdlib -static --no-warn-rwx-segments \
	    -z noexecstack -T kernel/boot/loader/loader.ld \
	    $(LOADER_OBJECTS) -o $@

# A program: its own objects and the user library.
LINK_USER = $(LD) $(LD_LIST) -nostdlib -static -z noexecstack \
    -z max-page-size=4096 -T user/user.ld
$(BUILD)/init: $(filter $(BUILD)/user/init/%,$(USER_OBJECTS)) $(LIB_OBJECTS) \
    user/user.ld
	$(if $(V),,@echo "  link  init")
	$(Q)$(LINK_USER) $(filter %.o,$^) -o $@

LINK_TEST = $(Q)mkdir -p $(@D) && $(LINK_USER) $(filter %.o,$^) -o $@
$(BUILD)/tests/%: $(BUILD)/user/tests/%.c.o $(LIB_OBJECTS) user/user.ld
	$(if $(V),,@echo "  link  tests/$*")
	$(LINK_TEST)
$(BUILD)/tests/%: $(BUILD)/bench/%.c.o $(LIB_OBJECTS) user/user.ld
	$(if $(V),,@echo "  link  tests/$*")
	$(LINK_TEST)

$(BUILD)/root: $(ROOT_FILES) $(BUILD)/flags
	@mkdir -p $(@D)
	$(Q)tar --format=ustar --owner=0 --group=0 --mtime=@0 --sort=name \
	    -C user/root -cf $@ .

# GRUB for BIOS and UEFI, with no more of it than the ISO needs.
# (All kinds of partitions: under UEFI, GRUB complains of each that is missing.)
GRUB_MODULES = multiboot2 normal iso9660 test configfile tar echo all_video \
    $(shell cat /usr/lib/grub/i386-pc/partmap.lst 2>/dev/null)
$(BUILD)/xo5.iso: $(BUILD)/iso/boot/grub/grub.cfg
	$(if $(V),,@echo "  iso   xo5.iso")
	$(Q)grub-mkrescue -o $@ $(BUILD)/iso --fonts= --locales= --themes= \
	    --install-modules="$(GRUB_MODULES)" 2> $(BUILD)/grub.log || \
	    { cat $(BUILD)/grub.log; exit 1; }

# What is on it beside GRUB: a folder, whose last file is grub.cfg.
parts: $(BUILD)/iso/boot/grub/grub.cfg
STRIPPED = $(TESTS:$(BUILD)/tests/%=$(BUILD)/stripped/%)
$(BUILD)/iso/boot/grub/grub.cfg: kernel/grub.cfg $(BUILD)/loader.elf \
    $(MODULES) $(STRIPPED)
	$(Q)rm -rf $(BUILD)/iso && mkdir -p $(@D)
	$(Q)cp $(BUILD)/loader.elf $(MODULES) $(BUILD)/iso/boot/
	$(if $(TESTS),$(Q)mkdir $(BUILD)/iso/boot/tests && \
	    cp $(STRIPPED) $(BUILD)/iso/boot/tests/)
	$(Q)$(OBJCOPY) --strip-debug $(BUILD)/iso/boot/kernel.elf
	$(Q)cp $< $@

$(BUILD)/stripped/%: $(BUILD)/tests/%
	@mkdir -p $(@D)
	$(Q)$(OBJCOPY) --strip-all $< $@

# ---- running and debugging --------------------------------------------------

MACHINE_OPTIONS = $(if $(MEM),--mem "$(MEM)") --cpu "$(CPU)" \
    --machine "$(MACHINE)" --firmware "$(FIRMWARE)" $(if $(V),--show) \
    $(if $(ARGS),--arguments "$(ARGS)") $(if $(PROGRAM),--program "$(PROGRAM)")

# Over which library OS: the tree's own, unless init alone is meant.
ifeq ($(HAS_CMD),)
ifneq ($(PROGRAM)$(ONCE),)
LIBOS ?= none
endif
endif
OWN_LIBOS := $(wildcard user/libos/unix/xo5/unix.mk user/libos/min/min.mk)
LIBOS ?= $(or $(basename $(notdir $(firstword $(OWN_LIBOS)))),none)
RUN_OPTIONS = $(MACHINE_OPTIONS) $(if $(ROOT),--root "$(ROOT)") \
    $(if $(PROGRAM),,--libos "$(LIBOS)") $(foreach a,$(ADD),--add "$a") \
    $(if $(ONCE),--once) $(if $(TIMEOUT),--seconds $(TIMEOUT)) \
    --screen "$(or $(SCREEN),none)"
SHELL_IMAGE = $(if $(ROOT),,$(if $(filter-out none,$(LIBOS)), \
    $(BUILD)/shell.img))

# What `make run` has in "/" if nothing else is said: a shell.
BUSYBOX ?= /bin/busybox
$(BUILD)/shell.img: $(BUSYBOX) $(wildcard setup/image*.py) \
    | need-run
	$(if $(V),,@echo "  image $(@F)")
	@mkdir -p $(@D)
	$(Q)$(PYTHON) setup/image.py $@ --shell $(BUSYBOX)
$(BUSYBOX): | need-run ;

.PHONY: run image
ifdef HAS_CMD
run: ## boots, to a shell where there is one (CMD= ADD= ROOT= LIBOS=)
	@$(MAKE) --no-print-directory -s all $(SHELL_IMAGE) >&2
	@$(PYTHON) -m grade.qemu $(RUN_OPTIONS) --cmd "$$XO5_CMD" \
	    $(BUILD)/xo5.iso
else
run: all $(SHELL_IMAGE)
	$(if $(ONCE),,@echo "  (Ctrl-A X ends QEMU)")
	$(Q)$(PYTHON) -m grade.qemu $(RUN_OPTIONS) $(BUILD)/xo5.iso
endif

image: need-run ## makes build/root.img of ROOT=dir or tar (ADD=... OUT=...)
	$(if $(ROOT)$(ADD),,$(error say of what: make image ROOT=dir))
	@mkdir -p $(BUILD)
	$(Q)$(PYTHON) setup/image.py "$(or $(OUT),$(BUILD)/root.img)" \
	    $(if $(ROOT),--root "$(ROOT)",--shell $(BUSYBOX)) \
	    $(foreach a,$(ADD),--add "$a")

.PHONY: gdb run-gdb gdb-attach
gdb: ## QEMU at its first instruction, and GDB on it (TEST=name: that test)
run-gdb: ## QEMU, waiting for `make gdb-attach` in another terminal
gdb-attach: ## GDB on the QEMU of `make run-gdb`
ifdef TEST
gdb: need-run need-grade need-debug
	$(Q)$(PYTHON) -m grade.debug $(GRADE_OPTIONS) \
	    $(if $(CASE),--case $(CASE)) -- $(GRADE_MAKE)
else
gdb run-gdb gdb-attach: need-debug all
	$(Q)$(PYTHON) -m grade.gdb.session $(patsubst gdb-attach,attach,$@) \
	    $(MACHINE_OPTIONS) --screen "$(or $(SCREEN),none)" \
	    --port "$(GDBPORT)" $(if $(ONCE),--once) $(BUILD)/xo5.iso
endif

# ---- grading ----------------------------------------------------------------

GRADE_OPTIONS = $(if $(LAB),--lab $(LAB)) \
    $(if $(SUBMISSION),--submission "$(SUBMISSION)") \
    $(if $(TEST),--test $(TEST)) $(if $(SEED),--seed "$(SEED)") \
    $(if $(EXERCISE),--exercise $(EXERCISE)) \
    $(if $(SECRET),--secret "$(SECRET)") $(if $(CARRY),--carry $(CARRY)) \
    $(if $(UNSAFE),--unsafe)
GRADE_MAKE = $(if $(filter command line,$(origin CROSS)),CROSS=$(CROSS)) \
    $(if $(filter command line,$(origin CC)),CC=$(CC))
.PHONY: grade
grade: need-run need-grade ## grades (LAB= EXERCISE=2.1 TEST= SUBMISSION= SEED=)
	$(Q)$(PYTHON) -m grade $(GRADE_OPTIONS) $(if $(JSON),--json "$(JSON)") \
	    $(if $(JUNIT),--junit "$(JUNIT)") -- $(GRADE_MAKE)

# ---- for students -----------------------------------------------------------

.PHONY: next adopt handin status
next: ## commits your work, and brings the next lab and fixes to this one
	$(Q)$(PYTHON) -m grade.student next
adopt: ## takes the published solution of LAB=n (FROM=remote or folder)
	$(if $(LAB),,$(error say which lab: make adopt LAB=n))
	$(Q)$(PYTHON) -m grade.student adopt LAB=$(LAB) \
	    $(if $(FROM),--from "$(FROM)")
handin: ## packs what you hand in
	$(Q)$(PYTHON) -m grade.student handin
status: ## which lab this is, and which kit files you changed
	$(Q)$(PYTHON) -m grade.student status

# ---- set-up -----------------------------------------------------------------

# What editors ask: where names are, and how each file is compiled. The second
# is what make would do, and nothing is compiled for it.
.PHONY: tags compile_commands.json need-edit
need-edit:
	$(Q)setup/deps.sh need edit
tags: need-edit ## an index of all names, for editors
	$(Q)ctags -R --languages=C,Asm,Python --langmap=C:.c.h \
	    --exclude=$(BUILD) --exclude=solutions --exclude=labs -f $@ .
compile_commands.json: need-run need-edit ## how each file is compiled: clangd
	$(Q)$(MAKE) -nB --no-print-directory V=1 BUILD=build all \
	    $(patsubst %/linux.mk,build/unix-host, \
	    $(wildcard user/libos/unix/linux/linux.mk)) | \
	    $(PYTHON) setup/compile_commands.py $@

.PHONY: deps doctor shell help clean
deps: ## installs what is missing; on a terminal, asks first (or YES=1)
	$(Q)setup/deps.sh --install run grade debug $(MORE)
doctor: ## says tool by tool what was found, and what to do
	$(Q)$(PYTHON) setup/doctor.py
shell: ## a shell in the container that Containerfile describes
	$(Q)setup/shell.sh
help: ## this list
	@sed -n 's/^\([a-z_.-]*\):.*## /\1|/p' $(MAKEFILE_LIST) | \
	    awk -F'|' '{ printf "  make %-21s %s\n", $$1, $$2 }'
clean: ## removes what was built
	$(Q)rm -rf $(BUILD)

# What only the instructors' tree has; elsewhere, testing is grading.
ifeq ($(wildcard labs/instructor.mk),)
.PHONY: test
test: grade
endif
-include labs/instructor.mk

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
