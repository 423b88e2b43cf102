# The operations as LLVM IR: what `make prove` reads, and what the kernel is
# linked from.
#
#   OPS=ir     the operations' object is made from that IR: where clang and
#              llvm-link are installed, that is so by itself
#   OPS=gcc    it is made by $(CC), and outside what is proved
#   IR_CC=clang-19   which clang makes the IR, if not `clang`; IR_LINK goes
#              with it: proof/proved has a record for each
#   LAB=n PART=swap JOBS=2 FIRST=1   what `make prove` proves

PROVED = $(wildcard kernel/ops/*.c kernel/core/*.c)
IR_CC ?= clang
IR_LINK ?= $(patsubst clang%,llvm-link%,$(notdir $(IR_CC)))
HAVE_IR := $(shell command -v $(IR_LINK) >/dev/null && command -v $(IR_CC))
# (A hostile build needs the borders between files, which one piece of IR has
# not: kernel/contracts/contract.h.)
OPS ?= $(if $(CHECK),gcc,$(if $(HAVE_IR),ir,gcc))
IR = $(BUILD)/proof/ops.ll
IR_FLAGS = --target=x86_64-unknown-none-elf -O1 -fno-vectorize \
    -fno-slp-vectorize -fno-unroll-loops \
    -isystem $(shell $(IR_CC) -print-file-name=include) \
    $(filter-out -O2 --target=% -isystem $(INCLUDES) /usr/share/grub \
    -fno-tree-loop-distribute-patterns,$(KERNEL_FLAGS)) \
    -isystem /usr/share/grub

# Another compiler, or other flags: all of the IR anew. (In another folder it
# is the same IR, but for what debuggers are told.)
IR_MADE = $(IR_CC) $(IR_LINK) $(filter-out -ffile-prefix-map=%,$(IR_FLAGS))
$(BUILD)/proof/compiler: always
	@mkdir -p $(@D)
	@echo $(call quote,$(IR_MADE)) | cmp -s - $@ || \
	    echo $(call quote,$(IR_MADE)) > $@

$(BUILD)/proof/%.ll: % $(BUILD)/gen/arch/offsets.h $(BUILD)/proof/compiler \
    proof/proof.mk
	@mkdir -p $(@D)
	$(Q)$(IR_CC) $(IR_FLAGS) -S -emit-llvm $< -o $@

$(IR): $(PROVED:%=$(BUILD)/proof/%.ll)
	$(Q)$(IR_LINK) -S $^ -o $@

ifeq ($(OPS),ir)
$(BUILD)/proof/ops.o: $(IR)
	$(if $(V),,@echo "  clang the operations, from their IR")
	$(Q)$(IR_CC) --target=x86_64-unknown-none-elf -O2 -fpic -mno-red-zone \
	    -Wno-unused-command-line-argument -c $< -o $@
KERNEL_OBJECTS := $(filter-out $(PROVED:%=$(BUILD)/%.o),$(KERNEL_OBJECTS)) \
    $(BUILD)/proof/ops.o
SAID = $$($(PYTHON) -m proof.record say $(IR))
else
SAID = not proved: made by $(notdir $(firstword $(CC))), outside the claim
endif

# The words for the boot line.
$(BUILD)/proof/said.c: $(BUILD)/flags $(if $(filter ir,$(OPS)),$(IR) \
    $(wildcard proof/proved proof/*.py proof/*/*.py))
	@mkdir -p $(@D)
	$(Q)echo "const char operations_said[] = \"operations: $(SAID)\";" > $@
$(BUILD)/proof/said.o: $(BUILD)/proof/said.c
	$(Q)$(CC) $(filter-out -MD -MP -Wmissing%,$(KERNEL_FLAGS)) -c $< -o $@
KERNEL_OBJECTS += $(BUILD)/proof/said.o

.PHONY: need-prove prove
need-prove: need-run
	$(Q)setup/deps.sh need prove
prove: need-prove ## proves the operations (LAB=n PART=name FIRST=1)
	$(Q)$(MAKE) -s BUILD=$(BUILD) CHECK= $(IR)
	$(Q)$(PYTHON) -m proof --ir $(IR) $(if $(LAB),--lab $(LAB)) \
	    --jobs $(or $(JOBS),2) $(if $(FIRST),--first) \
	    $(if $(LAB)$(PART),$(PART),--record)
