# The Unix library OS on xo5: the shared object, which is a file of the root
# image, and the keeper, which is init and binds it.

LIBOS_FLAGS = $(filter-out -fno-pic,$(USER_FLAGS)) -fpic -fvisibility=hidden \
    -mfsgsbase
LIBOS_SOURCES := $(wildcard user/libos/unix/personality/*/*.c \
    user/libos/unix/xo5/personality/*.[cS]) \
    user/lib/string.c user/lib/books.c user/lib/frames.c user/lib/clock.c \
    user/lib/assert.c user/lib/disorder.c
LIBOS_OBJECTS := $(LIBOS_SOURCES:%=$(BUILD)/libos/%.o)
KEEPER_SOURCES := $(wildcard user/libos/unix/keeper/*/*.c \
    user/libos/unix/xo5/keeper/*.[cS]) \
    user/launch/object.c user/launch/files.c user/launch/command.c
KEEPER_OBJECTS := $(KEEPER_SOURCES:%=$(BUILD)/%.o)
LIBOS_OBJECT = $(BUILD)/libos/unix.so
KEEPER = $(BUILD)/tests/unix
TESTS += $(KEEPER)
USER_OBJECTS += $(LIBOS_OBJECTS) $(KEEPER_OBJECTS)

$(BUILD)/libos/%.o: % $(BUILD)/flags | need-run
	@mkdir -p $(@D)
	$(if $(V),,@echo "  cc    $* (shared)")
	$(Q)$(CC) $(LIBOS_FLAGS) -c $< -o $@

parts: $(LIBOS_OBJECT)

$(LIBOS_OBJECT): $(LIBOS_OBJECTS) user/libos/unix/xo5/unix.ld \
    user/libos/unix/xo5/unix.mk
	$(if $(V),,@echo "  link  libos/unix.so")
	$(Q)$(LD) -shared -nostdlib -z noexecstack -z max-page-size=4096 \
	    --no-undefined -Bsymbolic --hash-style=sysv -soname unix.so \
	    -T user/libos/unix/xo5/unix.ld $(LIBOS_OBJECTS) -o $@

$(KEEPER): $(KEEPER_OBJECTS) $(LIB_OBJECTS) user/user.ld
	$(if $(V),,@echo "  link  tests/unix")
	$(Q)mkdir -p $(@D)
	$(Q)$(LINK_USER) $(filter %.o,$^) -o $@
