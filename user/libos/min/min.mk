# Lab 5's library OS: the shared object min.so, and the launcher, an init of
# its own: build/tests/min. The launcher binds the library OS that `libos=` on
# the boot command line names, a file of the root image.

MIN_FLAGS = $(filter-out -fno-pic,$(USER_FLAGS)) -fpie -fvisibility=hidden \
    -mfsgsbase -Igrade/lab5
MIN_SOURCES := $(wildcard user/libos/min/*.[cS]) user/lib/string.c \
    user/lib/books.c user/lib/frames.c user/lib/assert.c
MIN_OBJECTS := $(MIN_SOURCES:%=$(BUILD)/min/%.o)
LAUNCH_SOURCES := $(wildcard user/launch/*.c)
LAUNCH_OBJECTS := $(LAUNCH_SOURCES:%=$(BUILD)/%.o)
# The grader's: min with a test inside (libos/min-inside.so), and programs.
INSIDE := $(wildcard grade/lab5/inside*.c)
INSIDE_PARTS := $(INSIDE:%=$(BUILD)/min/%.o)
INSIDE_OBJECTS := $(filter-out %/min/inside.c.o,$(MIN_OBJECTS)) \
    $(BUILD)/min/inside.o
LAUNCHER = $(BUILD)/tests/min
TESTS += $(LAUNCHER)
parts: $(BUILD)/libos/min.so $(if $(INSIDE),$(BUILD)/libos/min-inside.so)
USER_OBJECTS += $(MIN_OBJECTS) $(INSIDE_OBJECTS) $(INSIDE_PARTS) \
    $(LAUNCH_OBJECTS)

$(BUILD)/min/%.o: % $(BUILD)/flags | need-run
	@mkdir -p $(@D)
	$(if $(V),,@echo "  cc    $* (shared)")
	$(Q)$(CC) $(MIN_FLAGS) $(AS_LIST) -c $< -o $@

# One object, of which min can name nothing but the door.
$(BUILD)/min/inside.o: $(INSIDE_PARTS)
	$(Q)$(LD) -r $^ -o $@
	$(Q)$(OBJCOPY) --keep-global-symbol=inside_run $@

$(BUILD)/libos/min.so: $(MIN_OBJECTS)
$(BUILD)/libos/min-inside.so: $(INSIDE_OBJECTS)
$(BUILD)/libos/min%so: user/libos/min/min.ld
	$(if $(V),,@echo "  link  libos/$(@F)")
	@mkdir -p $(@D)
	$(Q)$(LD) $(LD_LIST) -shared -nostdlib -z noexecstack -z max-page-size=4096 \
	    --no-undefined -Bsymbolic --hash-style=sysv -soname min.so \
	    -T user/libos/min/min.ld $(filter %.o,$^) -o $@

$(LAUNCHER): $(LAUNCH_OBJECTS) $(LIB_OBJECTS) user/user.ld
	$(if $(V),,@echo "  link  tests/min")
	$(Q)mkdir -p $(@D)
	$(Q)$(LINK_USER) $(filter %.o,$^) -o $@

# Linux programs that the grader runs: static, with no library but string.c.
PROGRAM_FLAGS = $(TARGET) -std=gnu17 -O2 -ffreestanding -fno-builtin \
    -fno-stack-protector -fno-pic -mgeneral-regs-only -w -static -nostdlib \
    -isystem $(INCLUDES) \
    $(if $(CLANG),,-fno-tree-loop-distribute-patterns)
PROGRAM_LIB = $(BUILD)/user/lib/string.c.o
LINK_PROGRAM = $(Q)mkdir -p $(@D) && $(CC) $(PROGRAM_FLAGS) -c $< -o $@.o && \
    $(LD) -static -nostdlib -z noexecstack -z max-page-size=4096 \
    -z separate-code -Ttext-segment=0x10000000 $@.o $(PROGRAM_LIB) -o $@
ifneq ($(INSIDE),)
parts: $(addprefix $(BUILD)/lab5/,probe bound stranger)
OTHER_OBJECTS += $(addprefix $(BUILD)/lab5/,probe bound stranger)
endif
$(BUILD)/lab5/probe: grade/lab5/programs/probe.c grade/lab5/programs/calls.inc \
    $(PROGRAM_LIB)
	$(LINK_PROGRAM)
$(BUILD)/lab5/bound: PROGRAM_FLAGS += -DBOUND_TO='"/lib/min.so"'
$(BUILD)/lab5/stranger: PROGRAM_FLAGS += -DBOUND_TO='"/lib/min.sp"'
$(BUILD)/lab5/bound $(BUILD)/lab5/stranger: grade/lab5/programs/bound.c \
    grade/lab5/programs/probe.c grade/lab5/programs/calls.inc $(PROGRAM_LIB)
	$(LINK_PROGRAM)
